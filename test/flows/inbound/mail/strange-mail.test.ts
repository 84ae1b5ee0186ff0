import { describe, expect, test } from 'vitest'
import { type Mail, readMail } from '#worker/flows/inbound/mail/read.ts'
import { STRANGE } from '../../../fixtures/mail/strange.ts'

const latin1 = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'latin1'))
const read = (fields: string, body: string): Promise<Mail> =>
  readMail(new Uint8Array(Buffer.from(`From: a@b.example\r\n${fields}\r\n\r\n${body}`, 'utf8')))
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const BASE64 = 'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64'

test.each(STRANGE)('a mail is read whole: %s', async (_, { fields, body, words }) => {
  const mail = await readMail(latin1(`From: a@b.example\r\n${fields}\r\n\r\n${body}`))
  expect([mail.text.trim() || mail.subject, mail.isDoubtful]).toEqual([words, false])
})

test('character references are those of HTML, each decoded once', async () => {
  const { text } = await read(
    'Content-Type: text/html; charset=utf-8',
    'caf&eacute; &mdash; &hellip; &amp;eacute; &lt;b&gt; &#150; &#x644; &copy2024 &nosuch; &NotEqualTilde;',
  )
  expect(text).toBe('café — … &eacute; <b> – ل ©2024 &nosuch; ≂̸')
})

describe('a text in base64', () => {
  test('whose every line is padded is read whole', async () => {
    expect((await read(BASE64, ['لغو1', 'لغو2', 'لغو'].map(base64).join('\r\n'))).text).toBe('لغو1لغو2لغو')
  })

  test('that is no base64 is read as it stands, with a copy', async () => {
    expect(await read(BASE64, 'لغو و بس')).toMatchObject({ text: 'لغو و بس\n', isDoubtful: true })
  })

  test('that was damaged in the middle is not taken for whole', async () => {
    const lines: readonly string[] = base64('سلام '.repeat(40)).match(/.{1,76}/g) ?? []
    const broken = lines.with(2, '?? this line was lost on the way ??').join('\r\n')
    expect((await read(BASE64, broken)).isDoubtful).toBe(true)
  })

  test('with two strange signs in a line is whole', async () => {
    const lines: readonly string[] = base64('سلام '.repeat(40)).match(/.{1,76}/g) ?? []
    const marked = lines.map((line) => `${line}!`).join('\r\n')
    expect(await read(BASE64, marked)).toMatchObject({ text: 'سلام '.repeat(40), isDoubtful: false })
  })
})

test('a file has the name by which the HTML shows it', async () => {
  const mail = await read(
    'Content-Type: multipart/related; boundary=x',
    '--x\r\nContent-Type: text/html\r\n\r\n<img src="cid:a@b">\r\n--x\r\nContent-Type: image/png\r\nContent-ID: <a@b>\r\n\r\nPNG\r\n--x--',
  )
  expect(mail.parts).toMatchObject([{ type: 'image/png', contentId: 'a@b' }])
})

test.each([
  ["filename*=x-windows-1256''%E1%DB%E6.pdf"],
  ["filename*0*=cp1256''%E1%DB;\r\n filename*1*=%E6.pdf"],
  ['filename="=?utf-8?B?2YTYug==?= =?utf-8?B?2Yg=?=.pdf"'],
])('the name of a file is read by its charset: %s', async (parameter) => {
  const { parts } = await read(`Content-Type: application/pdf\r\nContent-Disposition: attachment; ${parameter}`, 'x')
  expect(parts.map(({ name }) => name)).toEqual(['لغو.pdf'])
})

test.each(['\xef\xbb\xbf', '\xff\xfe', '\xfe\xff', '\xa0'])('a field behind a mark is no field: %j', async (mark) => {
  const raw = `${mark}From: evil@x.example\r\nFrom: a@b.example\r\nContent-Type: text/plain; charset=windows-1256\r\n\r\nx`
  expect((await readMail(latin1(raw))).from).toBe('a@b.example')
})

test('text of a type that nobody knows is read and kept, where the mail has no other', async () => {
  expect(await read('Content-Type: text/x-new', 'STOP')).toMatchObject({
    text: 'STOP\n',
    parts: [{ type: 'text/x-new' }],
  })
  expect(await read('Content-Type: text/csv', 'STOP')).toMatchObject({ text: '', parts: [{ type: 'text/csv' }] })
})

describe('what was not read whole says so', () => {
  test.each([
    ['letters that are none in their charset', 'Content-Type: text/plain; charset=utf-8', 'abc\xe1'],
    ['letters without a charset', 'X-A: b', '\xe1\xdb\xe6'],
    ['a subject without a charset', 'Subject: \xe1\xdb\xe6', 'x'],
    ['broken letters in a subject', 'Subject: =?utf-8?B?2Q==?=', 'x'],
    ['a multipart without a boundary', 'Content-Type: multipart/mixed', 'STOP'],
    ['a multipart without its parts', 'Content-Type: multipart/mixed; boundary=x', '--y\r\n\r\nSTOP\r\n--y--'],
    [
      'more files than are kept',
      'Content-Type: multipart/mixed; boundary=x',
      '--x\r\nContent-Type: image/png\r\n\r\nA\r\n'.repeat(60),
    ],
    ['more lines than are read', 'X-A: b', 'x y\r\n'.repeat(30_000)],
  ])('%s', async (_, fields, body) => {
    expect((await readMail(latin1(`From: a@b.example\r\n${fields}\r\n\r\n${body}`))).isDoubtful).toBe(true)
  })

  test.each([
    ['a mail of a subject only', 'Subject: STOP', ''],
    ['blank parts', 'Content-Type: multipart/mixed; boundary=x', '--x\r\n\r\n \r\n--x--'],
    ['a picture only', 'Content-Type: image/png', 'PNG'],
    ['HTML without words', 'Content-Type: text/html', '<img src="https://shop.example/a.png">'],
  ])('but not %s', async (_, fields, body) => {
    expect((await readMail(latin1(`From: a@b.example\r\n${fields}\r\n\r\n${body}`))).isDoubtful).toBe(false)
  })
})
