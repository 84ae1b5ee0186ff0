import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseList } from '../../lib/http/structured-field-parser.ts'
import { type Seen, type Surface, startSurface } from '../../worlds/surface.ts'
import { message, until } from '../../worlds/world.ts'

let it: Surface
let lines = 0
beforeAll(async () => {
  // An operator's calls are few, and come back so slowly that a slow machine makes more of them.
  const few = (source: string) => source.replace('rate: 100, burst: 2_000', 'rate: 5, burst: 400')
  const edits = { 'worker/flows/auth/operator-calls.ts': few }
  it = await startSurface({ gateways: 3, edits })
})
afterAll(() => it.dispose())

/** A tenant that may make these calls, of which the token of its credential was one. */
async function limited(calls: Record<string, number>, more: Record<string, unknown> = {}) {
  const made = await it.other(`3100${String(lines++).padStart(6, '0')}`, { tenant: { calls, ...more } })
  const read = (gateway = 0): Promise<Seen> => it.call('/v1/messages', { token: made.token, gateway })
  const send = (): Promise<Seen> => it.call('/v1/messages', { token: made.token, body: message('+989121112233') })
  return { ...made, read, send }
}
const states = ({ headers }: Seen) => parseList(headers.get('ratelimit') ?? '')
const countOf = (seen: readonly Seen[], status: number): number => seen.filter((one) => one.status === status).length

describe('calls are limited, whatever they do', () => {
  test('200 reads at once: the burst is answered, the rest is a 429 that says when to come again', async () => {
    // Nothing comes back meanwhile, however long the reads take.
    const { read } = await limited({ rate: 0.01, burst: 50 })
    const seen = await Promise.all(Array.from({ length: 200 }, (_, n) => read(n % 3)))
    expect(countOf(seen, 200) + countOf(seen, 429)).toBe(200)
    // One of the fifty was the token; the prefetch of an isolate may end unspent.
    expect(countOf(seen, 200)).toBeGreaterThan(25)
    expect(countOf(seen, 200)).toBeLessThan(60)
    const refused = seen.find(({ status }) => status === 429)
    expect(refused?.json).toMatchObject({ code: 'too-many-calls', 'violated-policies': ['calls'] })
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(parseList(refused?.headers.get('ratelimit-policy') ?? '')).toEqual([
      { name: 'calls', parameters: { q: 50, w: 5_000 } },
    ])
    expect(states(refused as Seen)[0]).toMatchObject({ name: 'calls', parameters: { r: expect.any(Number) } })
  })

  test('every answer but a send’s tells what is left of them', async () => {
    const { read, send } = await limited({ rate: 0.01, burst: 100 })
    const left = (seen: Seen) => states(seen)[0]?.parameters['r'] as number
    const [first, second] = [await read(), await read()]
    expect(states(first)).toMatchObject([{ name: 'calls' }])
    expect(left(first) - left(second)).toBe(1)
    expect(states(await send())).toMatchObject([{ name: 'burst' }])
  })

  test('a send takes a call as well as its messages, and one refused for calls takes no message', async () => {
    const { send } = await limited({ rate: 0.01, burst: 8 }, { limits: { rate: 0.01, burst: 100 } })
    let last = await send()
    let sent = 0
    for (; last.status === 202 && sent < 20; sent++) last = await send()
    expect([last.status, last.json.code]).toEqual([429, 'too-many-calls'])
    expect(sent).toBeLessThan(8)
  })

  test('a token costs a call, too, and one that is refused costs none', async () => {
    const { client } = await limited({ rate: 0.01, burst: 5 })
    const ask = (secret: string) =>
      it.call('/oauth/token', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: client.clientId,
          client_secret: secret,
        }).toString(),
      })
    for (let n = 0; n < 20; n++) expect((await ask('chs_test_wrong')).status).toBe(401)
    const seen: Seen[] = []
    for (let n = 0; n < 6; n++) seen.push(await ask(client.clientSecret))
    expect(countOf(seen, 200)).toBe(4)
    expect(seen.at(-1)?.json).toMatchObject({ code: 'too-many-calls' })
  })

  test('calls that fail otherwise cost one as well: 404, 403, 422', async () => {
    const { token } = await limited({ rate: 0.01, burst: 12 })
    const statuses: number[] = []
    for (let n = 0; n < 20; n++) statuses.push((await it.call('/v1/messages/nothing', { token })).status)
    expect(new Set(statuses)).toEqual(new Set([404, 429]))
    expect(statuses.at(-1)).toBe(429)
  })

  test('another tenant’s calls are its own', async () => {
    const [loud, quiet] = [await limited({ rate: 0.01, burst: 3 }), await limited({ rate: 0.01, burst: 30 })]
    for (let n = 0; n < 10; n++) await loud.read()
    expect((await loud.read()).status).toBe(429)
    expect((await quiet.read()).status).toBe(200)
  })

  test('both modes share them', async () => {
    const { tenantId, read } = await limited({ rate: 0.01, burst: 20 })
    const live = await it.login(await it.credential(tenantId, { mode: 'live' }))
    for (let n = 0; n < 25; n++) await read()
    expect((await it.call('/v1/messages', { token: live })).status).toBe(429)
  })

  test('they come back at their rate, and an isolate that was refused asks again', async () => {
    const { read } = await limited({ rate: 1, burst: 5 })
    const atOnce = () => Promise.all(Array.from({ length: 50 }, () => read()))
    await until('a refusal', async () => countOf(await atOnce(), 429) > 0)
    await until('an answer', async () => (await read()).status === 200)
  })

  test('refused calls are in the access log, gathered', async () => {
    const { tenantId, read } = await limited({ rate: 0.01, burst: 10 })
    const seen = await Promise.all(Array.from({ length: 100 }, () => read()))
    const refused = countOf(seen, 429)
    const sql = 'SELECT count(*) AS rows, sum(count) AS calls FROM requests WHERE tenant_id = ?1 AND status = 429'
    const logged = await until('all refusals in the log', async () => {
      const row = await it.ledger.prepare(sql).bind(tenantId).first<{ rows: number; calls: number }>()
      return row?.calls === refused && row
    })
    expect(logged.rows).toBeLessThan(refused)
  })

  test('an operator changes one part of the limit and the other stays', async () => {
    const { tenantId } = await limited({ rate: 7, burst: 70 })
    const changed = await it.admin(`/admin/v1/tenants/${tenantId}`, { method: 'PATCH', body: { calls: { rate: 9 } } })
    expect(changed['calls']).toEqual({ rate: 9, burst: 70 })
    const made = await it.admin('/admin/v1/tenants', { body: { name: 'Plain' } })
    expect(made['calls']).toEqual({ rate: 100, burst: 1_000 })
  })
})

test('an operator’s program that runs away is refused', async () => {
  const token = await it.chapar.operatorToken('runaway')
  const statuses = new Map<number, number>()
  for (let round = 0; round < 80 && !statuses.has(429); round++)
    for (const { status } of await Promise.all(Array.from({ length: 100 }, () => it.call('/admin/v1/none', { token }))))
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
  expect([...statuses.keys()].sort()).toEqual([404, 429])
  expect((await it.call('/admin/v1/tenants', { token: it.operatorToken })).status).toBe(200)
})
