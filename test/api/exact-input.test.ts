import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { operations } from '#worker/routes/resources.ts'
import { nameOf, type Surface, startSurface } from '../worlds/surface.ts'
import { until } from '../worlds/world.ts'
import { type Example, exampleOf } from './examples.ts'

let it: Surface
beforeAll(async () => {
  it = await startSurface({ tenant: { limits: { rate: 100_000, burst: 1_000_000 } } })
})
afterAll(() => it.dispose())

const tokenFor = (operation: Operation): Promise<string | null> => it.tokenFor(operation)
const withBody = operations.filter(({ body }) => body).map((one) => [nameOf(one), one] as const)
/** Examples, made once: whatever is done with them here is refused. */
const examples = new Map<Operation, Promise<Example>>()
function ready(operation: Operation): Promise<Example> {
  const example = examples.get(operation) ?? exampleOf(operation, it)
  examples.set(operation, example)
  return example
}

/** All cases for every tenth operation, and for each other one two of them, in turn: what reads a body is the same for all. */
function inTurn<One>(all: readonly One[], operation: Operation): readonly One[] {
  const at = withBody.findIndex(([, one]) => one === operation)
  return at % 10 === 0 ? all : all.filter((_, n) => n === at % all.length || n === (at * 7 + 1) % all.length)
}

/** Far more than any body may be once inflated. Packed once for all calls: it takes longer than what it is sent to. */
const BOMB = gzipSync(Buffer.alloc(50_000_000, ' '))

describe.each(withBody)('%s', (_, operation) => {
  test('refuses a name that stands twice in one object, at any depth and however it is escaped', async () => {
    const { path, body } = await ready(operation)
    const text = JSON.stringify(body)
    const begin = `${text.slice(0, -1)}${text === '{}' ? '' : ','}`
    const bodies: [string, string][] = [
      [`${begin}"x":1,"x":1}`, '/x'],
      [`${begin}"x":1,"\\u0078":1}`, '/x'],
      [`${begin}"x":[0,{"y":{"a/b":1,"a\\/b":2}}]}`, '/x/1/y/a~1b'],
      [`${begin}"__proto__":1,"__proto__":2}`, '/__proto__'],
      ...Object.keys(body as object).map((name): [string, string] => [
        `${begin}${JSON.stringify(name)}:null}`,
        `/${name}`,
      ]),
    ]
    for (const [sent, pointer] of inTurn(bodies, operation)) {
      const seen = await it.call(path, { method: operation.method, token: await tokenFor(operation), body: sent })
      expect([seen.status, seen.json.code, seen.json.errors?.[0]?.pointer], sent).toEqual([
        400,
        'malformed-json',
        pointer,
      ])
    }
  })

  test('refuses names and numbers that would not come through, wherever they stand', async () => {
    const { path, body } = await ready(operation)
    const text = JSON.stringify(body)
    const begin = `${text.slice(0, -1)}${text === '{}' ? '' : ','}`
    const bodies = [
      ['"metadata":{"__proto__":"x"}', '/metadata/__proto__'],
      ['"x":[{"__proto__":{"admin":true}}]', '/x/0/__proto__'],
      ['"x":{"\\u005f_proto__":1}', '/x/__proto__'],
      ['"x":9007199254740993', '/x'],
      ['"x":[-1e999]', '/x/0'],
    ] as const
    for (const [member, pointer] of inTurn(bodies, operation)) {
      const sent = `${begin}${member}}`
      const seen = await it.call(path, { method: operation.method, token: await tokenFor(operation), body: sent })
      expect([seen.status, seen.json.code], sent).toEqual([422, 'invalid-fields'])
      expect(
        seen.json.errors?.map((one) => one.pointer),
        sent,
      ).toContain(pointer)
    }
  })

  test('reads gzip, and says which codings it reads', async () => {
    const { path, body } = await ready(operation)
    const sent = { method: operation.method, token: await tokenFor(operation) }
    const gzip = { 'content-encoding': 'gzip' }
    const packed = gzipSync(JSON.stringify(body))
    const as = async (bytes: Uint8Array | string, headers: Readonly<Record<string, string>> = gzip) =>
      it.call(path, { ...sent, body: bytes, headers })
    // What is wrong with the fields is told, so the fields were read.
    const [plain, inflated] = [await as('{"nothing":1}', {}), await as(gzipSync('{"nothing":1}'))]
    expect([inflated.status, inflated.json.errors]).toEqual([422, plain.json.errors])
    const broken = [packed.subarray(0, -9), Buffer.concat([packed, Buffer.from([0])]), JSON.stringify(body), '']
    for (const bytes of inTurn(broken, operation)) {
      const { status, json } = await as(bytes)
      expect([status, json.code]).toEqual([400, 'malformed-json'])
    }
    for (const coding of inTurn(['br', 'deflate', 'gzip, gzip'], operation)) {
      const seen = await as(packed, { 'content-encoding': coding })
      expect([seen.status, seen.headers.get('accept-encoding')]).toEqual([415, 'gzip, identity'])
    }
    expect((await as(BOMB)).status).toBe(413)
  })
})

test('names of every object’s prototype are names as any other, and come back as they went', async () => {
  const metadata = { constructor: 'a', prototype: 'b', toString: 'c', hasOwnProperty: 'd', __proto: 'e' }
  const body = { channel: 'sms', to: '+989121112233', content: { text: 'x' }, metadata }
  const { id } = await it.good('/v1/messages', { body }, 202)
  const read = async () => (await it.good(`/v1/messages/${id}`))['metadata']
  const found = await until('the message is written', async () => (await read()) ?? null)
  expect(JSON.parse(JSON.stringify(found))).toEqual(metadata)
})

test('a carrier’s template that names a parameter `__proto__` is refused, not sent without it', async () => {
  const text = `{"channel":"chat","to":"whatsapp:+989121112233","content":{"template":{"name":"a","language":"fa","parameters":{"__proto__":"x"}}}}`
  const seen = await it.call('/v1/messages', { token: it.token, body: text })
  expect([seen.status, seen.json.errors?.[0]?.pointer]).toEqual([422, '/content/template/parameters/__proto__'])
})
