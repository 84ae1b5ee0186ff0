import { afterAll, beforeAll, expect, test } from 'vitest'
import { hasFooter } from '#worker/domain/addresses/footer.ts'
import { keywordForm } from '#worker/domain/tenants/keywords.ts'
import { readMail } from '#worker/flows/inbound/mail/read.ts'
import { utf8, utf8Length } from '#worker/lib/bytes.ts'
import { fileNameIn } from '#worker/lib/http/content-disposition.ts'
import { toldRefusals } from '#worker/lib/mail/bounce-words.ts'
import { decodeText } from '#worker/lib/mail/charset.ts'
import { parseDeliveryStatus } from '#worker/lib/mail/delivery-status.ts'
import { decodeWords } from '#worker/lib/mail/encoded-words.ts'
import { parseFeedbackReport } from '#worker/lib/mail/feedback-report.ts'
import { headerFields } from '#worker/lib/mail/header-fields.ts'
import { htmlCharset } from '#worker/lib/mail/html-charset.ts'
import { textOfHtml } from '#worker/lib/mail/html-text.ts'
import { replyText } from '#worker/lib/mail/reply-text.ts'
import { type Counter, newCounter } from './counted-work.ts'

/** Readers of what strangers write. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  replyText: (text) => replyText(text, text.slice(0, 200)),
  textOfHtml,
  toldRefusals: (text) => toldRefusals({ subject: text.slice(0, 200), text, failed: [], isSender: () => false }),
  parseDeliveryStatus,
  parseFeedbackReport,
  headerFields,
  decodeWords,
  htmlCharset: (text) => htmlCharset(utf8(text)),
  decodeText: (text) => decodeText(utf8(text), null),
  hasFooter: (text) => hasFooter(text, 'لغو11'),
  keywordForm,
  fileNameIn,
  'a mail of it': (text) => readMail(utf8(`From: a@b.example\r\n\r\n${text}`)),
  'a mail of it as HTML': (text) => readMail(utf8(`From: a@b.example\r\nContent-Type: text/html\r\n\r\n${text}`)),
  'a mail with it in its header': (text) =>
    readMail(utf8(`From: ${text}\r\nSubject: ${text}\r\nReferences: ${text}\r\nContent-Type: ${text}\r\n\r\nx`)),
}

/** Texts that are repeated: what patterns begin with, go on with, and nearly end in. */
const UNITS = [
  ...[
    'a',
    'ی',
    '🙏',
    '0',
    '٣',
    ' ',
    '\t',
    '\n',
    '\r\n',
    '\r',
    '\u200e',
    '\u00a0',
    '\ufeff',
    '.',
    ',',
    ';',
    ':',
    '=',
    '-',
    '_',
    '*',
  ],
  ...[
    '@',
    'a@',
    '@a',
    'a@b',
    'a@b.c ',
    '<',
    '>',
    '<a',
    '<a>',
    '</',
    '<!--',
    '-->',
    '<style>',
    '<style ',
    '</style',
    '<head>0',
  ],
  ...[
    '<title>',
    '<br',
    '<br>',
    '<p>',
    '<hr ',
    '<blockquote',
    '&',
    '&#',
    '&amp;',
    '&amp',
    '<meta ',
    '<meta charset=',
    '"',
    "'",
  ],
  ...[
    '=?',
    '?=',
    '=?utf-8?q?',
    '=?utf-8?B?=?=',
    '=?utf-8?Q?=D8=B3?= ',
    '=\r\n',
    '=3D',
    '%',
    "%20''",
    '\\',
    '(',
    ')',
    '((',
    '\\(',
  ],
  ...[
    '> ',
    '>\n',
    '> a\n',
    'On ',
    'On a:',
    'wrote',
    ' wrote:',
    'wrote:\n',
    'schrieb ',
    'schrieb:',
    'From: ',
    'From: a@',
    'از: ',
  ],
  ...[
    'Sent from my ',
    'gesendet https:',
    'get for ',
    '-- ',
    '--\n',
    '----',
    '-- a --\n',
    '*Von:* a\n',
    'A: b\n',
    'A:\n',
    'a:a:',
    '\n a',
  ],
  ...[
    '5.1.1 ',
    '550 ',
    '550 5.1.1 ',
    '#5.1.1',
    'status: ',
    'error a',
    'said: ',
    'mail from:<',
    '<a@b.c>:',
    '\n\n',
    '\n \n',
    'Hi. This is the ',
  ],
  ...[
    'Action: failed\n',
    'Final-Recipient: rfc822; a@b.c\n\n',
    'لغو',
    'لغو 11 ',
    'لغو11',
    '1-',
    '!?',
    '«',
    'boundary=',
    'charset=',
    'filename="',
  ],
]
const LENGTH = 600
/** Work that is there whatever the length. */
const GROUND = 1_200
/** Times that the work may grow for four times the text: what is linear takes 4, what is quadratic 16. */
const MOST_GROWTH = 8

let counter: Counter
beforeAll(async () => {
  counter = await newCounter()
})
afterAll(() => counter.close())

const repeated = (unit: string, length: number): string => unit.repeat(Math.ceil(length / unit.length)).slice(0, length)

async function growth(read: (text: string) => unknown, make: (length: number) => string): Promise<number> {
  const short = await counter.count(() => read(make(LENGTH)))
  const long = await counter.count(() => read(make(4 * LENGTH)))
  return long / (short + GROUND)
}

test('the counter counts calls of our functions', async () => {
  const texts = Array.from({ length: 500 }, () => 'a')
  expect(await counter.count(() => texts.map(utf8Length))).toBeGreaterThanOrEqual(500)
})

test('the counter tells what is quadratic from what is linear', async () => {
  const quadratic: ((text: string) => unknown)[] = [
    (text) => [...text].filter((_, at) => text.indexOf('\u0001', at) >= 0),
    (text) => [...text].filter((_, at) => /[^a]b/.test(text.slice(at))),
    (text) => [...text].map(() => text.toLowerCase()),
  ]
  for (const read of quadratic) expect(await growth(read, (length) => 'a'.repeat(length))).toBeGreaterThan(10)
  const linear: ((text: string) => unknown)[] = [
    (text) => text.replace(/a/g, 'b'),
    (text) => text.split(/a/),
    (text) => [...text.matchAll(/aa/g)].length,
  ]
  for (const read of linear) expect(await growth(read, (length) => 'a'.repeat(length))).toBeLessThan(5)
})

test.each(Object.keys(READERS))(
  '%s does work in proportion to the text, whatever is repeated in it',
  async (name) => {
    const read = READERS[name] ?? (() => {})
    const faults: string[] = []
    for (const unit of UNITS)
      for (const [kind, make] of [
        ['alone', (length: number) => repeated(unit, length)],
        ['behind a beginning', (length: number) => `On x, <a ="${repeated(unit, length)}\u0001`],
      ] as const) {
        const times = await growth(read, make)
        if (times > MOST_GROWTH) faults.push(`${JSON.stringify(unit)} ${kind}: ${times.toFixed(1)} times`)
      }
    expect(faults).toEqual([])
  },
  240_000,
)
