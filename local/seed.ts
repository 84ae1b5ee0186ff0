import { type Api, api } from './api.ts'
import { operatorToken } from './operator-token.ts'
import { type Demo, ensureSecrets, readDemo, writeDemo } from './state.ts'

const LINE = '10004346'

const SENDERS = [
  { address: LINE, lineClass: 'service', isDefault: true },
  { address: '+982191001234', lineClass: 'service' },
  { address: 'Chapar', lineClass: 'international' },
]

const SCOPES = [
  'messages:send',
  'messages:read',
  'webhooks:read',
  'webhooks:write',
  'suppressions:read',
  'suppressions:write',
]

type Created = Readonly<Record<string, unknown>> & { readonly id: string }
interface CreatedCredential {
  readonly clientId: string
  readonly clientSecret: string
}

async function exists(operator: Api, tenantId: string | undefined): Promise<boolean> {
  if (!tenantId) return false
  return operator.get(`/admin/v1/tenants/${tenantId}`).then(
    () => true,
    () => false,
  )
}

async function credential(operator: Api, tenantId: string, mode: 'live' | 'test'): Promise<CreatedCredential> {
  const input = { name: `demo ${mode}`, mode, kind: 'secret', scopes: SCOPES }
  return (await operator.post(`/admin/v1/tenants/${tenantId}/credentials`, input)) as CreatedCredential
}

/** A tenant with senders, credentials of both modes, and a sandbox connection that carries both. */
export async function createDemo(operator: Api): Promise<Omit<Demo, 'baseUrl' | 'adminToken'>> {
  const tenant = (await operator.post('/admin/v1/tenants', {
    name: 'Demo',
    timeZone: 'Asia/Tehran',
    pack: 'ir',
    limits: { rate: 2_000, burst: 20_000 },
  })) as Created
  const connection = (await operator.post('/admin/v1/connections', {
    channel: 'sms',
    provider: 'sandbox',
    name: 'Sandbox carrier',
    settings: {},
  })) as Created
  for (const mode of ['live', 'test'])
    await operator.put('/admin/v1/routes', { tenantId: tenant.id, channel: 'sms', mode, connections: [connection.id] })
  for (const sender of SENDERS)
    await operator.post(`/admin/v1/tenants/${tenant.id}/senders`, { channel: 'sms', ...sender })
  const test = await credential(operator, tenant.id, 'test')
  const live = await credential(operator, tenant.id, 'live')
  return {
    tenantId: tenant.id,
    clientId: test.clientId,
    clientSecret: test.clientSecret,
    liveClientId: live.clientId,
    liveClientSecret: live.clientSecret,
    connectionId: connection.id,
    callbackSecret: String(connection['callbackSecret']),
    line: LINE,
  }
}

/** The demo tenant, made through the admin API if the database does not know it, and a fresh operator token. */
export async function seed(baseUrl: string): Promise<Demo> {
  const key = ensureSecrets().operatorKey
  const adminToken = await operatorToken({ key, audience: baseUrl, subject: 'npm-start' })
  const operator = api(baseUrl, adminToken)
  const before = readDemo()
  const known = before && (await exists(operator, before.tenantId)) ? before : await createDemo(operator)
  const demo: Demo = { ...known, baseUrl, adminToken }
  writeDemo(demo)
  return demo
}
