import { randomUUID } from 'node:crypto'
import { type Host, RECEIVER_ORIGIN, type WorkerName } from './stage.ts'

/** A tenant ready to send, with what its traffic needs. */
export interface BenchTenant {
  readonly id: string
  readonly token: string
  /** Where its carrier calls back. */
  readonly callbackPath: string
  readonly line: string
  /** Of its sessions: path at the receiver and secret. */
  readonly application?: { readonly url: string; readonly secret: string }
}

export interface TenantOptions {
  readonly name: string
  readonly provider?: 'sandbox' | 'sandbox-by-ref' | 'smtp'
  /** Of the connection, where it is no sandbox's. */
  readonly settings?: Readonly<Record<string, unknown>>
  /** Off: the carrier calls back once a message. */
  readonly batchCallbacks?: boolean
  /** What its webhook takes; none: it has no webhook. */
  readonly webhook?: 'batch' | 'single'
  /** Default `sms`, with a line of its own. */
  readonly channel?: 'ussd' | 'email'
  readonly line?: string
  /** Default `live`: what customers wait for. What people send by the sandbox is of `test`. */
  readonly mode?: 'live' | 'test'
  /** Scopes beside those of sends and webhooks: an older commit may not know them. */
  readonly scopes?: readonly string[]
}

/** Far above what is measured: limits are counted, and never reached. */
const LIMITS = { rate: 1_000_000, burst: 10_000_000 }
const SCOPES = ['messages:send', 'messages:read', 'webhooks:read', 'webhooks:write']

let lines = 1_000
/** A line has one tenant at a time. */
const nextLine = (): string => `+98219100${lines++}`

type Created = Readonly<Record<string, unknown>> & { readonly id: string }

async function answerOf(response: Response, what: string): Promise<unknown> {
  const text = await response.text()
  if (!response.ok) throw new Error(`${what} was answered ${response.status}: ${text.slice(0, 500)}`)
  return text === '' ? null : JSON.parse(text)
}

interface Caller {
  readonly worker: WorkerName
  readonly token: string
}

/** One call of the public API, `method path` of `what`, on a Worker's direct socket; throws if the answer is no 2xx. */
export async function call(host: Host, { worker, token }: Caller, what: `${string} /${string}`, body?: unknown) {
  const [method = '', path = ''] = what.split(' ')
  const headers: Record<string, string> = { authorization: `Bearer ${token}`, 'cf-connecting-ip': '127.0.0.1' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (method === 'POST') headers['idempotency-key'] = randomUUID()
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  return answerOf(await fetch(host.url(worker, path), init), what)
}

const admin = (host: Host, method: string, path: string, body?: unknown): Promise<unknown> =>
  call(host, { worker: 'chapar', token: host.operatorToken }, `${method} /admin/v1${path}`, body)

async function tokenOf(host: Host, clientId: string, secret: string): Promise<string> {
  const response = await fetch(host.url('chapar', '/oauth/token'), {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`,
      'cf-connecting-ip': '127.0.0.1',
    },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  return ((await answerOf(response, 'POST /oauth/token')) as { access_token: string }).access_token
}

/** Makes an endpoint at a path of the receiver, and answers its secret. */
export async function addWebhook(host: Host, token: string, path: string, input: object): Promise<string> {
  const url = `${RECEIVER_ORIGIN}${path}`
  const webhook = (await call(host, { worker: 'chapar', token }, 'POST /v1/webhooks', { url, ...input })) as Created
  if (webhook['status'] !== 'active') throw new Error(`the webhook is ${webhook['status']}: ${webhook['reason']}`)
  const told = await fetch(host.url('receiver', path), { method: 'PUT', body: String(webhook['secret']) })
  if (!told.ok) throw new Error('the receiver did not take its secret')
  return String(webhook['secret'])
}

/** Makes a tenant whose limits are never reached. A commit that is measured beside this one may know no limit of calls. */
async function unlimited(host: Host, name: string): Promise<Created> {
  const make = (limits: object) => admin(host, 'POST', '/tenants', { name, ...limits }) as Promise<Created>
  // Codes to numbers of the region are of the ceiling at home, which no part reaches.
  return make({ limits: LIMITS, calls: LIMITS, region: 'IR' }).catch(() => make({ limits: LIMITS }))
}

/** Makes a tenant through the public API: connection, route, sender, credential, webhook. */
export async function createTenant(host: Host, options: TenantOptions): Promise<BenchTenant> {
  const { name, provider = 'sandbox', batchCallbacks = true, webhook, channel = 'sms', line = nextLine() } = options
  const { settings = { batchCallbacks }, mode = 'live' } = options
  const tenant = await unlimited(host, name)
  const connection = (await admin(host, 'POST', '/connections', {
    channel,
    provider,
    name,
    settings,
  })) as Created
  await admin(host, 'PUT', '/routes', {
    tenantId: tenant.id,
    channel,
    mode,
    connections: [connection.id],
  })
  const sender = { channel, address: line, lineClass: 'service', isDefault: true }
  await admin(host, 'POST', `/tenants/${tenant.id}/senders`, sender)
  const credential = (await admin(host, 'POST', `/tenants/${tenant.id}/credentials`, {
    name,
    mode,
    kind: 'secret',
    scopes: [...new Set([...SCOPES, ...(options.scopes ?? [])])],
  })) as Created
  const token = await tokenOf(host, String(credential['clientId']), String(credential['clientSecret']))
  if (webhook) await addWebhook(host, token, `/${tenant.id}`, { batch: webhook === 'batch' })
  const made = { id: tenant.id, token, line, callbackPath: new URL(String(connection['callbackUrl'])).pathname }
  if (channel !== 'ussd') return made
  const url = `/${tenant.id}/ussd`
  return { ...made, application: { url, secret: await addWebhook(host, token, url, { events: ['session.turn'] }) } }
}
