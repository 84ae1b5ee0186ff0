import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { POLICY_TTL } from '#worker/domain/tenants/tenant.ts'
import { adminClient } from '../../worlds/admin-client.ts'
import { type Seen, startVerifications, type VerificationWorld } from '../../worlds/players/verification-world.ts'
import { until } from '../../worlds/world.ts'

let it: VerificationWorld
beforeAll(async () => {
  it = await startVerifications()
  await it.world.json('/v1/webhooks', { body: { url: 'https://hooks.example.org/in' }, status: 201 })
})
afterAll(() => it.world.dispose())

/** Changes the guard, and lets the time pass for which an isolate may use the policy of before. */
async function guarded(guard: Readonly<Record<string, unknown>>) {
  await (await adminClient(it.world.chapar)).ok('PATCH', `/admin/v1/tenants/${it.world.tenantId}`, { guard })
  await it.later(POLICY_TTL)
}
interface Refused {
  readonly code: string
  readonly reason: string
  readonly detail: string
  readonly verificationId?: string
}
async function refused(to: string, more: Readonly<Record<string, unknown>> = {}) {
  const answer = await it.world.call('/v1/verifications', { body: { to, ...more } })
  return { http: answer.status, body: (await answer.json()) as Refused, retry: answer.headers.get('retry-after') }
}
type Guarded = Seen & { readonly guard?: { readonly reason: string; readonly enforced: boolean } }
/** A verification as the ledger has it. */
const recorded = (id: string) =>
  until(`${id} is recorded`, async () =>
    (await it.world.json<{ data: Guarded[] }>('/v1/verifications?limit=100')).data.find((one) => one.id === id),
  )
const eventOf = (id: string) =>
  until(`the webhook hears of ${id}`, async () => it.told.find((body) => body.includes(id)))

describe('what stands against a number', () => {
  test.each([
    ['+4915112345678', 'country', { countries: ['IR'] }],
    ['+14155550123', 'country', { countries: ['CA', 'IR'] }],
    ['+16135550123', 'country', { countries: ['US', 'IR'] }],
    ['+77012345678', 'country', { countries: ['RU', 'IR'] }],
    ['+881612345678', 'range', { countries: null }],
    ['+88216123456789', 'range', { countries: null }],
    ['+870773123456', 'range', { countries: null }],
    ['+19005550123', 'range', { countries: null }],
    ['+447012345678', 'range', { countries: ['GB', 'IR'] }],
    ['+989091234567', 'range', { countries: null }],
  ])('%s: %s', async (to, reason, guard) => {
    await guarded(guard)
    const { http, body } = await refused(to, { clientRef: `ref-${to}` })
    expect([http, body]).toMatchObject([422, { code: 'guard-refused', reason }])
    const id = body.verificationId ?? ''
    const record = { status: 'blocked', to, messageIds: [], guard: { reason, enforced: true } }
    expect(await it.world.json(`/v1/verifications/${(await recorded(id)).id}`)).toMatchObject(record)
    const event = JSON.parse(await eventOf(id))
    expect(event).toMatchObject({ type: 'verification.blocked', data: { id, to, reason, status: 'blocked' } })
    expect(it.logged.filter((line) => line.includes('verification.guarded') && line.includes(reason))).not.toEqual([])
    expect(it.textsTo(to)).toEqual([])
  })

  test('a list of its own opens a country, and its record says nothing of the guard', async () => {
    await guarded({ countries: ['DE', 'IR'] })
    const to = '+4915112345679'
    const { id } = await it.start({ to })
    expect((await recorded(id)).guard).toBeUndefined()
  })

  test('what is allowed wins over country and range', async () => {
    await guarded({ countries: ['IR'], allow: ['+8816', '+49151'] })
    for (const to of ['+881612345679', '+4915112345670']) expect((await it.start({ to })).status).toBe('pending')
    await guarded({ allow: [] })
  })

  test.each([
    ['monitor', { reason: 'country', enforced: false }],
    ['off', undefined],
  ])('with the mode %s it goes out, and the record says what would have been', async (mode, guard) => {
    await guarded({ mode, countries: ['IR'] })
    const to = `+49151123456${mode.length}1`
    const { id } = await it.start({ to })
    expect(await it.codeTo(to)).toMatch(/^\d{6}$/)
    expect((await recorded(id)).guard).toEqual(guard)
    expect(await it.world.json(`/v1/verifications/${id}`)).toMatchObject({ status: 'pending' })
    await guarded({ mode: 'enforce' })
  })

  test('a resend is asked about as well, and leaves the verification as it is', async () => {
    await guarded({ countries: ['DE', 'IR'] })
    const to = '+4915112345671'
    const { id } = await it.start({ to })
    await guarded({ countries: ['IR'] })
    await it.later(31_000)
    const answer = await it.world.call(`/v1/verifications/${id}/resend`, { body: {} })
    const body = (await answer.json()) as Refused
    expect([answer.status, body.code, body.verificationId]).toEqual([422, 'guard-refused', undefined])
    expect(await it.world.json(`/v1/verifications/${id}`)).toMatchObject({ status: 'pending' })
  })
})

interface Counted extends Readonly<Record<string, unknown>> {
  readonly started: number
  readonly prefix?: string | null
  readonly reason?: string | null
}

describe('GET /v1/statistics/verifications', () => {
  const day = 86_400_000
  const from = new Date(Date.now() - day).toISOString()
  const ask = async (by: string) => {
    const query = `from=${from}&to=${new Date(Date.now() + 2 * day).toISOString()}${by === '' ? '' : `&by=${by}`}`
    return (await it.world.json<{ data: readonly Counted[] }>(`/v1/statistics/verifications?${query}`)).data
  }
  const listed = async () => (await it.world.json<{ data: readonly Guarded[] }>('/v1/verifications?limit=100')).data
  const sweep = () => it.world.chapar.scheduled('* * * * *', Date.now() + 60_000)
  const sumsBy = (keyOf: (one: Guarded) => string | null, some: readonly Guarded[]) =>
    Object.fromEntries([...Map.groupBy(some, keyOf)].map(([key, own]) => [String(key), own.length]))
  const shownBy = (name: string, data: readonly Counted[]) =>
    Object.fromEntries(data.map((one) => [String(one[name]), one.started]))

  test('counts what was listed: by reason, by beginning of the number, and in all', async () => {
    await sweep()
    const all = await listed()
    expect(shownBy('reason', await ask('reason'))).toEqual(sumsBy(({ guard }) => guard?.reason ?? null, all))
    const prefixes = await ask('prefix,day')
    for (const { prefix } of prefixes) expect(prefix).toMatch(/^\+\d{6}$/)
    expect(shownBy('prefix', await ask('prefix'))).toEqual(sumsBy(({ to }) => to.slice(0, 7), all))
    const [sum] = await ask('')
    const blocked = all.filter(({ status }) => status === 'blocked').length
    expect(blocked).toBeGreaterThan(0)
    expect(sum).toMatchObject({ started: all.length, blocked, sent: all.length - blocked, undelivered: 0 })
  })

  test('a check that comes later corrects what was counted', async () => {
    const to = '+989121230099'
    const { id } = await it.start({ to })
    const code = await it.codeTo(to)
    await recorded(id)
    await sweep()
    const [before] = await ask('')
    await it.check(id, code)
    await until('the end is recorded', async () => (await recorded(id)).status === 'approved')
    await sweep()
    const [after] = await ask('')
    expect(before).toMatchObject({ approved: 0 })
    const delivered = expect.any(Number)
    expect(after).toEqual({ ...before, delivered, approved: 1, pending: (before?.['pending'] as number) - 1 })
    expect(after?.['delivered']).toBeGreaterThan(0)
  })

  test('what was asked for wrongly is a 400 that names the parameter', async () => {
    const from = (days: number) => `from=${new Date(Date.now() - days * day).toISOString()}`
    const wrong = [
      ['', 'from'],
      [`${from(32)}&by=prefix`, 'from'],
      [`${from(401)}`, 'from'],
      [`${from(1)}&by=direction`, 'by'],
    ] as const
    for (const [query, name] of wrong) {
      const path = `/v1/statistics/verifications?${query}`
      const { errors } = await it.world.json<{ errors: readonly { pointer: string }[] }>(path, { status: 400 })
      expect(errors.map(({ pointer }) => pointer)).toContain(`query:${name}`)
    }
  })
})
