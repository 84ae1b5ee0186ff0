import { describe, expect, it } from 'vitest'
import type { EmailContent } from '#worker/channels/email/content.ts'
import { emailRules } from '#worker/channels/email/rules.ts'
import { Problem } from '#worker/domain/problem.ts'
import { utf8Length } from '#worker/lib/bytes.ts'

const CRLF = 'x\r\nBcc: victim@example.net'
const BASE = { subject: 'Hello', text: 'Hi' }
const DATA = Buffer.from('a file').toString('base64')

/** The pointers that are refused; empty: it is taken. */
function refused(content: unknown): readonly string[] {
  try {
    emailRules.parse(content)
    return []
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    expect(error.status).toBe(422)
    expect(JSON.stringify(error.options)).not.toContain('victim')
    return (error.options.errors ?? []).map(({ pointer }) => pointer)
  }
}

describe('what a mail may say', () => {
  it.each<[string, unknown]>([
    ['text only', BASE],
    ['HTML only', { subject: 'Hello', html: '<p>Hi</p>' }],
    ['a Persian subject', { ...BASE, subject: 'سفارش‌ها 👋' }],
    ['a name', { ...BASE, fromName: 'فروشگاه "نمونه" <a@b>' }],
    ['an answer address', { ...BASE, replyTo: 'Answers@Example.com' }],
    [
      'headers',
      { ...BASE, headers: { 'X-Order-ID': '17', 'List-Id': 'News <news.example.com>', References: '<a@b> <c@d>' } },
    ],
    ['a file', { ...BASE, attachments: [{ name: 'فاکتور آبان.pdf', type: 'application/pdf', data: DATA }] }],
    ['a stored file', { ...BASE, attachments: [{ media: 'med_0123456789abc', name: 'a.pdf' }] }],
    ['500,000 characters', { ...BASE, text: 'x'.repeat(500_000) }],
  ])('%s', (_name, content) => {
    expect(refused(content)).toEqual([])
  })

  it('an answer address is taken in its canonical form', () => {
    expect(emailRules.parse({ ...BASE, replyTo: 'Answers@Example.com' }).replyTo).toBe('answers@example.com')
  })

  const file = { name: 'a.pdf', type: 'application/pdf', data: DATA }
  it.each<[string, unknown, readonly string[]]>([
    ['no words', { subject: 'Hello' }, ['/text']],
    ['no subject', { text: 'Hi' }, ['/subject']],
    ['an empty subject', { ...BASE, subject: '' }, ['/subject']],
    ['a subject of two lines', { ...BASE, subject: CRLF }, ['/subject']],
    ['a subject with a bare LF', { ...BASE, subject: 'a\nb' }, ['/subject']],
    ['a subject with a line separator', { ...BASE, subject: 'a\u2028b' }, ['/subject']],
    ['a subject with NEL', { ...BASE, subject: 'a\u0085b' }, ['/subject']],
    ['a subject of 999', { ...BASE, subject: 'x'.repeat(999) }, ['/subject']],
    ['half a surrogate pair', { ...BASE, subject: '\ud800' }, ['/subject']],
    ['NUL in the text', { ...BASE, text: 'a\0b' }, ['/text']],
    ['a name of two lines', { ...BASE, fromName: CRLF }, ['/fromName']],
    ['an answer address that goes on', { ...BASE, replyTo: `a@example.com${CRLF}` }, ['/replyTo']],
    ['two answer addresses', { ...BASE, replyTo: 'a@example.com, b@example.com' }, ['/replyTo']],
    ['a header of two lines', { ...BASE, headers: { 'X-Custom-One': CRLF } }, ['/headers/X-Custom-One']],
    ['a header with Persian', { ...BASE, headers: { 'X-Custom-One': 'سلام' } }, ['/headers/X-Custom-One']],
    ['an empty header', { ...BASE, headers: { 'X-Custom-One': '' } }, ['/headers/X-Custom-One']],
    [
      'a header name of two lines',
      { ...BASE, headers: { 'X-Custom-One: a\r\nX-Two': 'b' } },
      ['/headers/X-Custom-One: a\r\nX-Two'],
    ],
    ['a header twice', { ...BASE, headers: { 'X-Custom-One': 'a', 'x-custom-one': 'b' } }, ['/headers']],
    ['References that are none', { ...BASE, headers: { References: 'victim' } }, ['/headers/References']],
    [
      '21 headers',
      { ...BASE, headers: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`X-Custom-${n}`, 'a'])) },
      ['/headers'],
    ],
    [
      'headers of 5,000 bytes',
      { ...BASE, headers: Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`X-Custom-${n}`, 'a'.repeat(850)])) },
      ['/headers'],
    ],
    ['cc', { ...BASE, cc: 'victim@example.net' }, ['/cc']],
    ['bcc', { ...BASE, bcc: ['victim@example.net'] }, ['/bcc']],
    ['from in the content', { ...BASE, from: 'victim@example.net' }, ['/from']],
    ['11 files', { ...BASE, attachments: Array.from({ length: 11 }, () => file) }, ['/attachments']],
    ['a file of a mail type', { ...BASE, attachments: [{ ...file, type: 'message/rfc822' }] }, ['/attachments/0/type']],
    [
      'a type with a parameter',
      { ...BASE, attachments: [{ ...file, type: 'text/html; charset=x' }] },
      ['/attachments/0/type'],
    ],
    [
      'a type of two lines',
      { ...BASE, attachments: [{ ...file, type: 'text/html\r\nX-A: b' }] },
      ['/attachments/0/type'],
    ],
    ['a name with a path', { ...BASE, attachments: [{ ...file, name: '../../etc/passwd' }] }, ['/attachments/0/name']],
    ['a name of two lines', { ...BASE, attachments: [{ ...file, name: CRLF }] }, ['/attachments/0/name']],
    [
      'a name that turns around',
      { ...BASE, attachments: [{ ...file, name: 'a\u202efdp.exe' }] },
      ['/attachments/0/name'],
    ],
    ['data that is no base64', { ...BASE, attachments: [{ ...file, data: 'x\r\n.\r\n' }] }, ['/attachments/0/data']],
    ['data without padding', { ...BASE, attachments: [{ ...file, data: 'YQ' }] }, ['/attachments/0/data']],
    ['a file id of another form', { ...BASE, attachments: [{ media: 'med_../x' }] }, ['/attachments/0/media']],
    ['a file beside a stored one', { ...BASE, attachments: [{ media: 'med_a', data: DATA }] }, ['/attachments/0/data']],
    ['a file without its name', { ...BASE, attachments: [{ type: 'text/csv', data: DATA }] }, ['/attachments/0/name']],
    ['text and number', { ...BASE, text: 7 }, ['/text']],
    ['6 MB of files', { ...BASE, attachments: [{ ...file, data: 'A'.repeat(8_000_000) }] }, ['/attachments']],
  ])('not %s', (_name, content, pointers) => {
    expect([...new Set(refused(content))]).toEqual(pointers)
  })
})

describe('what is too large for a queue message', () => {
  it('becomes files, which the content names; what remains fits', () => {
    const content = emailRules.parse({
      subject: 'س'.repeat(998),
      text: '"'.repeat(5_000),
      html: 'ا'.repeat(20_000),
      attachments: [{ name: 'a.pdf', type: 'application/pdf', data: DATA }, { media: 'med_abc' }],
    })
    const detached = emailRules.detach?.(content)
    expect(detached?.parts.map(({ type, name, bytes }) => [type, name, bytes.length])).toEqual([
      ['text/plain', null, 5_000],
      ['text/html', null, 40_000],
      ['application/pdf', 'a.pdf', 6],
    ])
    const lean = detached?.withIds(['med_1', 'med_2', 'med_3']) as EmailContent
    expect(lean).toMatchObject({
      text: { media: 'med_1' },
      html: { media: 'med_2' },
      attachments: [{ media: 'med_3' }, { media: 'med_abc' }],
    })
    expect(emailRules.filesOf?.(lean).map(({ pointer }) => pointer)).toEqual([
      '/text/media',
      '/html/media',
      '/attachments/0/media',
      '/attachments/1/media',
    ])
  })

  it('never is the rest: the largest content that stays inline takes less than 30,000 bytes', () => {
    const content = emailRules.parse({
      subject: 'س'.repeat(998),
      text: 'س'.repeat(3_990),
      html: 'س'.repeat(3_990),
      fromName: 'س'.repeat(100),
      replyTo: `${'a'.repeat(60)}@${'b'.repeat(60)}.example`,
      headers: Object.fromEntries(Array.from({ length: 4 }, (_, n) => [`X-Custom-${n}`, 'a'.repeat(900)])),
      attachments: Array.from({ length: 10 }, (_, n) => ({
        media: `med_${'a'.repeat(60)}${n}`,
        name: 'س'.repeat(150),
      })),
    })
    expect(emailRules.detach?.(content)).toBeNull()
    expect(utf8Length(JSON.stringify(content))).toBeLessThan(30_000)
  })

  it('leaves small mails as they are', () => {
    const content = emailRules.parse(BASE)
    expect(emailRules.detach?.(content)).toBeNull()
  })
})

it('a mail needs what it has', () => {
  expect(emailRules.needs(BASE, 'a@example.com')).toEqual(['outbound'])
  const all: EmailContent = { ...BASE, html: 'x', headers: { 'X-A': 'b' }, attachments: [{ media: 'med_a' }] }
  expect(emailRules.needs(all, 'a@example.com')).toEqual(['outbound', 'html', 'attachments', 'headers'])
})

it('one mail is one unit, and its size is told before it is encoded', () => {
  const content = emailRules.parse({ ...BASE, attachments: [{ name: 'a.pdf', type: 'application/pdf', data: DATA }] })
  expect(emailRules.measure(content)).toEqual({ units: 1, encoding: 'mime', parts: [5 + 2 + 6] })
})

it('where the bulk rules ask for a way out, it is the button; no code to text back is written into a mail', () => {
  expect(emailRules.withFooter(BASE, 'لغو11')).toEqual({ ...BASE, unsubscribe: true })
})

it('files that came in are named with what is known of them', () => {
  const files = [
    { id: 'med_a', type: 'image/png', name: 'a.png', bytes: 7 },
    { id: 'med_b', type: 'text/csv', name: null, bytes: 1 },
  ] as const
  expect(emailRules.withFiles?.(BASE, files, 0).attachments).toEqual([
    { media: 'med_a', type: 'image/png', bytes: 7, name: 'a.png' },
    { media: 'med_b', type: 'text/csv', bytes: 1 },
  ])
})

it('what is wrong with words says what, not only that no form fits', () => {
  let detail: string | undefined
  try {
    emailRules.parse({ ...BASE, text: 'a\0b' })
  } catch (error) {
    if (error instanceof Problem) detail = error.options.errors?.[0]?.detail
  }
  expect(detail).toMatch(/NUL/)
})
