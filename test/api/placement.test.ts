import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadConfig } from '#worker/config.ts'
import type { Env } from '#worker/env.ts'
import { generateSecrets } from '../../local/secrets.ts'
import type { Asked } from '../worlds/entries/places.ts'
import { type Surface, startSurface } from '../worlds/surface.ts'
import { until } from '../worlds/world.ts'

const ENTRY = 'test/worlds/entries/places.ts'
const asked = async ({ chapar }: Pick<Surface, 'chapar'>): Promise<Asked[]> =>
  (await chapar.fetch('/hops')).json() as Promise<Asked[]>

const keyed = (it: Surface, key: string, token = it.token) =>
  it.call('/v1/messages', {
    token,
    body: { channel: 'sms', to: '+989121234567', content: { text: 'near' } },
    headers: { 'idempotency-key': `"${key}"` },
  })

describe('a tenant’s location', () => {
  let it: Surface
  beforeAll(async () => {
    it = await startSurface({ entry: ENTRY, tenant: { location: 'weur' } })
  })
  afterAll(() => it.dispose())
  const of = async (binding: string, tenantId: string) =>
    (await asked(it)).filter((one) => one.binding === binding && one.name.startsWith(tenantId))

  test('is told to the namespace when its objects are made: those of limits at its creation, those of keys at their first call', async () => {
    const [first] = await of('TENANT', it.tenantId)
    expect(first).toMatchObject({ name: it.tenantId, location: 'weur' })
    expect((await keyed(it, 'a')).status).toBe(202)
    const keys = await of('IDEMPOTENCY', it.tenantId)
    expect(keys.length).toBeGreaterThan(0)
    expect(new Set(keys.map(({ location }) => location))).toEqual(new Set(['weur']))
  })

  test('counts from its change on for what is not there yet', async () => {
    await it.admin(`/admin/v1/tenants/${it.tenantId}`, { method: 'PATCH', body: { location: 'apac-se' } })
    const before = (await of('IDEMPOTENCY', it.tenantId)).length
    let keys = 0
    await until('the gateway knows the change', async () => {
      await keyed(it, `later${keys++}`)
      return (await of('IDEMPOTENCY', it.tenantId)).slice(before).some(({ location }) => location === 'apac-se')
    })
  })

  test('is nowhere by default, and must be one that the platform has', async () => {
    const other = await it.other('10004350')
    expect((await keyed(it, 'b', other.token)).status).toBe(202)
    const all = [...(await of('TENANT', other.tenantId)), ...(await of('IDEMPOTENCY', other.tenantId))]
    expect(new Set(all.map(({ location }) => location))).toEqual(new Set([null]))
    const body = { name: 'Nowhere', location: 'atlantis' }
    const refused = await it.call('/admin/v1/tenants', { token: it.operatorToken, body })
    expect([refused.status, refused.json.errors?.[0]?.pointer]).toEqual([422, '/location'])
  })
})

describe('a deployment’s jurisdiction', () => {
  test('binds all of its objects', async () => {
    const it = await startSurface({ entry: ENTRY, vars: { JURISDICTION: 'eu' } })
    try {
      const { id } = (await keyed(it, 'a')).json
      await until('it is delivered', async () => (await it.good(`/v1/messages/${id}`)).status === 'delivered')
      const all = await asked(it)
      expect(new Set(all.map(({ binding }) => binding))).toEqual(
        new Set(['TENANT', 'IDEMPOTENCY', 'THROTTLE', 'PHONE']),
      )
      expect(new Set(all.map(({ jurisdiction }) => jurisdiction))).toEqual(new Set(['eu']))
    } finally {
      await it.dispose()
    }
  })

  test('is one that the platform has, or the Worker says which there are', async () => {
    const env = { ...generateSecrets().worker, BASE_URL: 'https://jurisdiction.test' } as unknown as Env
    expect((await loadConfig(env)).jurisdiction).toBeNull()
    await expect(loadConfig({ ...env, BASE_URL: 'https://j2.test', JURISDICTION: 'mars' })).rejects.toThrow(
      'JURISDICTION must be one of eu, us, fedramp, fedramp-high, or left out (docs/deploy.md)',
    )
  })
})
