import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PROBLEMS } from '#worker/domain/problem.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { operations } from '#worker/routes/resources.ts'
import { MALFORMED, TYPES } from '../worlds/players/bad-json.ts'
import { seeded } from '../worlds/random.ts'
import { isBrowsers, nameOf, type Seen, type Surface, startSurface } from '../worlds/surface.ts'
import { message } from '../worlds/world.ts'
import { type Example, exampleOf } from './examples.ts'

let it: Surface
beforeAll(async () => {
  it = await startSurface({ tenant: { limits: { rate: 100_000, burst: 1_000_000 } } })
})
afterAll(() => it.dispose())

const tokenFor = (operation: Operation): Promise<string | null> => it.tokenFor(operation)
const withBody = operations.filter(({ body }) => body).map((one) => [nameOf(one), one] as const)
const reads = operations.filter(({ method }) => method === 'GET').map((one) => [nameOf(one), one] as const)

const ready = (operation: Operation): Promise<Example> => exampleOf(operation, it)

const REFUSED = ['malformed-json', 'invalid-fields', 'unsupported-media-type', 'body-too-large']
type Post = (bad: (good: object) => unknown, headers?: Readonly<Record<string, string>>) => Promise<Seen>
/** Calls an operation with what is made of a good body. One example is for all calls until one does more than be refused. */
function poster(operation: Operation): Post {
  let example: Promise<Example> | null = null
  return async (bad, headers = {}) => {
    example ??= ready(operation)
    const { path, body, token = await tokenFor(operation) } = await example
    const seen = await it.call(path, { method: operation.method, token, body: bad(body as object), headers })
    if (!REFUSED.includes(seen.json?.code)) example = null
    return seen
  }
}

/** What reads a body before its operation does: the same for all of a kind. */
const kindOf = ({ path, items, bodyOptional }: Operation): string =>
  [isBrowsers(path) ? 'browsers' : path.split('/')[1], Boolean(items), Boolean(bodyOptional)].join()
const firsts = new Set(new Map(withBody.toReversed().map(([, one]) => [kindOf(one), one])).values())
/** All values for the first operation of a kind; two for each other one, in turn, so that all are tried at some. */
function inTurn<One>(all: readonly One[], operation: Operation): readonly One[] {
  const at = operations.indexOf(operation)
  return firsts.has(operation) ? all : all.filter((_, n) => n === at % all.length || n === (at * 7 + 1) % all.length)
}
/** The JSON of a body with another member behind those that it has. */
const withMember = (body: object, name: string, json: string): string => {
  const text = JSON.stringify(body)
  return `${text.slice(0, -1)}${text === '{}' ? '' : ','}${JSON.stringify(name)}:${json}}`
}

describe.each(withBody)('%s', (_, operation) => {
  const post = poster(operation)
  const at = operations.indexOf(operation)

  test('says that what is no JSON is no JSON', async () => {
    for (const [what, body] of inTurn(MALFORMED, operation)) {
      if (body === '' && operation.bodyOptional) continue
      const seen = await post(() => body)
      expect([seen.status, seen.json.code], what).toEqual([400, 'malformed-json'])
    }
  })

  test('wants an object', async () => {
    for (const body of inTurn(['[]', '[{}]', 'null', '1', '"x"', 'true', '1e999', '-0', '[[[]]]'], operation)) {
      const seen = await post(() => body)
      expect([seen.status, seen.json.code, seen.json.errors?.[0]?.pointer], body).toEqual([422, 'invalid-fields', ''])
    }
  })

  test('names each unknown field, and takes nothing from a prototype', async () => {
    const names = ['colour', '__proto__', 'constructor', 'toString', 'a/b~c', 'پیام', '', ' ']
    for (const name of inTurn(names, operation)) {
      const seen = await post((body) => withMember(body, name, '{"channel":"sms"}'))
      expect(seen.status, `${name} ${seen.text}`).toBe(422)
      const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
      expect(
        seen.json.errors?.map((error) => error.pointer),
        name,
      ).toContain(pointer)
    }
  })

  const WRONG: readonly unknown[] = [
    1,
    -1,
    1e308,
    0.5,
    true,
    [],
    {},
    [[]],
    'x'.repeat(20_000),
    '\0',
    '\ud800',
    { a: { b: 1 } },
  ]
  test('names a field of the wrong type', async () => {
    let fields: readonly string[] = []
    await post((body) => {
      fields = Object.keys(body)
      return []
    })
    for (const [n, field] of fields.entries()) {
      for (const [index, wrong] of WRONG.entries()) {
        // One of each three for a field: which of them differs from field to field and from call to call.
        if (!firsts.has(operation) && (index + n + at) % 3 > 0) continue
        const seen = await post((good) => ({ ...good, [field]: wrong }))
        // Some values fit some fields (an empty list of settings, a long description): then nothing is wrong with it.
        if (seen.status < 300) continue
        expect([409, 422], `${field} ${index} ${seen.text}`).toContain(seen.status)
        if (seen.status === 422 && seen.json.code === 'invalid-fields')
          expect(
            seen.json.errors?.some(
              ({ pointer }) => pointer === '' || pointer.startsWith(`/${field}`) || /^\/\w/.test(pointer),
            ),
            `${field} ${index} ${seen.text}`,
          ).toBe(true)
      }
    }
  })

  test('refuses text with NUL or half a surrogate pair wherever it stands', async () => {
    for (const bad of ['\\u0000', '\\ud800', 'a\\udc00b']) {
      const seen = await post((body) => withMember(body, 'metadata', `{"k":"${bad}"}`))
      expect([seen.status, seen.json.code], seen.text).toEqual([422, 'invalid-fields'])
      expect(seen.json.errors?.[0]?.pointer).toMatch(/^\/metadata/)
    }
  })

  test('takes JSON only, and its limit of it', async () => {
    for (const type of inTurn(TYPES, operation)) {
      const seen = await post((body) => JSON.stringify(body), { 'content-type': type })
      expect([seen.status, seen.json.code], type).toEqual([415, 'unsupported-media-type'])
    }
    const limit = operation.items ? 16_000_000 : 1_000_000
    /** A body with spaces before its end. */
    const ofLength = (length: number) => (body: object) => {
      const text = JSON.stringify(body)
      return `${text.slice(0, -1)}${' '.repeat(length - Buffer.byteLength(text))}}`
    }
    const over = await post(ofLength(limit + 1))
    expect([over.status, over.json.code]).toEqual([413, 'body-too-large'])
    // What reads a body of the most bytes is the same for all of a kind, and takes as long as a hundred calls.
    if (!firsts.has(operation)) return
    const most = await post(ofLength(limit))
    expect(most.status, most.text.slice(0, 200)).not.toBe(413)
  })
})

describe('the token endpoint', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const token = (body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}) =>
    it.call('/oauth/token', { body, headers: { ...form, ...headers } })

  test('answers garbage by RFC 6749', async () => {
    const bodies = ['', '=', '&&&', '%', 'grant_type', 'grant_type=password', 'grant_type=client_credentials', '{}']
    bodies.push(
      'grant_type=client_credentials&grant_type=client_credentials',
      `grant_type=client_credentials&client_id=${'x'.repeat(7_000)}&client_secret=y`,
    )
    bodies.push(
      'grant_type=client_credentials&client_id=%00&client_secret=%ff',
      'grant_type=client_credentials&client_id=__proto__&client_secret=x',
    )
    for (const body of bodies) {
      const seen = await token(body)
      expect([400, 401], body).toContain(seen.status)
      expect(seen.json['error'], body).toMatch(/^(?:invalid_request|invalid_client|unsupported_grant_type)$/)
    }
    expect((await token('x'.repeat(9_000))).status).toBe(413)
    expect((await token(Uint8Array.of(0xff, 0xfe, 0x00))).status).toBe(400)
    for (const basic of ['', 'Og==', '====', 'x'.repeat(5_000), Buffer.from('a:b\0').toString('base64')])
      expect((await token('grant_type=client_credentials', { authorization: `Basic ${basic}` })).status).toBe(401)
  })

  test('takes a form and nothing else', async () => {
    const seen = await it.call('/oauth/token', { body: {} })
    expect([seen.status, seen.json['error']]).toEqual([400, 'invalid_request'])
  })
})

describe('queries', () => {
  const TIMES = ['2026-13-45T00:00:00Z', '9999-12-31T23:59:59Z', '0000-01-01T00:00:00Z']
  const TEXTS = ['', ' ', '%00', '%F0%9F%98%80', '%ff', '%', "'%20OR%201=1--", '__proto__', 'x'.repeat(3_000)]
  const VALUES = ['0', '-1', '1e9', 'NaN', ...TEXTS, ...TIMES]
  /** First operation that has a parameter of a name: it is given all values, each other one a third of them, in turn. */
  const firstWith = new Map(
    reads.toReversed().flatMap(([, one]) => Object.keys(one.query?.shape ?? {}).map((name) => [name, one] as const)),
  )
  function valuesFor(operation: Operation, name: string, turn: number): readonly string[] {
    const first = firstWith.get(name)
    if (first === operation) return VALUES
    // Of a parameter that an operation does not have the value is not looked at: each operation is given another one.
    if (!Object.hasOwn(operation.query?.shape ?? {}, name)) return VALUES.slice(turn % VALUES.length).slice(0, 1)
    return VALUES.filter((_, n) => n % 3 === turn % 3)
  }
  test.each(reads)('%s bears any query', async (_, operation) => {
    const at = operations.indexOf(operation)
    const { path } = await ready(operation)
    const base = path.split('?')[0] ?? path
    const shape = operation.query?.shape ?? {}
    const names = [...Object.keys(shape), 'nothing', '__proto__', 'a[b]']
    for (const [n, name] of names.entries()) {
      for (const value of valuesFor(operation, name, at + n)) {
        const seen = await it.call(`${base}?${encodeURIComponent(name)}=${value}`, { token: await tokenFor(operation) })
        // Tenants and batches that do not exist are not found; what takes no query ignores it.
        const what = `${base}?${name}=${value.slice(0, 40)} ${seen.text.slice(0, 300)}`
        expect([200, 400, 404], what).toContain(seen.status)
        if (seen.status === 400) {
          expect(seen.json.code, what).toBe('invalid-request')
          for (const { pointer } of seen.json.errors ?? []) expect(pointer, what).toMatch(/^query:/)
          expect(seen.json.errors?.length, what).toBeGreaterThan(0)
        }
        if (operation.query && !(name in shape) && name !== '__proto__') expect(seen.status, what).toBe(400)
      }
    }
  })

  test('a recipient that is none, a sender that is none and a cursor that is none are named', async () => {
    const wrong: readonly (readonly [string, string])[] = [
      ['/v1/messages?to=10004346', 'query:to'],
      ['/v1/messages?to=nobody', 'query:to'],
      ['/v1/messages?from=%00', 'query:from'],
      ['/v1/messages?cursor=x', 'query:cursor'],
      ['/v1/messages?limit=101', 'query:limit'],
      ['/v1/messages?status=gone', 'query:status'],
      ['/v1/messages?after=yesterday', 'query:after'],
      ['/v1/suppressions?recipient=nobody', 'query:recipient'],
      ['/v1/suppressions?cursor=x', 'query:cursor'],
    ]
    for (const [path, pointer] of wrong) {
      const seen = await it.call(path, { token: it.token })
      expect([seen.status, seen.json.errors?.[0]?.pointer], `${path} ${seen.text}`).toEqual([400, pointer])
    }
    for (const query of [
      '',
      'channel=sms',
      'channel=sms&recipient=x',
      'channel=sms&recipient=%2B989121112233&sender=300',
    ]) {
      const seen = await it.call(`/v1/suppressions?${query}`, { method: 'DELETE', token: it.token })
      expect(seen.status, `${query} ${seen.text}`).toBe(400)
      for (const { pointer } of seen.json.errors ?? []) expect(pointer).toMatch(/^query:/)
    }
  })
})

describe('headers', () => {
  test('an Idempotency-Key that is none is named', async () => {
    for (const key of [
      '""',
      '"',
      '"a',
      '"a"b',
      '"\\x"',
      '"é"',
      'a b',
      '(1 2)',
      'x'.repeat(300),
      `"${'x'.repeat(256)}"`,
    ]) {
      const headers = { 'idempotency-key': Buffer.from(key, 'utf8').toString('latin1') }
      const seen = await it.call('/v1/messages', { token: it.token, body: message('+989121112233'), headers })
      expect([seen.status, seen.json.errors?.[0]?.pointer], `${key} ${seen.text}`).toEqual([
        400,
        'header:Idempotency-Key',
      ])
    }
  })
})

describe('by chance', () => {
  const random = seeded(20_261_018)
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value
  const ATOMS: readonly unknown[] = [
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    '',
    'sms',
    'x',
    '+989121112233',
    '۰۹۱۲۱۱۱۲۲۳۳',
    '10004346',
    'سلام',
    '\0',
    '\ud83d',
    '😀'.repeat(20),
    'a'.repeat(2_000),
    '2026-01-01T00:00:00Z',
    [],
    {},
    { text: 'x' },
    { text: 1 },
    [1, 'a'],
    '__proto__',
    'otp',
    'live',
  ]
  const NAMES = [
    'channel',
    'to',
    'from',
    'content',
    'clientRef',
    'purpose',
    'validUntil',
    'metadata',
    'messages',
    'text',
    '__proto__',
    'x',
  ]

  const value = (depth: number): unknown => {
    const roll = random()
    if (depth > 4 || roll < 0.6) return pick(ATOMS)
    if (roll < 0.75) return Array.from({ length: Math.floor(random() * 4) }, () => value(depth + 1))
    return Object.fromEntries(Array.from({ length: Math.floor(random() * 5) }, () => [pick(NAMES), value(depth + 1)]))
  }
  const mutated = (body: unknown): unknown => {
    if (typeof body !== 'object' || body === null || random() < 0.15) return value(1)
    if (Array.isArray(body)) return body.map((one) => (random() < 0.4 ? mutated(one) : one))
    const entries = Object.entries(body).flatMap(([name, one]) => {
      const roll = random()
      return roll < 0.1 ? [] : [[name, roll < 0.4 ? mutated(one) : one] as const]
    })
    if (random() < 0.2) entries.push([pick(NAMES), value(1)])
    return Object.fromEntries(entries)
  }
  const damaged = (text: string): string | Uint8Array => {
    const roll = random()
    if (roll < 0.8) return text
    const at = Math.floor(random() * text.length)
    if (roll < 0.9) return text.slice(0, at)
    const raw = Buffer.from(text)
    raw[at % raw.length] = Math.floor(random() * 256)
    return raw
  }

  const GOOD: readonly (readonly [string, unknown])[] = [
    [
      '/v1/messages',
      message('+989121112233', 'x', { from: '10004346', metadata: { a: 'b' }, clientRef: 'r', purpose: 'otp' }),
    ],
    [
      '/v1/messages/batch',
      {
        channel: 'sms',
        content: { text: 'x' },
        metadata: { a: 'b' },
        messages: [
          { to: '+989121112233' },
          { to: '+989121112234', content: { text: 'y' }, metadata: {} },
          { to: '09121112233', from: '10004346' },
        ],
      },
    ],
    ['/v1/preview', { channel: 'sms', content: { text: 'x' }, from: '10004346', purpose: 'otp' }],
  ]

  test('four hundred bodies give a 2xx or a problem, and every 202 can be read', async () => {
    const statuses = new Map<number, number>()
    for (let i = 0; i < 400; i++) {
      const [path, good] = pick(GOOD)
      const body = damaged(JSON.stringify(mutated(good)) ?? 'null')
      const operation = operations.find((one) => one.path === path && one.method === 'POST')
      const seen = await it.call(path, { token: it.token, body, ...(operation ? { operation } : {}) })
      statuses.set(seen.status, (statuses.get(seen.status) ?? 0) + 1)
      expect([200, 202, 400, 422], `${i} ${seen.text.slice(0, 300)}`).toContain(seen.status)
      if (seen.status >= 400) {
        expect(Object.keys(PROBLEMS)).toContain(seen.json.code)
        if (seen.json.code === 'invalid-fields') expect(seen.json.errors?.length, seen.text).toBeGreaterThan(0)
      }
      if (seen.status === 202 && i % 10 === 0) await it.good(String(seen.headers.get('location')))
    }
    expect([...statuses.keys()].sort()).toEqual([200, 202, 400, 422])
  })
})
