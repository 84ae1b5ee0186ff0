import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BASE } from '#worker/store/codes/codes.ts'
import { batchOf, escaped, linesOf, ownItems, ownText, padded } from '../../worlds/players/large-bodies.ts'
import { type Upload, upload } from '../../worlds/players/raw-client.ts'
import { rowsWhere } from '../../worlds/tenant-rows.ts'
import { message, until, type World } from '../../worlds/world.ts'
import {
  accepted,
  type Batch,
  GZIP,
  gzipped,
  NDJSON,
  PATH,
  refused,
  type Sent,
  senderTo,
  startSmall,
} from './sending.ts'

let world: World
beforeAll(async () => {
  world = await startSmall()
})
afterAll(() => world.dispose())

const send = senderTo(() => world)

/** Contents in the ledger by ordinal, once so many messages of the batch are delivered. */
async function delivered({ id }: Batch, count: number): Promise<Map<number, string>> {
  const base = BASE.encode(id.slice(4))
  await until(`${count} messages of ${id} are delivered`, async () => {
    const found = await world.ledger
      .prepare('SELECT count(*) AS n FROM messages WHERE substr(id, 1, 20) = unhex(?1) AND status = 60')
      .bind(base)
      .first<number>('n')
    return found === count
  })
  const rows = await rowsWhere(world.ledger, 'substr(m.id, 1, 20) = unhex(?1)', base)
  return new Map(rows.map(({ content }, n) => [n, (JSON.parse(content ?? '') as { text: string }).text]))
}

describe('10,000 messages with a text each', () => {
  const items = ownItems(10_000)

  test('as Python writes them are taken, and each is delivered with its own text', async () => {
    const body = escaped(batchOf(items))
    expect(body.length).toBeGreaterThan(9_000_000)
    const batch = await accepted(await send(body))
    expect([batch.acceptedCount, batch.rejectedCount]).toEqual([10_000, 0])
    const texts = await delivered(batch, 10_000)
    expect(texts.size).toBe(10_000)
    for (const [n, text] of texts) expect(text).toBe(ownText(n))
  })

  test('compressed, and as lines, they are the same messages', async () => {
    const few = items.slice(0, 300)
    const ways: readonly (readonly [Sent, Record<string, string>])[] = [
      [gzipped(escaped(batchOf(few))), GZIP],
      [linesOf(few), NDJSON],
      [linesOf(few, escaped), { 'content-type': 'application/jsonl' }],
    ]
    for (const [body, headers] of ways) {
      const batch = await accepted(await send(body, headers))
      const texts = await delivered(batch, batch.acceptedCount)
      expect(texts.size).toBe(300)
      for (const [n, text] of texts) expect(text).toBe(ownText(n))
    }
    // As many lines as there may be, of which one in eight has a recipient.
    const lines = linesOf(items.map((item, n) => (n % 8 === 0 ? item : { ...item, to: 'nobody' })))
    const batch = await accepted(await send(gzipped(lines), { ...NDJSON, ...GZIP }))
    expect([batch.acceptedCount, batch.rejectedCount]).toEqual([1_250, 8_750])
    for (const [n, text] of await delivered(batch, 1_250)) expect(text).toBe(ownText(8 * n))
  })
})

/** A batch of few messages that takes 16 MB. */
const large = (count = 100): string => padded(escaped(batchOf(ownItems(count))), 16_000_000)
const taken = async (text: string): Promise<void> => expect((await accepted(await send(text))).rejectedCount).toBe(0)

/** Codes of a connection that was closed while it was written to. */
const CLOSED = ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']
const MOST_TRIES = 5
/**
 * Makes a call; anew where its connection was closed: it was kept and is the one that the refusal before has just closed, or this
 * process, which writes all of them, brought nothing for ten seconds. A runtime that died is not there the second time.
 */
async function made(call: () => Promise<Response>): Promise<Response> {
  for (let tries = 1; ; tries++) {
    try {
      return await call()
    } catch (error) {
      const { code = '' } = (error as { readonly cause?: { readonly code?: string } }).cause ?? {}
      if (!CLOSED.includes(code) || tries === MOST_TRIES) throw error
    }
  }
}

describe('many at once', () => {
  test('are each taken or told to come again, the runtime lives, and the ledger has what was taken', async () => {
    const full = escaped(batchOf(ownItems(10_000, () => ({ metadata: { note: 'یادداشت '.repeat(12) } }))))
    expect(full.length).toBeGreaterThan(14_000_000)
    expect(full.length).toBeLessThan(16_000_000)
    const small = large(500)
    const ways: readonly (() => Promise<Response>)[] = [
      () => send(full),
      () => send(gzipped(full), GZIP),
      () => send(small),
      () => send(linesOf(ownItems(10_000), escaped), NDJSON),
    ]
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => made(ways[n % 4] ?? (() => send(full)))))
    const batches: Batch[] = []
    for (const answer of answers) {
      if (answer.status === 202) batches.push((await answer.json()) as Batch)
      else {
        expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'unavailable' }])
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      }
    }
    console.log(`${batches.length} of ${answers.length} large bodies were taken at once`)
    expect(batches.length).toBeGreaterThan(0)
    for (const batch of batches) {
      const texts = await delivered(batch, batch.acceptedCount)
      expect(texts.size).toBe(batch.acceptedCount)
      for (const [n, text] of texts) expect(text).toBe(ownText(n))
    }
  })
})

let packed: Uint8Array | undefined
/** What takes 400 MB once inflated; packed once for all calls. */
const bomb = (): Uint8Array => {
  packed ??= gzipped(Buffer.alloc(400_000_000, ' '))
  return packed
}

describe('what is not taken', () => {
  const limits: readonly (readonly [string, () => Promise<Response>, number, string])[] = [
    ['a byte more than 16 MB', () => send(`${large()} `), 413, 'body-too-large'],
    ['twice as much', () => send(large() + large()), 413, 'body-too-large'],
    ['16 MB and a byte once inflated', () => send(gzipped(`${large()} `), GZIP), 413, 'body-too-large'],
    ['a bomb', () => send(bomb(), GZIP), 413, 'body-too-large'],
    ['a bomb for one message', () => send(bomb(), GZIP, '/v1/messages'), 413, 'body-too-large'],
    [
      '1 MB and a byte for one message, inflated',
      () => send(gzipped(padded(JSON.stringify(message('+989121234567')), 1_000_001)), GZIP, '/v1/messages'),
      413,
      'body-too-large',
    ],
    ['2 MB for a preview', () => send(padded('{}', 2_000_000), {}, '/v1/preview'), 413, 'body-too-large'],
    ['12 MB for one message', () => send(padded('{}', 12_000_000), {}, '/v1/messages'), 413, 'body-too-large'],
    [
      'five million empty items',
      () => send(`{"channel":"sms","messages":[${'{},'.repeat(5_000_000)}{}]}`),
      413,
      'body-too-large',
    ],
    [
      'five million empty lines of items',
      () => send(`{"channel":"sms"}\n${'[[]]\n'.repeat(3_000_000)}`, NDJSON),
      422,
      'invalid-fields',
    ],
    [
      'eight million numbers',
      () => send(`{"channel":"sms","messages":[${'0,'.repeat(7_900_000)}0]}`),
      413,
      'body-too-large',
    ],
    [
      'one text of 16 MB',
      () => send(`{"channel":"sms","content":{"text":"${'س'.repeat(7_900_000)}"},"messages":[{"to":"+989121234567"}]}`),
      422,
      'invalid-fields',
    ],
    [
      'an item of 15 MB alone',
      () => send(`{"channel":"sms","messages":[{"to":"${'\\u0633'.repeat(2_500_000)}"}]}`),
      422,
      'invalid-fields',
    ],
    ['10,001 items', () => send(escaped(batchOf(ownItems(10_001)))), 422, 'invalid-fields'],
    ['10,001 lines', () => send(linesOf(ownItems(10_001)), NDJSON), 422, 'invalid-fields'],
    ['100,000 levels', () => send(padded('['.repeat(100_000), 2_000_000)), 400, 'malformed-json'],
    ['16 MB of brackets', () => send('['.repeat(16_000_000)), 400, 'malformed-json'],
    [
      'a name twice in a large item',
      () => send(large().slice(0, -20).replace('"to":', '"to":"x","to":')),
      400,
      'malformed-json',
    ],
    ['a large document cut off', () => send(escaped(batchOf(ownItems(2_000))).slice(0, -1)), 400, 'malformed-json'],
    [
      'a large gzip stream cut off',
      () => send(gzipped(escaped(batchOf(ownItems(2_000)))).subarray(0, -20), GZIP),
      400,
      'malformed-json',
    ],
    [
      'a name of 8 MB and 100,000 faults below it',
      () => send(`{"${'n'.repeat(8_000_000)}":[${'"\\u0000",'.repeat(100_000)}0]}`),
      422,
      'invalid-fields',
    ],
  ]
  test.each(limits)('%s', async (_, call, status, code) => {
    expect((await refused(await made(call), status)).code).toBe(code)
  })

  test('frees the place: 16 MB to the byte are taken afterwards, compressed or not', async () => {
    await taken(large())
    await accepted(await send(gzipped(large()), GZIP))
  })
})

describe('a client', () => {
  const headers = () => ({ authorization: `Bearer ${world.token}`, 'content-type': 'application/json' })
  const begin = (more: Readonly<Record<string, string | number>> = {}): Upload =>
    upload(`${world.chapar.url}${PATH}`, { ...headers(), ...more })
  const MEGABYTE = ' '.repeat(1_000_000)

  test('that announces no length is heard: 16 MB are taken, more is a 413', async () => {
    for (const [text, status] of [
      [large(), 202],
      [`${large()} `, 413],
      [JSON.stringify(batchOf(ownItems(3))), 202],
    ] as const) {
      const { request, answer } = begin()
      for (let at = 0; at < text.length; at += 65_536) request.write(text.slice(at, at + 65_536))
      request.end()
      expect((await answer).status).toBe(status)
    }
  })

  test('that breaks off gives the place back, however often', async () => {
    for (let n = 0; n < 5; n++) {
      for (const more of [
        { 'content-length': 16_000_000 },
        {},
        { 'content-length': 5_000_000, 'content-encoding': 'gzip' },
      ]) {
        const { request, answer } = begin(more)
        for (let sent = 0; sent < 3; sent++) request.write(MEGABYTE)
        await sleep(50)
        request.destroy()
        await answer.catch(() => undefined)
      }
    }
    await taken(large())
  })

  test('that hangs up while it waits or is worked blocks nobody', async () => {
    const text = large()
    const many = Array.from({ length: 12 }, () => begin({ 'content-length': text.length }))
    for (const { request } of many) request.end(text)
    await sleep(300)
    for (const { request } of many) request.destroy()
    await until('a large batch is taken', async () => (await send(text)).status === 202)
  })

  test('that announces less than it sends is read as far as it said', async () => {
    const text = JSON.stringify(batchOf(ownItems(1)))
    const { request, answer } = begin({ 'content-length': Buffer.byteLength(text), connection: 'close' })
    request.write(text)
    expect((await answer).status).toBe(202)
  })
})
