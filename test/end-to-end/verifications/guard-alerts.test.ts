import { afterAll, beforeAll, expect, test } from 'vitest'
import { DAY } from '#worker/domain/time.ts'
import { startVerifications, type VerificationWorld } from '../../worlds/players/verification-world.ts'
import { caller, newTenant, tokenOf, until } from '../../worlds/world.ts'

let it: VerificationWorld
beforeAll(async () => {
  it = await startVerifications()
})
afterAll(() => it.world.dispose())

interface Alerts {
  readonly data: readonly { readonly tenantId: string }[]
}

test('the licensee’s people see which account came near a ceiling of its guard, and how that guard stands', async () => {
  const { chapar, connectionId, operator } = it.world
  const tenant = { guard: { homeCeiling: 10 } }
  const { client, tenantId } = await newTenant(chapar, { mode: 'live', connectionId, line: '10004399', tenant })
  const call = caller(chapar, await tokenOf(chapar, client.clientId, client.clientSecret))
  for (let n = 0; n < 9; n++) {
    const started = await call('/v1/verifications', { body: { to: `+98914${5_550_000 + n}` } })
    expect(started.status).toBe(202)
  }
  const alerts = await until('both marks are told', async () => {
    const { data } = (await operator.get('/admin/v1/guard-alerts')) as Alerts
    const own = data.filter((one) => one.tenantId === tenantId)
    return own.length >= 2 ? own : null
  })
  expect(alerts).toMatchObject([
    { mode: 'live', scope: 'home', percent: 80, ceiling: 10 },
    { mode: 'live', scope: 'home', percent: 50, ceiling: 10 },
  ])
  const path = `/admin/v1/tenants/${tenantId}/guard`
  const own = (await (await call('/v1/verifications/guard')).json()) as { ceilings: unknown }
  expect(await operator.get(`${path}?mode=live`)).toEqual(own)
  expect(own).toMatchObject({ mode: 'enforce', ceilings: [{ scope: 'home', ceiling: 10 }] })
  // The other mode has a guard of its own.
  expect(await operator.get(`${path}?mode=test`)).toMatchObject({ ceilings: [{ scope: 'home', used: 0 }] })
  // Alerts are kept as long as the access log is, and no longer.
  await chapar.scheduled('17 * * * *', Date.now() + 185 * DAY)
  expect(((await operator.get('/admin/v1/guard-alerts')) as Alerts).data).toHaveLength(2)
  await chapar.scheduled('17 * * * *', Date.now() + 191 * DAY)
  expect(((await operator.get('/admin/v1/guard-alerts')) as Alerts).data).toEqual([])
})
