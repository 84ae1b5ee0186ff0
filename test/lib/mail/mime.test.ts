import { simpleParser } from 'mailparser'
import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import { buildMail } from '#worker/lib/mail/mime.ts'
import { mailDate, unstructured, writeField, writeParameter } from '#worker/lib/mail/mime-header.ts'
import { seeded } from '../../worlds/random.ts'

type MailParts = Parameters<typeof buildMail>[0]

const random = (bytes: number) => new Uint8Array(bytes).fill(7)
const AT = Date.UTC(2026, 10, 23, 12, 5, 9)
const MAIL: MailParts = {
  from: 'news@example.com',
  to: 'ali@example.org',
  subject: 'Hello',
  date: AT,
  messageId: '<000000000001.abc.1@example.com>',
  text: 'Hi',
  files: [],
  headers: [],
}

/** What no mail may be: lines beyond the limit, bare CR or LF, anything but ASCII. */
function expectSoundWire(raw: string): void {
  expect(raw).not.toMatch(/\r(?!\n)|(?<!\r)\n/)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is asked.
  expect(raw).toMatch(/^[\x01-\x7f]*$/)
  for (const line of raw.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998)
  expect(raw.endsWith('\r\n')).toBe(true)
}

const names = (raw: string): string[] =>
  raw
    .slice(0, raw.indexOf('\r\n\r\n'))
    .split('\r\n')
    .filter((line) => !/^[ \t]/.test(line))
    .map((line) => line.slice(0, line.indexOf(':')))

const EXPECTED = ['Date', 'From', 'To', 'Reply-To', 'Subject', 'Message-ID', 'X-One', 'MIME-Version', 'Content-Type']

const HOSTILE = [
  'a\r\nBcc: victim@example.net',
  'a\nBcc: victim@example.net',
  'a\rBcc: victim@example.net',
  'a\r\n\r\nbody',
  'a\r\n.\r\nRCPT TO:<victim@example.net>',
  '"><script>alert(1)</script>',
  'x" <victim@example.net>, "y',
  'victim@example.net,',
  '=?utf-8?q?Bcc:_victim=40example.net?=',
  '=?utf-8?B?DQpCY2M6IHY=?=',
  'a\\" b',
  '\\',
  '"',
  '(comment)',
  'a; b="c"',
  '%0d%0aBcc: x',
  'a\u2028b\u2029c',
  'a\u0085b',
  'سلام، دوست من',
  'می‌خواهم‌ این را ببینم',
  '👩‍👩‍👧‍👦 family '.repeat(20).trim(),
  'ش'.repeat(400),
  'x'.repeat(900),
  'many words in plain ASCII '.repeat(30).trim(),
  '. dot',
  'From here',
  '-- ',
  '--=_a070707070707070707070707',
  'tab\there',
  ' leading and trailing ',
  'two  blanks',
]

describe('whatever a subject, a name, a text or a file name says, both parsers read it back and nothing else', () => {
  it.each(HOSTILE)('%j', async (text) => {
    const mail: MailParts = {
      ...MAIL,
      subject: text,
      fromName: text,
      replyTo: 'answers@example.com',
      text,
      html: `<p>${text}</p>`,
      files: [{ name: text, type: 'application/pdf', bytes: new Uint8Array([1, 2, 255, 13, 10, 46]) }],
      headers: [['X-One', 'one']],
    }
    const raw = buildMail(mail, random)
    expectSoundWire(raw)
    expect(names(raw)).toEqual(EXPECTED)
    const lines = text.replace(/\r\n|\r|\n/g, '\n')

    const postal = await PostalMime.parse(raw)
    expect(postal.from?.address).toBe('news@example.com')
    expect(postal.to).toEqual([{ address: 'ali@example.org', name: '' }])
    expect(postal.cc).toBeUndefined()
    expect(postal.bcc).toBeUndefined()
    expect(postal.text?.replace(/\r\n/g, '\n').trimEnd()).toBe(lines.trimEnd())
    expect(postal.html?.replace(/\r\n/g, '\n').trimEnd()).toBe(`<p>${lines}</p>`)
    expect(postal.attachments).toHaveLength(1)
    expect(new Uint8Array(postal.attachments[0]?.content as ArrayBuffer)).toEqual(
      new Uint8Array([1, 2, 255, 13, 10, 46]),
    )

    const parsed = await simpleParser(raw)
    expect(parsed.from?.value.map(({ address }) => address)).toEqual(['news@example.com'])
    expect(Array.isArray(parsed.to) ? [] : parsed.to?.value.map(({ address }) => address)).toEqual(['ali@example.org'])
    expect(parsed.bcc).toBeUndefined()
    expect(parsed.text?.trimEnd()).toBe(lines.trimEnd())
    expect(parsed.attachments).toHaveLength(1)

    // Parsers fold blanks and drop line ends in what they show; apart from these, every character is there.
    const bare = (shown: string | undefined) => (shown ?? '').replace(/\s+/g, '')
    for (const shown of [postal.subject, parsed.subject]) expect(bare(shown)).toBe(bare(text))
    for (const shown of [postal.from?.name, parsed.from?.value[0]?.name]) expect(bare(shown)).toBe(bare(text))
  })
})

it('random texts of every kind come back from both parsers', async () => {
  const chance = seeded(20261123)
  const alphabet = [
    '\r\n',
    '\n',
    '\r',
    '.',
    '=',
    '?',
    '_',
    ' ',
    '"',
    '\\',
    '<',
    '>',
    '@',
    ',',
    ';',
    ':',
    'a',
    'Z',
    'س',
    'ی',
    '‌',
    '😀',
    '\u0007',
    '--',
  ]
  const textOf = (most: number) =>
    Array.from(
      { length: 1 + Math.floor(chance() * most) },
      () => alphabet[Math.floor(chance() * alphabet.length)],
    ).join('')
  for (let round = 0; round < 150; round++) {
    const mail: MailParts = { ...MAIL, subject: textOf(200), fromName: textOf(40), text: textOf(600) }
    const raw = buildMail(mail, random)
    expectSoundWire(raw)
    expect(names(raw)).toEqual([
      'Date',
      'From',
      'To',
      'Subject',
      'Message-ID',
      'MIME-Version',
      'Content-Type',
      'Content-Transfer-Encoding',
    ])
    const [postal, parsed] = [await PostalMime.parse(raw), await simpleParser(raw)]
    const bare = (shown: string | undefined) => (shown ?? '').replaceAll('\u0007', '').replace(/\s+/g, '')
    expect(bare(postal.subject)).toBe(bare(mail.subject))
    expect(bare(parsed.subject)).toBe(bare(mail.subject))
    expect(postal.to).toHaveLength(1)
    expect(bare(postal.text)).toBe(bare(mail.text))
    expect(bare(parsed.text)).toBe(bare(mail.text))
  }
})

describe('header fields', () => {
  it('refuse a value or a name that would break the mail, whoever made it', () => {
    for (const value of ['a\r\nBcc: x@example.net', 'a\nb', 'a\rb', 'a\0b', 'س', 'a\u0085b'])
      expect(() => writeField('X-One', value)).toThrow(/printable ASCII/)
    for (const name of ['', 'X:One', 'X One', 'X\r\nBcc', '-X', 'س'])
      expect(() => writeField(name, 'a')).toThrow(/letters/)
    expect(() => writeField('X-One', 'a'.repeat(1_000))).toThrow(/so long a word/)
  })

  it('are folded before blanks, and unfold to the same', () => {
    const value = 'word '.repeat(60).trim()
    const folded = writeField('X-One', value)
    for (const line of folded.split('\r\n')) expect(line.length).toBeLessThanOrEqual(76)
    expect(folded.replace(/\r\n /g, ' ')).toBe(`X-One: ${value}\r\n`)
  })

  it('hold Persian as encoded-words of at most 75 characters, no letter cut in two', () => {
    const words = unstructured('سفارش شما با شمارهٔ ۱۲۳۴۵ ارسال شد و فردا می‌رسد').split(' ')
    expect(words.length).toBeGreaterThan(1)
    for (const word of words) {
      expect(word.length).toBeLessThanOrEqual(75)
      const bytes = Buffer.from(word.slice('=?UTF-8?B?'.length, -2), 'base64')
      expect(bytes.toString('utf8')).not.toContain('\ufffd')
    }
  })

  it('write dates as RFC 5322 3.3 does', () => {
    expect(mailDate(AT)).toBe('Mon, 23 Nov 2026 12:05:09 +0000')
    expect(Date.parse(mailDate(AT))).toBe(AT)
  })

  it('write file names of RFC 2231: plain ones quoted, others encoded, long ones in pieces', () => {
    expect(writeParameter('filename', 'price list.pdf')).toBe('; filename="price list.pdf"')
    expect(writeParameter('filename', 'é.pdf')).toBe("; filename*=UTF-8''%C3%A9.pdf")
    expect(writeParameter('filename', `${'ا'.repeat(30)}.pdf`)).toMatch(
      /^; filename\*0\*=UTF-8''[%0-9A-F]+; filename\*1\*=/,
    )
  })
})

it('no header line with an encoded-word is longer than 76 characters, the field’s name counted (RFC 2047 2)', () => {
  for (const letter of ['س', 'é', '漢', '😀', 'a'])
    for (const length of [20, 61, 98]) {
      const raw = buildMail({ ...MAIL, subject: letter.repeat(length), fromName: letter.repeat(length) }, random)
      const lines = raw.split('\r\n').filter((line) => line.includes('=?'))
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(76)
    }
})

it('Persian file names come back from both parsers', async () => {
  const name = 'صورت‌حساب ماه آبان ۱۴۰۵ برای شرکت نمونه.pdf'
  const raw = buildMail({ ...MAIL, files: [{ name, type: 'application/pdf', bytes: new Uint8Array(100) }] }, random)
  expect((await PostalMime.parse(raw)).attachments[0]?.filename).toBe(name)
  expect((await simpleParser(raw)).attachments[0]?.filename).toBe(name)
})

it('Message-ID, date, and the fields of one-click unsubscribe come back as they were put in', async () => {
  const url = `https://gw.example/p/unsubscribe/${'0'.repeat(80)}`
  const headers = [
    ['List-Unsubscribe', `<${url}>`],
    ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
  ] as const
  const postal = await PostalMime.parse(buildMail({ ...MAIL, headers }, random))
  expect(postal.messageId).toBe(MAIL.messageId)
  expect(Date.parse(postal.date ?? '')).toBe(AT)
  expect(postal.headers.find(({ key }) => key === 'list-unsubscribe')?.value).toBe(`<${url}>`)
  expect(postal.headers.find(({ key }) => key === 'list-unsubscribe-post')?.value).toBe('List-Unsubscribe=One-Click')
})

it('a megabyte of bytes comes back', async () => {
  const bytes = Uint8Array.from({ length: 1_000_000 }, (_, i) => (i * 31) % 251)
  const mail = buildMail({ ...MAIL, files: [{ name: 'a.bin', type: 'application/octet-stream', bytes }] }, random)
  const { attachments } = await PostalMime.parse(mail)
  expect(Buffer.from(attachments[0]?.content as ArrayBuffer).equals(bytes)).toBe(true)
  for (const line of mail.split('\r\n')) expect(line.length).toBeLessThanOrEqual(78)
})
