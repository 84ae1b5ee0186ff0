import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SCOPES_OF } from '#worker/domain/people/roles.ts'
import { operations } from '#worker/routes/resources.ts'
import { signedInPerson } from '../../worlds/players/person-world.ts'
import { type Body, type Surface, startSurface } from '../../worlds/surface.ts'
import { message } from '../../worlds/world.ts'

const operation = operations.find(({ method, path }) => method === 'GET' && path === '/v1/account')

let it: Surface
beforeAll(async () => {
  it = await startSurface()
})
afterAll(() => it.dispose())

interface Cap {
  readonly limit: number | null
  readonly used: number
  readonly leased: number
  readonly from: string
  readonly resetsAt: string
}
interface Bucket {
  readonly rate: number
  readonly burst: number
  readonly available: number
  readonly leased: number
}
interface Shown {
  readonly limits: { readonly messages: Bucket; readonly calls: Bucket; readonly daily: Cap; readonly monthly: Cap }
  readonly quotas: readonly { readonly quota: string; readonly limit: number; readonly count: number | null }[]
}
const read = async (token = it.token): Promise<Body & Shown> =>
  (await it.good('/v1/account', { token, ...(operation && { operation }) })) as Body & Shown

test('the tenant, the mode of the token, who asks and by what rules it goes', async () => {
  const shown = await read()
  expect(shown).toMatchObject({
    ...{ id: it.tenantId, name: 'Test', status: 'active', mode: 'test', timeZone: 'UTC', region: 'IR' },
    caller: { id: expect.stringMatching(/^cli_/), role: null },
    identity: { level: null, live: null },
    retention: { days: 186 },
    pack: { name: 'generic', sendingHours: [], footers: [] },
  })
  const { token } = await it.other('30007001', {
    tenant: { name: 'Other', pack: 'ir', identityLevel: 'L2', keywords: { stop: ['BAS'] }, timeZone: 'Asia/Tehran' },
  })
  const other = await read(token)
  expect(other).toMatchObject({
    name: 'Other',
    identity: { level: 'L2', live: { live: true, recipients: 1_000, daily: 5_000 } },
    limits: { daily: { limit: 5_000 } },
    pack: {
      name: 'ir',
      informationalFrom: 2,
      sendingHours: [{ purposes: ['advertising'], timeZone: 'Asia/Tehran', from: '09:00', until: '21:00' }],
      stop: expect.arrayContaining(['لغو11', 'BAS']),
    },
  })
  expect(other.limits.daily.from).toMatch(/T20:30:00/)
  const { lines } = other['pack'] as { lines: { lineClass: string; purpose: string }[] }
  expect(lines).toContainEqual({ lineClass: 'service', purpose: 'otp', recipients: null })
  expect(lines).not.toContainEqual(expect.objectContaining({ lineClass: 'service', purpose: 'advertising' }))
})

test('a person of any role reads it, and sees what his role may do', async () => {
  for (const role of ['owner', 'finance'] as const) {
    const person = await signedInPerson(it.chapar, { roles: { [it.tenantId]: role } })
    // The tenant's object reads its policy anew at a change.
    await it.admin(`/admin/v1/tenants/${it.tenantId}`, { method: 'PATCH', body: { name: 'Test' } })
    const { caller } = await read(await person.tab(it.tenantId, 'live'))
    expect(caller).toEqual({ id: person.id, role, scopes: SCOPES_OF[role] })
  }
})

describe('limits', () => {
  test('say what is used of them, and what servers hold of that; a read uses no message', async () => {
    const limits = { rate: 0.001, burst: 100, daily: 1_000, monthly: null }
    const { token } = await it.other('30007002', { tenant: { limits } })
    const fresh = (await read(token)).limits
    expect(fresh.messages).toEqual({ rate: 0.001, burst: 100, available: 100, leased: 0 })
    expect([fresh.daily, fresh.monthly]).toMatchObject([
      { limit: 1_000, used: 0, leased: 0 },
      { limit: null, used: 0, leased: 0 },
    ])
    await it.good('/v1/messages', { token, body: message('+989121112233') }, 202)
    const { messages, daily, monthly, calls } = (await read(token)).limits
    for (const { used, leased } of [daily, monthly]) {
      expect(used - leased).toBe(1)
      expect(leased).toBe(messages.leased)
    }
    expect(messages.available + messages.leased).toBe(99)
    expect(Date.parse(daily.resetsAt) - Date.parse(daily.from)).toBe(86_400_000)
    expect(calls.available + calls.leased).toBeLessThanOrEqual(calls.burst)
    expect((await read(token)).limits.daily).toEqual(daily)
  })

  test('quotas say what is kept', async () => {
    const { token } = await it.other('30007003')
    const of = async (name: string) => (await read(token)).quotas.find(({ quota }) => quota === name)
    await it.good('/v1/suppressions', { token, body: { channel: 'sms', recipient: '+989121112299' } }, 201)
    await it.good('/v1/webhooks', { token, body: { url: 'https://account.example.org/in' } }, 201)
    expect(await of('suppressions')).toEqual({ quota: 'suppressions', limit: 1_000_000, count: 1 })
    expect(await of('endpoints')).toEqual({ quota: 'endpoints', limit: 20, count: 1 })
    expect(await of('senders')).toMatchObject({ count: 1 })
    expect(await of('idempotencyKeys')).toMatchObject({ count: null })
  })
})

test('a token without the scope is refused by its name', async () => {
  const token = await it.login(await it.credential(it.tenantId, { scopes: ['messages:send'] }))
  const seen = await it.call('/v1/account', { token })
  expect([seen.status, seen.json.detail]).toEqual([403, 'The token lacks the scope account:read.'])
})
