import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { batchOf, linesOf, ownItems, padded } from '../../worlds/players/large-bodies.ts'
import { message, reaches, type World } from '../../worlds/world.ts'
import { accepted, GZIP, gzipped, NDJSON, PATH, refused, senderTo, startSmall } from './sending.ts'

let world: World
beforeAll(async () => {
  world = await startSmall()
})
afterAll(() => world.dispose())

const send = senderTo(() => world)

describe('Content-Encoding', () => {
  const single = JSON.stringify(message('+989121234567'))
  const batch = JSON.stringify(batchOf(ownItems(2)))
  const member = gzipped(single)

  test.each(['gzip', 'GZIP', 'x-gzip', ' gzip '])('%j is read by every call that takes JSON', async (coding) => {
    const headers = { 'content-encoding': coding }
    expect((await send(gzipped(single), headers, '/v1/messages')).status).toBe(202)
    expect((await send(gzipped(batch), headers)).status).toBe(202)
    const shown = await send(gzipped('{"channel":"sms","content":{"text":"x"}}'), headers, '/v1/preview')
    expect(shown.status).toBe(200)
  })

  test.each(['identity', 'Identity'])('%j changes nothing', async (coding) => {
    expect((await send(single, { 'content-encoding': coding }, '/v1/messages')).status).toBe(202)
  })

  test.each(['deflate', 'br', 'zstd', 'compress', 'gzip, gzip', 'gzip, identity', 'aes128gcm', 'x'])(
    '%j is a 415 that says what is read',
    async (coding) => {
      for (const path of ['/v1/messages', PATH, '/v1/preview', '/v1/webhooks']) {
        const answer = await send(member, { 'content-encoding': coding }, path)
        expect(answer.headers.get('accept-encoding')).toBe('gzip, identity')
        expect((await refused(answer, 415)).code).toBe('unsupported-media-type')
      }
    },
  )

  const spoilt: readonly (readonly [string, Uint8Array | string])[] = [
    ['cut off in its data', member.subarray(0, member.length - 15)],
    ['cut off before its length', member.subarray(0, member.length - 4)],
    ['cut off in its header', member.subarray(0, 5)],
    ['nothing', ''],
    ['no gzip', single],
    ['a byte behind it', Buffer.concat([member, Buffer.from([0])])],
    ['a second member behind it', Buffer.concat([member, gzipped(' ')])],
    ['a wrong checksum', Buffer.concat([member.subarray(0, -8), Buffer.alloc(4), member.subarray(-4)])],
    ['a wrong length', Buffer.concat([member.subarray(0, -4), Buffer.alloc(4)])],
    ['changed data', Buffer.concat([member.subarray(0, 14), Buffer.from([255, 255, 255]), member.subarray(17)])],
  ]
  test.each(spoilt)('a stream with %s is a 400', async (_, body) => {
    for (const path of ['/v1/messages', PATH, '/v1/webhooks'])
      expect((await refused(await send(body, GZIP, path), 400)).code).toBe('malformed-json')
  })

  test('what is inside is judged as if it had come as it is', async () => {
    expect((await refused(await send(gzipped('{"to":'), GZIP, '/v1/messages'), 400)).code).toBe('malformed-json')
    expect((await refused(await send(gzipped('{}'), GZIP, '/v1/messages'), 422)).code).toBe('invalid-fields')
  })
})

describe('lines', () => {
  const items = [
    { to: '+989121234567', content: { text: 'یک' } },
    { to: 'nobody', content: { text: 'دو' } },
    'no object',
    { to: '+989121234567', content: { text: '' } },
    { to: '+989121234567', content: { text: 'سه' }, colour: 1 },
    { to: '+989121234567' },
    { to: '+989121234567', content: { text: 'a\0b' } },
    { to: '+989121234567', content: { text: 'چهار' }, metadata: { constructor: 'x' } },
  ]

  test('reject the same items by the same indexes as a document, blank lines or not', async () => {
    const shared = { channel: 'sms', clientRef: 'lines' }
    const document = await accepted(await send(JSON.stringify({ ...shared, messages: items })))
    const lines = [shared, ...items].map((line) => JSON.stringify(line))
    expect(document.rejected.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5, 6])
    for (const text of [lines.join('\n'), `\r\n${lines.join('\r\n \r\n')}\r\n\r\n`, `\ufeff${lines.join('\n')}\n`]) {
      const batch = await accepted(await send(text, NDJSON))
      expect(batch).toMatchObject({ total: 8, acceptedCount: 2 })
      expect(batch.rejected).toEqual(document.rejected)
    }
  })

  test('take shared content from the first', async () => {
    const text = '{"channel":"sms","content":{"text":"سلام"}}\n{"to":"+989100001234"}\n{"to":"+989100011234"}'
    const { accepted: ids } = (await (await send(text, NDJSON)).json()) as { accepted: { id: string }[] }
    expect(ids.length).toBe(2)
    for (const { id } of ids) expect(await reaches(world, id, 'delivered')).toMatchObject({ content: { text: 'سلام' } })
  })

  const refusals: readonly (readonly [string, number, string])[] = [
    ['{"channel":"sms"}\n{"to":"+989121234567",}\n{}', 400, 'line:2'],
    ['{"channel":"sms"}\n\n\n{"to":"+989121234567","to":"+989121234568"}', 400, 'line:4/to'],
    ['{"channel":"sms","channel":"sms"}\n{}', 400, 'line:1/channel'],
    ['{\n"channel":"sms"\n}', 400, 'line:1'],
    ['{"channel":"sms"}', 422, '/messages'],
    ['{"channel":"sms","messages":[{"to":"+989121234567"}]}\n{}', 422, '/messages'],
    ['{"channel":"fax"}\n{"to":"+989121234567","content":{"text":"x"}}', 422, '/channel'],
    ['[]\n{"to":"+989121234567"}', 422, ''],
    ['{"channel":"sms","colour":1}\n{"to":"+989121234567"}', 422, '/colour'],
    ['{"channel":"sms","metadata":{"__proto__":"x"}}\n{"to":"+989121234567"}', 422, '/metadata/__proto__'],
  ]
  test.each(refusals)('%j is a %i at %j', async (text, status, pointer) => {
    const { errors } = await refused(await send(text, NDJSON), status)
    expect(errors?.map((one) => one.pointer)).toContain(pointer)
  })

  test('are for batches only, under their own types only', async () => {
    const text = linesOf(ownItems(2))
    expect((await send(text)).status).toBe(400)
    for (const type of [
      'application/x-ndjson',
      'application/ndjson',
      'application/jsonl',
      'application/x-ndjson; charset=utf-8',
    ])
      expect((await send(text, { 'content-type': type })).status, type).toBe(202)
    for (const type of [
      'text/plain',
      'application/json-seq',
      'application/x-ndjson; charset=latin1',
      'application/x-ndjsonx',
    ])
      expect((await send(text, { 'content-type': type })).status, type).toBe(415)
    expect((await send(text, NDJSON, '/v1/messages')).status).toBe(415)
  })
})

describe('an Idempotency-Key', () => {
  test.each([
    ['a small batch', JSON.stringify(batchOf(ownItems(3))), {}],
    ['a large batch', padded(JSON.stringify(batchOf(ownItems(3))), 2_000_000), {}],
    ['small lines', linesOf(ownItems(3)), NDJSON],
    ['large lines', padded(linesOf(ownItems(3)), 2_000_000), NDJSON],
  ])('stands for %s, compressed or not, and for no other', async (_, body, headers) => {
    const key = { 'idempotency-key': `"${randomUUID()}"`, ...headers }
    const first = await accepted(await send(body, key))
    const again = await send(gzipped(body), { ...key, ...GZIP })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await accepted(again)).toEqual(first)
    const other = await refused(
      await send(body.replace('سلام', 'درود').replace('\\u0633\\u0644\\u0627\\u0645', 'x'), key),
      422,
    )
    expect(other.code).toBe('idempotency-mismatch')
  })
})

test('the example sends a file of lines', async () => {
  mkdirSync('dist/test', { recursive: true })
  const file = `dist/test/${randomUUID()}.ndjson`
  writeFileSync(file, linesOf([...ownItems(3), { to: 'nobody', content: { text: 'x' } }]))
  const env = { ...process.env, BASE: world.chapar.url, TOKEN: world.token }
  const { stdout } = await promisify(execFile)(process.execPath, ['examples/send-lines.mjs', file], { env })
  rmSync(file)
  expect(stdout).toMatch(/^202 bat_\w+\nmessage 3: invalid-fields/)
})
