import { CHANNELS, type ChannelName } from '#worker/domain/carriers/channel.ts'
import { CREDENTIAL_SCOPES } from '#worker/domain/people/scopes.ts'
import type { TenantStatus } from '#worker/domain/tenants/tenant.ts'
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

/** What became of the demo tenant; null: the database does not know it. */
async function statusOf(operator: Api, tenantId: string | undefined): Promise<TenantStatus | null> {
  if (!tenantId) return null
  return operator.get(`/admin/v1/tenants/${tenantId}`).then(
    (tenant) => (tenant as { readonly status: TenantStatus }).status,
    () => null,
  )
}

/** All pages of an operators' list. */
async function listed(operator: Api, path: string): Promise<readonly Created[]> {
  const found: Created[] = []
  let cursor: string | null = null
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page = (await operator.get(`${path}?limit=100${query}`)) as {
      readonly data: readonly Created[]
      readonly nextCursor: string | null
    }
    found.push(...page.data)
    cursor = page.nextCursor
  } while (cursor !== null)
  return found
}

const credentialsAt = (tenantId: string): string => `/admin/v1/tenants/${tenantId}/credentials`

async function clientsOf(operator: Api, tenantId: string): Promise<readonly Created[]> {
  const { data } = (await operator.get(credentialsAt(tenantId))) as { readonly data: readonly Created[] }
  return data
}

async function credential(operator: Api, tenantId: string, mode: 'live' | 'test'): Promise<CreatedCredential> {
  const input = { name: `demo ${mode}`, mode, kind: 'secret', scopes: CREDENTIAL_SCOPES }
  return (await operator.post(credentialsAt(tenantId), input)) as CreatedCredential
}

/** Names of the channels' connections, by which operators tell them apart. */
const CONNECTION_NAMES: Readonly<Record<ChannelName, string>> = {
  sms: 'Sandbox SMS',
  voice: 'Sandbox calls',
  push: 'Sandbox push',
  email: 'Sandbox e-mail',
  ussd: 'Sandbox USSD',
  chat: 'Sandbox chat',
}

/** The channel's sandbox connection: what an interrupted start made, with a new secret because its own was lost, or a new one. */
async function sandboxOf(operator: Api, channel: ChannelName): Promise<Created> {
  const named = { channel, provider: 'sandbox', name: CONNECTION_NAMES[channel] }
  const left = (await listed(operator, '/admin/v1/connections')).find((one) =>
    Object.entries({ ...named, status: 'active' }).every(([member, value]) => one[member] === value),
  )
  const made = left
    ? operator.post(`/admin/v1/connections/${left.id}/rotate-callback-secret`, undefined)
    : operator.post('/admin/v1/connections', { ...named, settings: {} })
  return (await made) as Created
}

/** Finds or makes a sandbox connection, routes both modes of the channel over it and assigns the senders. */
async function openChannel(operator: Api, tenantId: string, channel: ChannelName): Promise<DemoChannel> {
  const connection = await sandboxOf(operator, channel)
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
    scopes: CREDENTIAL_SCOPES,
  }
}

const TENANT = {
  name: 'Demo',
  timeZone: 'Asia/Tehran',
  pack: 'ir',
  limits: { rate: 2_000, burst: 20_000 },
  calls: { rate: 2_000, burst: 20_000 },
}

/** The tenant that an interrupted start made, without its clients, whose secrets nobody has; or a new one. */
async function demoTenant(operator: Api): Promise<Created> {
  const tenants = await listed(operator, '/admin/v1/tenants')
  const left = tenants.find(({ name, status }) => name === TENANT.name && status === 'active')
  if (!left) return (await operator.post('/admin/v1/tenants', TENANT)) as Created
  for (const { clientId, name, status } of await clientsOf(operator, left.id))
    if (/^demo (?:test|live)$/.test(String(name)) && status === 'active')
      await operator.post(`${credentialsAt(left.id)}/${clientId}/revoke`, undefined)
  return left
}

/**
 * Makes a tenant with credentials of both modes, and its channels over the sandbox carrier. What was left by a start that was
 * interrupted before it had written it down is found again.
 */
export async function createDemo(operator: Api): Promise<Known> {
  const tenant = await demoTenant(operator)
  const sms = await openChannel(operator, tenant.id, 'sms')
  const clients = await newClients(operator, tenant.id)
  const { connectionId, callbackSecret } = sms
  return { tenantId: tenant.id, ...clients, connectionId, callbackSecret, line: sms.sender, channels: { sms } }
}

/** True if both clients have every scope there is, and nobody revoked one of them. */
async function areWhole(operator: Api, { tenantId, clientId, liveClientId, scopes = [] }: Known): Promise<boolean> {
  if (!CREDENTIAL_SCOPES.every((scope) => scopes.includes(scope))) return false
  const active = (await clientsOf(operator, tenantId)).flatMap((one) =>
    one['status'] === 'active' ? one['clientId'] : [],
  )
  return [clientId, liveClientId].every((id) => active.includes(id))
}

/**
 * Adds what a demo lacks, and changes nothing that is there: channels and scopes of a newer version, and clients for those that
 * somebody revoked in the console.
 */
export async function completeDemo(operator: Api, demo: Known): Promise<Known> {
  const { tenantId, connectionId, callbackSecret, line } = demo
  const channels: Partial<Record<ChannelName, DemoChannel>> = {
    sms: { connectionId, callbackSecret, sender: line },
    ...demo.channels,
  }
  for (const channel of CHANNELS) channels[channel] ??= await openChannel(operator, tenantId, channel)
  const clients = (await areWhole(operator, demo)) ? {} : await newClients(operator, tenantId)
  return { ...demo, ...clients, channels }
}

/** Registers the demo's device with the test client. Its token is fixed, so every start finds the same device. */
async function registerDevice(baseUrl: string, { clientId, clientSecret }: Known): Promise<string> {
  const tenant = api(baseUrl, await accessToken(baseUrl, clientId, clientSecret))
  const device = { app: planOf('push').senders[0].address, network: 'sandbox', token: 'demo-0001', tags: ['demo'] }
  return ((await tenant.post('/v1/devices', device)) as Created).id
}

/**
 * The demo tenant with a fresh operator token, and what its status is now; makes the tenant through the admin API if the database
 * does not know it. Nothing is done in the name of one that somebody suspended or closed in the console: the gateway starts all
 * the same, for there an operator opens it again, and other accounts are served.
 */
export async function seed(baseUrl: string): Promise<{ readonly demo: Demo; readonly status: TenantStatus }> {
  const key = ensureSecrets().operatorKey
  const adminToken = await operatorToken({ key, audience: baseUrl, subject: 'npm-start' })
  const operator = api(baseUrl, adminToken)
  const before = readDemo()
  const status = await statusOf(operator, before?.tenantId)
  const known = before && status !== null ? before : await createDemo(operator)
  const complete = status === 'closed' ? known : await completeDemo(operator, known)
  const isOpen = status === null || status === 'active'
  const deviceId = complete.deviceId ?? (isOpen ? await registerDevice(baseUrl, complete) : null)
  const demo: Demo = { ...complete, ...(deviceId === null ? {} : { deviceId }), baseUrl, adminToken }
  writeDemo(demo)
  if (isOpen) await removeLeftovers(demo)
  return { demo, status: status ?? 'active' }
}
