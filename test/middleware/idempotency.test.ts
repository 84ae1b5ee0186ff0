import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { HOUR } from '#worker/domain/time.ts'
import { PATIENCE } from '../patience.ts'
import { type Harness, startChapar } from '../worlds/harness.ts'

let chapar: Harness
let names = 0
let name = ''

beforeAll(async () => {
  chapar = await startChapar({ entry: 'test/worlds/entries/limits.ts', gateways: 2 })
})
afterAll(() => chapar.dispose())
beforeEach(() => {
  name = `thing-${++names}`
})
afterEach(() => moveClock(0))

interface Answer {
  readonly origin: string
  readonly request: string
  readonly secret: string
  readonly text: string
}

const moveClock = (offset: number) => chapar.fetch('/clock', { method: 'POST', body: String(offset) })
function post(body: object, headers: Record<string, string> = {}, gateway = 0): Promise<Response> {
  const all = { 'content-type': 'application/json', 'idempotency-key': `"${name}"`, ...headers }
  return chapar.fetch('/things', { method: 'POST', headers: all, body: JSON.stringify({ name, ...body }) }, gateway)
}
const answerOf = async (response: Response) => (await response.json()) as Answer
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code
const ran = async (gateway = 0) => (await chapar.fetch(`/ran/${name}`, {}, gateway)).json()
const go = () => chapar.fetch(`/go/${name}`, { method: 'POST' })

describe('a call that was answered', () => {
  test('is answered the same again, marked, and without its once-shown secret', async () => {
    const first = await post({})
    expect(first.headers.get('idempotency-replayed')).toBeNull()
    const shown = await answerOf(first)
    expect(shown).toMatchObject({ origin: shown.request, secret: 'once' })
    const again = await post({}, {}, 1)
    expect(again.status).toBe(202)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(again.headers.get('location')).toBe(`/things/${name}`)
    expect(again.headers.get('content-type')).toContain('application/json')
    expect(again.headers.get('x-other')).toBeNull()
    expect(await answerOf(again)).toEqual({ ...shown, secret: '***' })
    expect(await ran()).toBe(1)
  })

  test('is told from one with another payload', async () => {
    await post({ size: 1 })
    const other = await post({ size: 2 })
    expect(other.status).toBe(422)
    expect(await codeOf(other)).toBe('idempotency-mismatch')
  })

  test('is replayed although the answer is larger than a row may be', async () => {
    const shown = await answerOf(await post({ size: 500_000 }))
    expect(shown.text.length).toBe(2_000_000)
    expect((await answerOf(await post({ size: 500_000 }))).text === shown.text).toBe(true)
  })

  test('runs anew after a day, as another request', async () => {
    const first = await answerOf(await post({}))
    await moveClock(24 * HOUR)
    const next = await answerOf(await post({}))
    expect(next.origin).not.toBe(first.origin)
    expect(await ran()).toBe(2)
  })

  test('keeps a refusal of its input', async () => {
    expect((await post({ status: 422 })).status).toBe(422)
    expect((await post({ status: 422 })).headers.get('idempotency-replayed')).toBe('true')
  })
})

describe('keys are apart', () => {
  test.each([
    ['for another tenant', { 'x-tenant': 'ten_two' }],
    ['for test credentials', { 'x-mode': 'test' }],
    ['for an operator', { 'x-operator': 'ops@example.com' }],
  ])('%s', async (_name, headers) => {
    await post({})
    expect((await post({}, headers)).headers.get('idempotency-replayed')).toBeNull()
    expect((await post({}, headers)).headers.get('idempotency-replayed')).toBe('true')
    expect(await ran()).toBe(2)
  })

  test('for another route', async () => {
    const bare = () => chapar.fetch('/bare', { method: 'POST', headers: { 'idempotency-key': name } })
    await post({})
    expect((await bare()).headers.get('idempotency-replayed')).toBeNull()
    const again = await bare()
    expect(again.status).toBe(201)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
  })

  test('but quoted and bare are one', async () => {
    await post({}, { 'idempotency-key': name })
    expect((await post({}, { 'idempotency-key': `"${name}"` })).headers.get('idempotency-replayed')).toBe('true')
  })
})

describe('a call that is still running', () => {
  test('makes others wait, and all fifty parallel posts are one run', async () => {
    const posts = Array.from({ length: 50 }, (_, i) => post({ waits: true }, {}, i % 2))
    const early = await Promise.race(posts)
    expect(early.status).toBe(409)
    expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await codeOf(early)).toBe('idempotency-in-flight')
    await Promise.all([go(), chapar.fetch(`/go/${name}`, { method: 'POST' }, 1)])
    const kinds = (await Promise.all(posts)).map(({ status, headers }) =>
      headers.get('idempotency-replayed') === 'true' ? 'replayed' : status,
    )
    expect(kinds.filter((kind) => kind === 202)).toHaveLength(1)
    expect(kinds.filter((kind) => kind !== 202 && kind !== 409 && kind !== 'replayed')).toEqual([])
    expect(Number(await ran(0)) + Number(await ran(1))).toBe(1)
    expect((await post({ waits: true })).headers.get('idempotency-replayed')).toBe('true')
  })

  test('is taken for dead after a minute: the retry runs with the same request id', async () => {
    const first = post({ waits: true })
    await vi.waitFor(async () => expect(await ran()).toBe(1), { timeout: PATIENCE })
    await moveClock(59_000)
    expect((await post({ waits: true })).status).toBe(409)
    await moveClock(61_000)
    const second = post({ waits: true })
    await vi.waitFor(async () => expect(await ran()).toBe(2), { timeout: PATIENCE })
    await go()
    const [a, b] = [await answerOf(await first), await answerOf(await second)]
    expect(b.origin).toBe(a.origin)
    expect(b.request).not.toBe(a.request)
  })
})

describe('a call that failed on our side', () => {
  test.each([{ status: 500 }, { status: 503 }, { status: 429 }, { status: 403 }, { throws: true }])(
    'is not kept, and the retry runs at once as the same request (%j)',
    async (body) => {
      expect((await post(body)).status).toBeGreaterThanOrEqual(403)
      const again = await post(body)
      expect(again.headers.get('idempotency-replayed')).toBeNull()
      expect(await ran()).toBe(2)
    },
  )

  test('its retry has the first request id', async () => {
    const first = await answerOf(await post({ status: 500 }))
    expect((await answerOf(await post({ status: 500 }))).origin).toBe(first.origin)
  })
})

describe('the header', () => {
  test('may be absent: every call runs by its own id', async () => {
    const call = () =>
      chapar.fetch('/things', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name }),
      })
    const answers = [await answerOf(await call()), await answerOf(await call())]
    for (const answer of answers) expect(answer.origin).toBe(answer.request)
    expect(await ran()).toBe(2)
  })

  test.each(['""', '', '"open', '"a" "b"', '"a", "b"', 'two words', `"${'k'.repeat(256)}"`])(
    'is refused as %j',
    async (key) => {
      const response = await post({}, { 'idempotency-key': key })
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({
        code: 'invalid-request',
        errors: [{ pointer: 'header:Idempotency-Key' }],
      })
      expect(await ran()).toBe(0)
    },
  )

  test('may have 255 characters', async () => {
    expect((await post({}, { 'idempotency-key': `"${'k'.repeat(255)}"` })).status).toBe(202)
  })
})

test('if the keys cannot be reached nothing is sent and the answer is a 503', async () => {
  const response = await post({}, { 'x-tenant': 'ten_dead' })
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).not.toBeNull()
  expect(await ran()).toBe(0)
})

test('the alarm deletes what is older than a day with its answer, and nothing else', async () => {
  const call = async (method: string, ...args: unknown[]) => {
    const response = await chapar.fetch(`/call/IDEMPOTENCY/bucket/${method}`, {
      method: 'POST',
      body: JSON.stringify(args),
    })
    return ((await response.json()) as { result: unknown }).result
  }
  await call('begin', 'old', 'print', 'req_1')
  await call('fill', 'old', 2_500_000)
  await moveClock(HOUR)
  await call('begin', 'young', 'print', 'req_2')
  await call('fill', 'young', 2_500_000)
  expect(await call('purge')).toMatchObject({ keys: 2, pieces: 6 })
  await moveClock(24 * HOUR)
  expect(await call('purge')).toMatchObject({ keys: 1, pieces: 3, alarmAt: expect.any(Number) })
  await moveClock(25 * HOUR)
  expect(await call('purge')).toMatchObject({ keys: 0, pieces: 0 })
})

test('a run that lost its lease cannot end the one that has it', async () => {
  const call = async (method: string, ...args: unknown[]) => {
    const response = await chapar.fetch(`/call/IDEMPOTENCY/turns/${method}`, {
      method: 'POST',
      body: JSON.stringify(args),
    })
    return ((await response.json()) as { result: { kind: string } }).result
  }
  expect(await call('begin', 'key', 'print', 'req_1')).toMatchObject({ kind: 'start', run: 1 })
  await moveClock(61_000)
  expect(await call('begin', 'key', 'print', 'req_2')).toMatchObject({ kind: 'start', run: 2, requestId: 'req_1' })
  await call('release', 'key', 1)
  expect(await call('begin', 'key', 'print', 'req_3')).toMatchObject({ kind: 'in-flight' })
})
