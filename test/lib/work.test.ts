import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { READERS, TRIALS } from './counted-readers.ts'
import type { Asked } from './counting-thread.ts'

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

let thread: Worker
beforeAll(() => {
  thread = new Worker('./test/lib/counting-thread.ts', { execArgv: [] })
})
afterAll(() => thread.terminate())

const repeated = (unit: string, length: number): string => unit.repeat(Math.ceil(length / unit.length)).slice(0, length)

async function counts(reader: string, ...texts: readonly string[]): Promise<readonly number[]> {
  const answer = once(thread, 'message')
  thread.postMessage({ reader, texts } satisfies Asked)
  return (await answer)[0] as readonly number[]
}

async function growth(reader: string, make: (length: number) => string): Promise<number> {
  const [short = 0, long = Number.NaN] = await counts(reader, make(LENGTH), make(4 * LENGTH))
  return long / (short + GROUND)
}

test.each(Object.keys(TRIALS.calls))('the counter counts calls of our functions: %s', async (reader) => {
  const [count] = await counts(reader, 'a'.repeat(500))
  expect(count).toBeGreaterThanOrEqual(500)
})

test.each(Object.keys(TRIALS.quadratic))('the counter tells what is quadratic: %s', async (reader) => {
  expect(await growth(reader, (length) => 'a'.repeat(length))).toBeGreaterThan(10)
})

test.each(Object.keys(TRIALS.linear))('the counter tells what is linear: %s', async (reader) => {
  expect(await growth(reader, (length) => 'a'.repeat(length))).toBeLessThan(5)
})

test.each(Object.keys(READERS))(
  '%s does work in proportion to the text, whatever is repeated in it',
  async (name) => {
    const faults: string[] = []
    for (const unit of UNITS)
      for (const [kind, make] of [
        ['alone', (length: number) => repeated(unit, length)],
        ['behind a beginning', (length: number) => `On x, <a ="${repeated(unit, length)}\u0001`],
      ] as const) {
        // Work that is no more than this has not grown by more, whatever the shorter text took.
        const [most = Number.NaN] = await counts(name, make(4 * LENGTH))
        if (most <= MOST_GROWTH * GROUND) continue
        const times = await growth(name, make)
        if (times > MOST_GROWTH) faults.push(`${JSON.stringify(unit)} ${kind}: ${times.toFixed(1)} times`)
      }
    expect(faults).toEqual([])
  },
  240_000,
)
