import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { operations } from '#worker/routes/resources.ts'
import { openedCalls } from '../worlds/at-rest/opened-calls.ts'
import { isBrowsers, nameOf, type Seen, type Surface, startSurface } from '../worlds/surface.ts'
import { message, until } from '../worlds/world.ts'
import { type Example, exampleOf } from './examples.ts'

const IP = '203.0.113.77'
let it: Surface
beforeAll(async () => {
  it = await startSurface({ entry: 'test/worlds/entries/failing-log.ts' })
})
afterAll(() => it.dispose())

const guarded = operations
  .filter(({ path }) => /^\/(?:v1|admin)\//.test(path))
  .map((one) => [nameOf(one), one] as const)
const from = { 'cf-connecting-ip': IP, 'x-forwarded-for': '198.51.100.7', 'cf-ray': '0123456789abcdef-THR' }

/** The row of the access log that bears the answer's Request-Id. */
const rowOf = (seen: Seen): Promise<Record<string, unknown>> =>
  until('the row of a call', () => it.rowOf(seen.requestId))

/** A good call of an operation, as it was made and answered. */
interface Called extends Example {
  readonly sentBy: string | null
  readonly seen: Seen
  /** Id of who the tenant's owner was, where it was he who called. */
  readonly owner: string | null
  /** Times before and after it. */
  readonly between: readonly [number, number]
}

async function called(operation: Operation): Promise<Called> {
  const example = await exampleOf(operation, it)
  const { path, status: _, headers, ...sent } = example
  const sentBy = await it.tokenFor(operation)
  const all = { method: operation.method, token: sentBy, ...sent, headers: { ...headers, ...from } }
  const before = Date.now()
  const seen = await it.call(path, all)
  const after = Date.now()
  const isPersons = operation.scope !== undefined && sentBy !== it.token
  return { ...example, sentBy, seen, owner: isPersons ? (await it.owner()).id : null, between: [before, after] }
}

describe('each answer’s Request-Id is its row of the access log', () => {
  const calls = new Map<Operation, PromiseSettledResult<Called>>()
  /** All calls are made before the first row is looked for: a wait for each would take longer than the calls. */
  beforeAll(async () => {
    for (const [, operation] of guarded) {
      const [settled] = await Promise.allSettled([called(operation)])
      calls.set(operation, settled)
    }
  })

  test.each(guarded)('%s', async (_, operation) => {
    const call = calls.get(operation)
    if (call?.status !== 'fulfilled') throw call?.reason
    const { path, status, sentBy: token, seen, owner, between, ...sent } = call.value
    expect(seen.status, seen.text).toBe(status)
    const row = await rowOf(seen)
    const isAdmin = path.startsWith('/admin/')
    expect(row).toMatchObject({
      tenant_id: isAdmin || isBrowsers(path) ? '' : it.tenantId,
      ip: IP,
      ray: '0123456789abcdef-THR',
      method: operation.method,
      route: operation.path,
      status,
      count: 1,
    })
    if (isBrowsers(path)) expect(row?.['actor']).toMatch(operation.signedIn ? /^per_/ : /^(?:per_|$)/)
    else if ('token' in sent) expect(row?.['actor']).toMatch(/^per_/)
    else expect(row?.['actor']).toBe(isAdmin ? 'surface' : token === it.token ? it.clientId : owner)
    // The ids of its path, and of what it made: who touched a thing is found by the thing.
    const made = seen.headers.get('location')?.split('/').at(-1) ?? ''
    const isSend = /^\/v1\/messages(?:\/batch)?$/.test(operation.path) && operation.method === 'POST'
    const ids = isSend ? [] : [...path.split(/[/?]/), made].filter((part) => /^[a-z]{3,4}_[0-9a-z]{8,}$/.test(part))
    const touched = [row?.['object'], row?.['parent']]
    for (const id of ids) expect(touched, `${path} ${made}`).toContain(id)
    expect(Number(row?.['at'])).toBeGreaterThanOrEqual(between[0])
    expect(Number(row?.['at'])).toBeLessThanOrEqual(between[1])
  })

  test('refusals too: sign-ins, scopes, unknown ids, wrong methods', async () => {
    const calls: readonly (readonly [number, Promise<Seen>])[] = [
      [401, it.call('/v1/messages', { headers: { 'cf-connecting-ip': '198.51.100.21' } })],
      [401, it.call('/admin/v1/tenants', { token: it.token, headers: { 'cf-connecting-ip': '198.51.100.22' } })],
      [404, it.call('/v1/messages/x', { token: it.token })],
      [405, it.call('/v1/messages', { method: 'PUT', token: it.token })],
      [400, it.call('/v1/messages?limit=x', { token: it.token })],
      [422, it.call('/v1/messages', { token: it.token, body: {} })],
      [
        422,
        it.call('/v1/messages/batch', {
          token: it.token,
          body: {},
          headers: { 'idempotency-key': '"key-of-a-batch-7Qx"' },
        }),
      ],
      [404, it.call('/admin/v1/tenants/x', { token: it.operatorToken })],
      [
        200,
        it.call('/oauth/token', {
          body: new URLSearchParams({
            grant_type: 'client_credentials',
            client_id: it.clientId,
            client_secret: it.clientSecret,
          }).toString(),
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        }),
      ],
      [
        401,
        it.call('/oauth/token', {
          body: new URLSearchParams({
            grant_type: 'client_credentials',
            client_id: it.clientId,
            client_secret: 'wrong',
          }).toString(),
          headers: { 'content-type': 'application/x-www-form-urlencoded', 'cf-connecting-ip': '198.51.100.23' },
        }),
      ],
    ]
    for (const [status, call] of calls) {
      const seen = await call
      expect(seen.status).toBe(status)
      expect(await rowOf(seen)).toMatchObject({ status })
    }
  })

  test('the log holds no address, no text, no token', async () => {
    const results = await openedCalls({ ledger: it.ledger, keys: it.chapar.keys })
    const text = JSON.stringify(results)
    expect(results.length).toBeGreaterThan(50)
    for (const secret of [it.token, it.operatorToken, it.clientSecret, '98912', 'سلام', 'example.org', '198.51.100.7'])
      expect(text).not.toContain(secret)
  })
})

describe('while the log cannot be written', () => {
  const refuses = { 'x-test-log': 'refuses' }
  const reads = guarded.filter(([, { method }]) => method === 'GET')

  test.each(reads)('%s answers 503 and tells nothing', async (_, operation) => {
    const example = await exampleOf(operation, it)
    const token = await it.tokenFor(operation)
    const answer = await it.chapar.fetch(example.path, {
      headers: { ...(await it.knownBy(example.path, token)), ...refuses },
    })
    const body = (await answer.json()) as Record<string, unknown>
    expect([answer.status, body['code'], answer.headers.get('retry-after')]).toEqual([503, 'unavailable', '5'])
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(Object.keys(body).sort()).toEqual(['code', 'instance', 'status', 'title', 'type'])
    expect(answer.headers.get('request-id')).toBe(body['instance'])
    expect(answer.headers.get('location')).toBeNull()
  })

  test('an operator’s change is kept all the same, past the queue', async () => {
    const sent = { method: 'PATCH', body: { name: 'Kept' }, token: it.operatorToken, headers: refuses }
    const seen = await it.call(`/admin/v1/tenants/${it.tenantId}`, sent)
    expect(seen.status).toBe(200)
    const row = await it.rowOf(seen.requestId)
    expect(row).toMatchObject({ object: it.tenantId, after: expect.stringContaining('Kept'), status: 200 })
  })

  test('a send goes on: its row rides in the envelope', async () => {
    const seen = await it.call('/v1/messages', { token: it.token, body: message('+989121112233'), headers: refuses })
    expect(seen.status).toBe(202)
    expect(await rowOf(seen)).toMatchObject({ status: 202, route: '/v1/messages' })
  })

  test('a sign-in is refused, and what is refused anyway keeps its answer', async () => {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: it.clientId,
      client_secret: it.clientSecret,
    })
    const answer = await it.chapar.fetch('/oauth/token', { method: 'POST', body, headers: refuses })
    expect(answer.status).toBe(503)
    expect(await answer.text()).not.toContain('access_token')
    expect((await it.call('/v1/messages/x', { token: it.token, headers: refuses })).status).toBe(404)
  })

  test('a replayed send is a call like any other', async () => {
    const sent = { token: it.token, body: message('+989121112233'), headers: { 'idempotency-key': 'k1' } }
    expect((await it.call('/v1/messages', sent)).status).toBe(202)
    const again = await it.chapar.fetch('/v1/messages', {
      method: 'POST',
      body: JSON.stringify(sent.body),
      headers: {
        authorization: `Bearer ${it.token}`,
        'content-type': 'application/json',
        'idempotency-key': 'k1',
        ...refuses,
      },
    })
    expect(again.status).toBe(503)
    const logged = await it.call('/v1/messages', sent)
    expect([logged.status, logged.headers.get('idempotency-replayed')]).toEqual([202, 'true'])
    expect(await rowOf(logged)).toMatchObject({ status: 202, route: '/v1/messages', tenant_id: it.tenantId })
  })
})
