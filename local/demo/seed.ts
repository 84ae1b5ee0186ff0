import { CHANNELS, type ChannelName } from '#worker/domain/carriers/channel.ts'
import { SCOPES } from '#worker/domain/tenants/tenant.ts'
import { type Api, accessToken, api } from '../api.ts'
import { operatorToken } from '../operator-token.ts'
import { type Demo, type DemoChannel, ensureSecrets, readDemo, writeDemo } from '../state.ts'
import { removeLeftovers } from './endpoints.ts'
import { planOf } from './plan.ts'

type Created = Readonly<Record<string, unknown>> & { readonly id: string }
interface CreatedCredential {
  readonly clientId: string
  readonly clientSecret: string
}
type Known = Omit<Demo, 'baseUrl' | 'adminToken'>

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

/** Makes a sandbox connection, routes both modes of the channel over it and assigns the senders. */
async function openChannel(operator: Api, tenantId: string, channel: ChannelName): Promise<DemoChannel> {
  const named = { channel, provider: 'sandbox', name: 'Sandbox carrier', settings: {} }
  const connection = (await operator.post('/admin/v1/connections', named)) as Created
  for (const mode of ['live', 'test'])
    await operator.put('/admin/v1/routes', { tenantId, channel, mode, connections: [connection.id] })
  const [first, ...others] = planOf(channel).senders
  for (const sender of [{ ...first, isDefault: true }, ...others])
    await operator.post(`/admin/v1/tenants/${tenantId}/senders`, { channel, ...sender })
  return {
    connectionId: connection.id,
    callbackSecret: String(connection['callbackSecret']),
    sender: first.address,
  }
}

/** Makes a client for each mode with every scope there is; clients of an older state go on working. */
async function newClients(operator: Api, tenantId: string) {
  const test = await credential(operator, tenantId, 'test')
  const live = await credential(operator, tenantId, 'live')
  return {
    clientId: test.clientId,
    clientSecret: test.clientSecret,
    liveClientId: live.clientId,
    liveClientSecret: live.clientSecret,
    scopes: SCOPES,
  }
}

/** Makes a tenant with credentials of both modes, and its channels over the sandbox carrier. */
export async function createDemo(operator: Api): Promise<Known> {
  const tenant = (await operator.post('/admin/v1/tenants', {
    name: 'Demo',
    timeZone: 'Asia/Tehran',
    pack: 'ir',
    limits: { rate: 2_000, burst: 20_000 },
    calls: { rate: 2_000, burst: 20_000 },
  })) as Created
  const sms = await openChannel(operator, tenant.id, 'sms')
  const clients = await newClients(operator, tenant.id)
  const { connectionId, callbackSecret } = sms
  return { tenantId: tenant.id, ...clients, connectionId, callbackSecret, line: sms.sender, channels: { sms } }
}

/** Adds what a demo of an older version lacks, channels and scopes, and changes nothing that is there. */
export async function completeDemo(operator: Api, demo: Known): Promise<Known> {
  const { tenantId, connectionId, callbackSecret, line, scopes = [] } = demo
  const channels: Partial<Record<ChannelName, DemoChannel>> = {
    sms: { connectionId, callbackSecret, sender: line },
    ...demo.channels,
  }
  for (const channel of CHANNELS) channels[channel] ??= await openChannel(operator, tenantId, channel)
  const clients = SCOPES.every((scope) => scopes.includes(scope)) ? {} : await newClients(operator, tenantId)
  return { ...demo, ...clients, channels }
}

/** Registers the demo's device with the test client. Its token is fixed, so every start finds the same device. */
async function registerDevice(baseUrl: string, { clientId, clientSecret }: Known): Promise<string> {
  const tenant = api(baseUrl, await accessToken(baseUrl, clientId, clientSecret))
  const device = { app: planOf('push').senders[0].address, network: 'sandbox', token: 'demo-0001', tags: ['demo'] }
  return ((await tenant.post('/v1/devices', device)) as Created).id
}

/** The demo tenant with a fresh operator token; makes the tenant through the admin API if the database does not know it. */
export async function seed(baseUrl: string): Promise<Demo> {
  const key = ensureSecrets().operatorKey
  const adminToken = await operatorToken({ key, audience: baseUrl, subject: 'npm-start' })
  const operator = api(baseUrl, adminToken)
  const before = readDemo()
  const known = before && (await exists(operator, before.tenantId)) ? before : await createDemo(operator)
  const complete = await completeDemo(operator, known)
  const deviceId = complete.deviceId ?? (await registerDevice(baseUrl, complete))
  const demo: Demo = { ...complete, deviceId, baseUrl, adminToken }
  writeDemo(demo)
  await removeLeftovers(demo)
  return demo
}
