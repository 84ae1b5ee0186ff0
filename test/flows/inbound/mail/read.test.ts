import { describe, expect, test } from 'vitest'
import { type Mail, readMail } from '#worker/flows/inbound/mail/read.ts'
import { gmail, postfix } from '../../../fixtures/mail/reports.ts'

const latin1 = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'latin1'))
const read = (text: string): Promise<Mail> => readMail(latin1(Buffer.from(text, 'utf8').toString('latin1')))
const crlf = (...lines: string[]): string => lines.join('\r\n')

describe('a mail is read', () => {
  test('with its sender, its words and what it answers', async () => {
    const mail = await read(
      crlf(
        'From: =?utf-8?B?2LPYp9ix2Kc=?= <Sara@Example.com>',
        'Reply-To: sara@home.example',
        'To: shop@shop.example',
        'Subject: =?utf-8?Q?=D8=B3=D9=84=D8=A7=D9=85?=',
        'Message-ID: <1@example.com>',
        'Date: Mon, 4 May 2026 10:00:00 +0330',
        'In-Reply-To: <last@shop.example>',
        'References: <first@shop.example>',
        ' <last@shop.example>',
        'Content-Type: text/plain; charset=utf-8',
        '',
        'ممنون',
      ),
    )
    expect(mail).toMatchObject({
      from: 'Sara@Example.com',
      fromName: 'سارا',
      replyTo: 'sara@home.example',
      subject: 'سلام',
      messageId: '<1@example.com>',
      answers: ['<last@shop.example>', '<first@shop.example>'],
      isAutomatic: false,
      isReport: false,
      parts: [],
      html: null,
    })
    expect(mail.text.trim()).toBe('ممنون')
  })

  test('with its files, and an HTML text as words', async () => {
    const mail = await read(
      crlf(
        'From: a@b.example',
        'Content-Type: multipart/mixed; boundary=x',
        '',
        '--x',
        'Content-Type: text/html; charset=utf-8',
        '',
        '<html><head><title>t</title><style>p{}</style></head><body><p>One&nbsp;&amp; two</p><p>سه&#1778;</p></body></html>',
        '--x',
        'Content-Type: Application/PDF; name="a.pdf"',
        'Content-Disposition: attachment; filename="=?utf-8?B?2K/Ysy5wZGY=?="',
        'Content-Transfer-Encoding: base64',
        '',
        Buffer.from('%PDF-').toString('base64'),
        '--x',
        'Content-Type: message/rfc822',
        '',
        'Subject: forwarded',
        '',
        'STOP',
        '--x--',
      ),
    )
    expect(mail.text).toBe('One & two\nسه۲')
    expect(mail.html).toContain('<p>')
    expect(mail.parts.map(({ type, name }) => [type, name])).toEqual([
      ['application/pdf', 'دس.pdf'],
      ['message/rfc822', null],
    ])
    expect(new TextDecoder().decode(mail.parts[0]?.bytes)).toBe('%PDF-')
  })

  test('that is a report, as one', async () => {
    const bounced = { messageId: '<x@shop.example>', recipient: 'p@person.example', to: 'news@shop.example' }
    for (const raw of [postfix(bounced), gmail(bounced)]) {
      const mail = await read(raw)
      expect(mail).toMatchObject({ isReport: true, isAutomatic: true })
      expect(mail.parts.map(({ type }) => type)).toContain('message/delivery-status')
    }
  })

  test.each([
    ['Auto-Submitted: auto-replied', true],
    ['Auto-Submitted: auto-generated (rejected)', true],
    ['Auto-Submitted: no', false],
    ['Precedence: bulk', true],
    ['Precedence: first-class', false],
    ['X-Autoreply: yes', true],
    ['List-Id: <news.example>', true],
    ['X-Other: yes', false],
  ])('that says %j: written by a program is %s', async (header, expected) => {
    expect((await read(crlf('From: a@b.example', header, '', 'x'))).isAutomatic).toBe(expected)
  })
})

describe('a malformed mail is still a mail', () => {
  const deep = (levels: number): string => {
    const parts = Array.from({ length: levels }, (_, n) =>
      crlf(`Content-Type: multipart/mixed; boundary=b${n}`, '', `--b${n}`, ''),
    )
    return `From: a@b.example\r\nSubject: deep\r\n${parts.join('')}Content-Type: text/plain\r\n\r\nhello`
  }

  test.each<[string, Uint8Array<ArrayBuffer>, Partial<Mail>]>([
    ['empty', latin1(''), { from: null, subject: '', text: '' }],
    ['nothing but NULs', new Uint8Array(10_000), { from: null }],
    ['no boundary', latin1('From: a@b.example\r\nContent-Type: multipart/mixed\r\n\r\nhello'), { from: 'a@b.example' }],
    [
      'a boundary that never comes',
      latin1('From: a@b.example\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\nhi'),
      {},
    ],
    [
      'a boundary that never ends',
      latin1('From: a@b.example\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\n\r\nhi'),
      { text: 'hi' },
    ],
    ['missing From', latin1('Subject: s\r\n\r\nhello'), { from: null, subject: 's' }],
    ['From without an address', latin1('From: Sara\r\n\r\nhello'), {}],
    ['an empty group as From', latin1('From: nobody:;\r\n\r\nhello'), { from: null }],
    ['no header', latin1('\r\nhello'), { from: null }],
    ['no body', latin1('From: a@b.example\r\nSubject: s'), { subject: 's', text: '' }],
    [
      'duplicate headers',
      latin1('From: a@b.example\r\nFrom: c@d.example\r\nSubject: one\r\nSubject: two\r\n\r\nx'),
      { from: 'a@b.example' },
    ],
    ['bare line feeds', latin1('From: a@b.example\nSubject: s\n\nhello\n'), { from: 'a@b.example', subject: 's' }],
    ['NULs in the text', latin1('From: a@b.example\r\n\r\nhe\0llo'), { text: 'hello' }],
    ['100 levels deep', latin1(deep(100)), { from: 'a@b.example', subject: 'deep' }],
    ['10,000 levels deep', latin1(deep(10_000)), { from: 'a@b.example', subject: 'deep' }],
    [
      'a huge header',
      latin1(`From: a@b.example\r\nX-Big: ${'x'.repeat(1_000_000)}\r\n\r\nhello`),
      { from: 'a@b.example' },
    ],
    ['50,000 fields', latin1(`From: a@b.example\r\n${'X: y\r\n'.repeat(50_000)}\r\nhello`), { from: 'a@b.example' }],
    [
      'base64 garbage',
      latin1('From: a@b.example\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!! not base64 \0\xff'),
      {},
    ],
    [
      'an unknown charset',
      latin1('From: a@b.example\r\nContent-Type: text/plain; charset=klingon\r\n\r\nhello'),
      { text: 'hello' },
    ],
    [
      'an unknown encoding',
      latin1('From: a@b.example\r\nContent-Transfer-Encoding: rot13\r\n\r\nhello'),
      { text: 'hello' },
    ],
    [
      'broken encoded words',
      latin1('From: a@b.example\r\nSubject: =?utf-8?B?%%%?= =?x?Q?=ZZ?=\r\n\r\nx'),
      { from: 'a@b.example' },
    ],
    [
      'a boundary of spaces',
      latin1('From: a@b.example\r\nContent-Type: multipart/mixed; boundary="   "\r\n\r\n--   \r\n\r\nx'),
      {},
    ],
  ])('with %s', async (_, raw, expected) => {
    const mail = await readMail(raw)
    expect({ ...mail, text: mail.text.trim() }).toMatchObject(expected)
    expect(JSON.stringify(mail)).not.toContain('\\u0000')
    expect(mail.text.isWellFormed() && mail.subject.isWellFormed()).toBe(true)
  })

  test('its letters as its header says: windows-1256 in one part, UTF-8 in the next', async () => {
    const raw = Buffer.concat([
      Buffer.from('From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n'),
      Buffer.from('Content-Type: text/plain; charset=windows-1256\r\n\r\n'),
      // سلام in windows-1256.
      Buffer.from([0xd3, 0xe1, 0xc7, 0xe3]),
      Buffer.from('\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nدنیا\r\n--x--\r\n'),
    ])
    const { text } = await readMail(new Uint8Array(raw))
    expect(text).toContain('سلام')
    expect(text).toContain('دنیا')
  })

  test('its header in plain UTF-8 instead of encoded words', async () => {
    expect(await read('From: سارا <a@b.example>\r\nSubject: سلام\r\n\r\nx')).toMatchObject({ subject: 'سلام' })
  })

  test('its files are kept up to a count, and the rest is counted', async () => {
    const part = '--x\r\nContent-Type: image/png\r\nContent-Disposition: attachment\r\n\r\nA\r\n'
    const mail = await read(
      `From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n${part.repeat(500)}--x--`,
    )
    expect([mail.parts.length, mail.omitted]).toEqual([47, 453])
  })
})

test.each([
  ['ten million lines', '\n'],
  ['millions of parts', '--x\r\n'],
  ['millions of short lines', 'a b\r\n'],
])('a mail of %s is read from its beginning, in little memory', async (_, piece) => {
  const head = 'From: a@b.example\r\nSubject: s\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n'
  const mail = await readMail(latin1(head + piece.repeat(10_000_000 / piece.length)))
  expect(mail).toMatchObject({ from: 'a@b.example', subject: 's', parts: [] })
  expect(mail.text.length).toBeLessThanOrEqual(100_000)
})

test('a file of 18 MB is read whole, for its lines are no text', async () => {
  const bytes = Buffer.alloc(18_000_000, 'chapar')
  const base64 = bytes.toString('base64').replace(/.{76}/g, '$&\r\n')
  const head = 'From: a@b.example\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n'
  const { parts } = await readMail(latin1(head + base64))
  expect(parts.map(({ type, bytes: read }) => [type, read.length])).toEqual([['application/zip', 18_000_000]])
})

test('HTML with no end of its tags is read in one pass', async () => {
  const head = 'From: a@b.example\r\nContent-Type: text/html\r\n\r\n'
  for (const piece of ['<', '<!--', '<style', '<style>', '<br', '&#', '&amp;', '\n ', '<p', '</p'])
    expect((await read(head + piece.repeat(100_000))).text.length).toBeLessThanOrEqual(300_000)
})
