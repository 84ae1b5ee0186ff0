import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEFAULT_SETTINGS } from '#worker/domain/tenants/settings.ts'
import { loadPolicy } from '#worker/store/control/policy.ts'
import { type Bindings, startBindings } from '../../worlds/harness.ts'
import { insertTenant } from '../../worlds/tenant-rows.ts'

let bindings: Bindings
const run = (sql: string, ...values: unknown[]) =>
  bindings.control
    .prepare(sql)
    .bind(...values)
    .run()
const route = (tenant: string, mode: string, connections: string[]) =>
  run("INSERT INTO routes VALUES (?1, 'sms', ?2, ?3, 0)", tenant, mode, JSON.stringify(connections))
const credential = (id: string, revokedAt: number | null) =>
  run(
    `INSERT INTO credentials (id, tenant_id, name, mode, proof, scopes, allowed_ips, created_at, expires_at, revoked_at)
VALUES (?1, 'ten_a', 'key', 'live', '{"kind":"secret","hash":"h"}', '["messages:send"]', '["203.0.113.0/24"]', 0, 9, ?2)`,
    id,
    revokedAt,
  )

beforeAll(async () => {
  bindings = await startBindings()
  for (const id of ['ten_a', 'ten_b']) await insertTenant(bindings.control, id, { rate: 5, burst: 50, daily: 7 })
})
afterAll(() => bindings.dispose())

test('null for a tenant that is not there', async () => {
  expect(await loadPolicy(bindings.control, 'ten_nobody')).toBeNull()
})

test('holds what the tenant is and may', async () => {
  expect(await loadPolicy(bindings.control, 'ten_a')).toEqual({
    tenantId: 'ten_a',
    isLicensed: false,
    levelDaily: null,
    version: 1,
    status: 'active',
    ...DEFAULT_SETTINGS,
    timeZone: 'Asia/Tehran',
    limits: { rate: 5, burst: 50, daily: 7, monthly: null },
    shards: [0],
    credentials: [],
    senders: [],
    routes: [],
    endpoints: [],
    members: [],
  })
})

test('has a value for each setting, also of a tenant that is older than the setting', async () => {
  await run(`INSERT INTO tenants (id, name, status, version, settings, shards, created_at, updated_at)
VALUES ('ten_old', 'Old', 'active', 1, '{"pack":"ir"}', '[0]', 0, 0)`)
  // Its pack's region stands where it has none of its own.
  expect(await loadPolicy(bindings.control, 'ten_old')).toMatchObject({ ...DEFAULT_SETTINGS, pack: 'ir', region: 'IR' })
})

test('a tenant’s own route goes before the default one of its channel and mode, and only for itself', async () => {
  await route('', 'live', ['con_default'])
  await route('', 'test', ['con_sandbox'])
  await route('ten_a', 'live', ['con_own', 'con_default'])
  const routesOf = async (tenant: 'ten_a' | 'ten_b') =>
    Object.fromEntries(
      (await loadPolicy(bindings.control, tenant))?.routes.map((each) => [
        each.mode,
        each.connections.map(({ id }) => id),
      ]) ?? [],
    )
  expect(await routesOf('ten_a')).toEqual({ live: ['con_own', 'con_default'], test: ['con_sandbox'] })
  expect(await routesOf('ten_b')).toEqual({ live: ['con_default'], test: ['con_sandbox'] })
})

test('a route tells what each of its connections can do, in their order, and nothing of those that are off', async () => {
  const connection = (id: string, status: string, features: string | null) =>
    run(
      `INSERT INTO connections (id, channel, provider, name, status, settings, secrets, callback_secrets, concurrency, features, created_at, updated_at)
VALUES (?1, 'voice', 'p', 'n', ?2, '{}', 's', 's', 2, ?3, 0, 0)`,
      id,
      status,
      features,
    )
  await connection('con_z', 'active', '["outbound","say"]')
  await connection('con_y', 'disabled', '["outbound","say"]')
  await connection('con_x', 'active', null)
  await connection('con_w', 'active', '["outbound"]')
  const ids = ['con_z', 'con_y', 'con_x', 'con_w', 'con_nobody']
  await run("INSERT INTO routes VALUES ('ten_b', 'voice', 'live', ?1, 0)", JSON.stringify(ids))
  const voice = (await loadPolicy(bindings.control, 'ten_b'))?.routes.find(({ channel }) => channel === 'voice')
  const features = [['outbound', 'say'], [], null, ['outbound'], []]
  expect(voice?.connections).toEqual(ids.map((id, n) => ({ id, features: features[n] })))
})

test('credentials revoked more than a day ago are not in it; those of since then are, to be told of', async () => {
  await credential('cli_live', null)
  await credential('cli_gone', Date.now() - 86_500_000)
  await credential('cli_revoked', Date.now() - 1_000)
  await credential('cli_ending', Date.now() + 3_600_000)
  const policy = await loadPolicy(bindings.control, 'ten_a')
  expect(policy?.credentials.map(({ id }) => id).sort()).toEqual(['cli_ending', 'cli_live', 'cli_revoked'])
  expect(policy?.credentials.find(({ id }) => id === 'cli_live')).toMatchObject({
    mode: 'live',
    proof: { kind: 'secret', hash: 'h' },
    scopes: ['messages:send'],
    allowedIps: ['203.0.113.0/24'],
    expiresAt: 9,
    revokedAt: null,
  })
})

test('senders are told as addresses, endpoints only while they are active', async () => {
  await run("INSERT INTO senders VALUES ('sms', '10004346', 'line', 'ten_a', 'service', 1, 'con_own', 0, NULL)")
  await run("INSERT INTO senders VALUES ('sms', '+982100', 'e164', 'ten_b', 'service', 1, NULL, 0, NULL)")
  for (const status of ['active', 'pending', 'disabled'])
    await run(
      `INSERT INTO webhooks (id, tenant_id, mode, url, description, events, batch, status, secrets, created_at, updated_at)
VALUES (?1, 'ten_a', 'test', 'https://example.com/', '', '["message.delivered"]', 1, ?2, 'sealed', 0, 0)`,
      `whe_${status}`,
      status,
    )
  const policy = await loadPolicy(bindings.control, 'ten_a')
  expect(policy?.senders).toEqual([
    {
      channel: 'sms',
      address: { kind: 'line', value: '10004346' },
      lineClass: 'service',
      isDefault: true,
      connectionId: 'con_own',
      mode: null,
    },
  ])
  expect(policy?.endpoints).toEqual([{ mode: 'test', events: ['message.delivered'] }])
})
