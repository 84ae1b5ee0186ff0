import {
  type ConnectionId,
  type MessageId,
  newRequestId,
  newVerificationId,
  RECIPIENT_DIGITS,
  type TenantId,
} from '#worker/domain/ids.ts'
import { realmOf } from '#worker/domain/realm.ts'
import type { SessionRecord } from '#worker/domain/sessions/session.ts'
import { sealOrder } from '#worker/flows/verifications/order.ts'
import { randomDigits } from '#worker/lib/base32.ts'
import type { VerificationCalls } from '#worker/object-calls.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { operations } from '#worker/routes/resources.ts'
import { insertStatement } from '#worker/store/messages/writes.ts'
import { upsertSessions } from '#worker/store/sessions/write.ts'
import { identityExamples } from '../end-to-end/identity/examples.ts'
import { peopleExamples } from '../routes/people/people-examples.ts'
import { approvalExamples, deadLetter } from '../worlds/players/approval-examples.ts'
import { sampleOf } from '../worlds/samples.ts'
import { nameOf, type Sent, type Surface } from '../worlds/surface.ts'
import { newMessage, sealed } from '../worlds/tenant-rows.ts'
import { configOf } from '../worlds/tenant-world.ts'
import { message } from '../worlds/world.ts'
import { accountExamples } from './people/account-examples.ts'
import { codeExamples } from './people/code-examples.ts'
import { passkeyExamples } from './people/passkey-examples.ts'

/** One good call of an operation, made ready: its path, body and headers, and what it answers. */
export interface Example extends Sent {
  readonly path: string
  readonly status: number
}
type Prepare = (it: Surface) => Promise<Example>

const at =
  (path: string, status = 200): Prepare =>
  async () => ({ path, status })
const posted =
  (path: string, body: object): Prepare =>
  async () => ({ path, body, status: 200 })
const RECIPIENT = '+989121112233'
let count = 0
const unique = (): string => `${Date.now().toString(36)}${count++}`

async function webhook(it: Surface): Promise<string> {
  // A tenant has at most twenty.
  await it.chapar.control.prepare('DELETE FROM webhooks WHERE tenant_id = ?1').bind(it.tenantId).run()
  const { id } = await it.good('/v1/webhooks', { body: { url: `https://${unique()}.example.org/in` } }, 201)
  return id as string
}
/** An endpoint with a POST in its log. */
async function delivered(it: Surface) {
  const id = await webhook(it)
  const { id: delivery } = await it.good(`/v1/webhooks/${id}/test`, { method: 'POST' })
  return { id, delivery: delivery as string }
}
/** A session that a person opened and the application ended. */
async function session(it: Surface): Promise<string> {
  const at = Date.now()
  const id = await it.sessionIdAt(at)
  const turn = { at, input: null, screen: 'Bye', by: 'application', ms: 12 } as const
  const session: SessionRecord = {
    id,
    channel: 'ussd',
    connectionId: it.connectionId as ConnectionId,
    sessionRef: unique(),
    party: RECIPIENT,
    line: '*384*1#',
    reason: 'application',
    startedAt: at,
    updatedAt: at,
    turns: [turn, { ...turn, back: true, inputs: ['1'] }],
  }
  const realm = realmOf(it.tenantId as TenantId, it.mode)
  await it.ledger.batch([
    ...(await upsertSessions({ db: it.ledger, keys: it.chapar.keys }, [{ realm, partyKey: 'a-person', session }])),
  ])
  return id
}
/** A small upload, and an uploaded file's id. */
const FILE = { body: '%PDF-1.7', headers: { 'content-type': 'application/pdf' } }
/** A span of statistics. */
const lastDays = () => `from=${new Date(Date.now() - 900_000_000).toISOString()}`

const file = async (it: Surface): Promise<string> => (await it.good('/v1/media?name=one.pdf', FILE, 201)).id
const tenant = async (it: Surface): Promise<string> =>
  (await it.admin('/admin/v1/tenants', { body: { name: 'Example' } })).id
async function client(it: Surface) {
  const tenantId = await tenant(it)
  const { clientId } = await it.credential(tenantId)
  return `/admin/v1/tenants/${tenantId}/credentials/${clientId}`
}
/** A verification whose code is on its way to a number of its own. */
const verificationBody = () => ({ to: `+9891277${String(count++).padStart(5, '0')}` })
const ofVerification =
  (rest: string, body?: object, status = 200): Prepare =>
  async (it) => {
    const { id } = await it.good('/v1/verifications', { body: verificationBody() }, 202)
    return { path: `/v1/verifications/${id}${rest}`, method: 'POST', status, ...(body ? { body } : {}) }
  }
/** A verification whose code was sent a minute ago, so that it may have another. */
async function agedVerification(it: Surface): Promise<string> {
  const at = Date.now() - 60_000
  const realm = realmOf(it.tenantId as TenantId, it.mode)
  const { idKeys, transit } = await configOf(it.chapar.secrets)
  const recipient = randomDigits(RECIPIENT_DIGITS)
  const id = await newVerificationId(idKeys, realm, newRequestId(at), recipient)
  const { to } = verificationBody()
  const order = { to, channels: ['sms'], locale: 'en', ttlMs: 600_000, digits: 6 } as const
  const closed = await sealOrder({ config: { transit } }, id, order)
  const namespace = await it.chapar.mf.getDurableObjectNamespace('VERIFICATION', 'chapar')
  const object = namespace.getByName(recipient) as unknown as VerificationCalls
  const { id: messageId } = await it.idAt(at)
  const code = {
    hash: '0',
    channel: 'sms',
    wording: 'gateway',
    messageId: messageId as MessageId,
    sentAt: at,
    expiresAt: at + 600_000,
  } as const
  const fields = { id, realm, shard: 0, channels: ['sms'], mostChecks: 5, binding: null, order: closed, code } as const
  await object.start(fields)
  return id
}
const connectionBody = () => ({ channel: 'sms', provider: 'sandbox', name: 'Another', settings: {} })
const connection = async (it: Surface): Promise<string> =>
  (await it.admin('/admin/v1/connections', { body: connectionBody() })).id
const newLine = (): string => `3000${String(count++).padStart(5, '0')}`
const senderBody = () => ({ channel: 'sms', address: newLine(), lineClass: 'service' })
/** The tenant's application, to which devices subscribe. */
async function application(it: Surface): Promise<string> {
  const sender = { channel: 'push', address: `app-of-${it.tenantId.slice(4)}`, lineClass: 'service' }
  await it.admin(`/admin/v1/tenants/${it.tenantId}/senders`, { body: sender })
  return sender.address
}
const deviceBody = async (it: Surface) => ({ app: await application(it), network: 'sandbox', token: `t-${unique()}` })
const ofDevice =
  (method: string, status = 200, body?: unknown): Prepare =>
  async (it) => {
    const { id } = await it.good('/v1/devices', { body: await deviceBody(it) }, 201)
    return { path: `/v1/devices/${id}`, status, method, ...(body === undefined ? {} : { body }) }
  }
/** A message that a person sent to a line that no tenant has. */
export async function unownedMessage(it: Surface, party = RECIPIENT, text = 'hello'): Promise<string> {
  const at = Date.now()
  const { id } = await it.idAt(at)
  const row = newMessage(realmOf('operator' as TenantId, 'live'), id, 0, {
    acceptedAt: at,
    direction: 'inbound',
    status: 'received',
    attempt: 0,
    connectionId: it.connectionId as ConnectionId,
    party,
    line: '10009999',
    content: JSON.stringify({ text }),
    batched: false,
    timeline: [{ at, status: 'received', by: 'report' }],
  })
  await insertStatement(it.ledger, await sealed(it.ledger, [row]), at).run()
  return id
}
const ofTenant =
  (rest: string): Prepare =>
  async (it) => ({ path: `/admin/v1/tenants/${await tenant(it)}${rest}`, status: 200, method: 'POST' })
const ofConnection =
  (rest: string, method = 'POST'): Prepare =>
  async (it) => ({ path: `/admin/v1/connections/${await connection(it)}${rest}`, status: 200, method })
const ofWebhook =
  (rest: string, method = 'POST', status = 200): Prepare =>
  async (it) => ({ path: `/v1/webhooks/${await webhook(it)}${rest}`, status, method })

/**
 * Good calls by `METHOD path`, of operations whose description alone does not say enough (`exampleOf`); each makes what it
 * needs, so that they run in any order.
 */
export const examples: Readonly<Record<string, Prepare>> = {
  'POST /v1/messages': async () => ({ path: '/v1/messages', body: message(RECIPIENT), status: 202 }),
  'POST /v1/messages/batch': async () => ({
    path: '/v1/messages/batch',
    body: { channel: 'sms', content: { text: 'hello' }, messages: [{ to: RECIPIENT }, { to: 'nobody' }] },
    status: 202,
  }),
  'GET /v1/sandbox/phone': at(`/v1/sandbox/phone?number=${encodeURIComponent(RECIPIENT)}`),
  'POST /v1/sandbox/phone': posted('/v1/sandbox/phone', { number: RECIPIENT, reply: 'hello' }),
  'POST /v1/preview': posted('/v1/preview', { channel: 'sms', content: { text: 'hello' } }),
  'GET /v1/messages': at('/v1/messages?limit=5'),
  'POST /v1/messages/:id/cancel': async (it) => ({
    path: `/v1/messages/${(await it.idAt(Date.now())).id}/cancel`,
    method: 'POST',
    status: 200,
  }),
  'GET /v1/batches/:id': async (it) => {
    const body = { channel: 'sms', content: { text: 'hello' }, messages: [{ to: RECIPIENT }] }
    const { id } = await it.good('/v1/messages/batch', { body }, 202)
    return { path: `/v1/batches/${id}`, status: 200 }
  },
  'POST /v1/batches/:id/cancel': async (it) => ({
    path: `/v1/batches/${(await it.idAt(Date.now())).batch}/cancel`,
    method: 'POST',
    status: 200,
  }),
  'POST /v1/devices': async (it) => ({ path: '/v1/devices', body: await deviceBody(it), status: 201 }),
  'GET /v1/devices': at('/v1/devices?tag=news&limit=5'),
  'PATCH /v1/devices/:id': ofDevice('PATCH', 200, { tags: ['news'], user: null }),
  'POST /v1/media': async () => ({ path: '/v1/media?name=one.pdf', ...FILE, status: 201 }),
  'GET /v1/media': async (it) => {
    await file(it)
    return { path: '/v1/media?limit=2', status: 200 }
  },
  'GET /v1/sessions': async (it) => {
    await session(it)
    return { path: '/v1/sessions?limit=2', status: 200 }
  },
  'GET /v1/sessions/:id': async (it) => ({ path: `/v1/sessions/${await session(it)}`, status: 200 }),
  'POST /v1/suppressions': async () => ({
    path: '/v1/suppressions',
    body: { channel: 'sms', recipient: `+98912555${String(count++).padStart(4, '0')}` },
    status: 201,
  }),
  'POST /v1/suppressions/import': async () => ({
    path: '/v1/suppressions/import',
    body: { suppressions: [{ channel: 'sms', recipient: `+98912444${String(count++).padStart(4, '0')}` }] },
    status: 200,
  }),
  'DELETE /v1/suppressions': async (it) => {
    const recipient = `+98912666${String(count++).padStart(4, '0')}`
    await it.good('/v1/suppressions', { body: { channel: 'sms', recipient } }, 201)
    return {
      path: `/v1/suppressions?channel=sms&recipient=${encodeURIComponent(recipient)}`,
      method: 'DELETE',
      status: 204,
    }
  },
  'GET /v1/statistics': async () => ({ path: `/v1/statistics?${lastDays()}&by=day,channel`, status: 200 }),
  'GET /v1/statistics/verifications': async () => ({
    path: `/v1/statistics/verifications?${lastDays()}&by=day,prefix`,
    status: 200,
  }),
  'GET /v1/verifications/guard': async () => ({ path: '/v1/verifications/guard', status: 200 }),
  'POST /v1/verifications': async () => ({ path: '/v1/verifications', body: verificationBody(), status: 202 }),
  'GET /v1/verifications': at('/v1/verifications?limit=2'),
  'POST /v1/verifications/:id/check': ofVerification('/check', { code: '0' }),
  'POST /v1/verifications/:id/resend': async (it) => ({
    path: `/v1/verifications/${await agedVerification(it)}/resend`,
    method: 'POST',
    body: {},
    status: 202,
  }),
  'POST /v1/verifications/:id/cancel': ofVerification('/cancel'),
  'POST /v1/verifications/:id/feedback': ofVerification('/feedback', { outcome: 'approved' }),
  'POST /v1/webhooks': async (it) => {
    await webhook(it)
    return { path: '/v1/webhooks', body: { url: `https://${unique()}.example.org/in` }, status: 201 }
  },
  'PATCH /v1/webhooks/:id': async (it) => ({
    ...(await ofWebhook('', 'PATCH')(it)),
    body: { description: 'changed', events: ['message.delivered'] },
  }),
  'GET /v1/webhooks/:id/deliveries': async (it) => ({
    path: `/v1/webhooks/${(await delivered(it)).id}/deliveries`,
    status: 200,
  }),
  'GET /v1/webhooks/:id/deliveries/:deliveryId': async (it) => {
    const { id, delivery } = await delivered(it)
    return { path: `/v1/webhooks/${id}/deliveries/${delivery}`, status: 200 }
  },
  'GET /v1/messages/:id/events': async (it) => ({
    path: `/v1/messages/${(await it.idAt(Date.now())).id}/events`,
    status: 200,
  }),
  'POST /v1/webhooks/:id/deliveries/:deliveryId/redeliver': async (it) => {
    const { id, delivery } = await delivered(it)
    return { path: `/v1/webhooks/${id}/deliveries/${delivery}/redeliver`, method: 'POST', status: 202 }
  },
  'POST /v1/webhooks/:id/redeliver': async (it) => ({
    ...(await ofWebhook('/redeliver', 'POST', 202)(it)),
    body: { since: new Date(Date.now() - 3_600_000).toISOString() },
  }),
  'POST /oauth/token': async (it) => ({
    path: '/oauth/token',
    token: null,
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: it.clientId,
      client_secret: it.clientSecret,
    }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    status: 200,
  }),
  'GET /admin/v1/tenants': at('/admin/v1/tenants?limit=2'),
  'PATCH /admin/v1/tenants/:tenantId': async (it) => ({
    ...(await ofTenant('')(it)),
    method: 'PATCH',
    body: { name: 'Renamed', limits: { burst: 7 } },
  }),
  'POST /admin/v1/tenants/:tenantId/credentials': async (it) => ({
    ...(await ofTenant('/credentials')(it)),
    body: { name: 'One', mode: 'live', kind: 'hmac', scopes: ['messages:send'] },
    status: 201,
  }),
  'POST /admin/v1/tenants/:tenantId/credentials/:clientId/revoke': async (it) => ({
    path: `${await client(it)}/revoke`,
    method: 'POST',
    status: 200,
  }),
  'DELETE /admin/v1/tenants/:tenantId/credentials/:clientId': async (it) => ({
    path: await client(it),
    method: 'DELETE',
    status: 200,
  }),
  'POST /admin/v1/tenants/:tenantId/senders': async (it) => ({
    ...(await ofTenant('/senders')(it)),
    body: senderBody(),
  }),
  'PUT /admin/v1/tenants/:tenantId/senders': async (it) => ({
    ...(await ofTenant('/senders')(it)),
    method: 'PUT',
    body: senderBody(),
  }),
  'GET /admin/v1/tenants/:tenantId/senders': async (it) => ({
    path: `/admin/v1/tenants/${it.tenantId}/senders`,
    status: 200,
  }),
  'DELETE /admin/v1/tenants/:tenantId/senders/:channel/:address': async (it) => {
    const id = await tenant(it)
    const body = senderBody()
    await it.admin(`/admin/v1/tenants/${id}/senders`, { body })
    return { path: `/admin/v1/tenants/${id}/senders/sms/${body.address}`, method: 'DELETE', status: 204 }
  },
  'POST /admin/v1/connections': async () => ({ path: '/admin/v1/connections', body: connectionBody(), status: 201 }),
  'PATCH /admin/v1/connections/:connectionId': async (it) => ({
    ...(await ofConnection('', 'PATCH')(it)),
    body: { name: 'Renamed', rate: 10 },
  }),
  'PUT /admin/v1/routes': async (it) => ({
    path: '/admin/v1/routes',
    method: 'PUT',
    body: { tenantId: await tenant(it), channel: 'sms', mode: 'test', connections: [it.connectionId] },
    status: 200,
  }),
  'DELETE /admin/v1/routes': async (it) => {
    const tenantId = await tenant(it)
    const route = { tenantId, channel: 'sms', mode: 'test', connections: [it.connectionId] }
    await it.admin('/admin/v1/routes', { method: 'PUT', body: route })
    return {
      path: `/admin/v1/routes?tenantId=${tenantId}&channel=sms&mode=test`,
      method: 'DELETE',
      status: 204,
    }
  },
  'GET /admin/v1/dead-letters': async (it) => {
    await deadLetter(it)
    return { path: '/admin/v1/dead-letters?state=all', status: 200 }
  },
  'POST /admin/v1/dead-letters/replay': async () => ({
    path: '/admin/v1/dead-letters/replay',
    body: { queue: 'audit' },
    status: 200,
  }),
  'POST /admin/v1/dead-letters/:id/replay': async (it) => ({
    path: `/admin/v1/dead-letters/${await deadLetter(it)}/replay`,
    method: 'POST',
    status: 200,
  }),
  ...approvalExamples,
  'POST /admin/v1/unowned/:id/disclose': async (it) => ({
    path: `/admin/v1/unowned/${await unownedMessage(it)}/disclose`,
    method: 'POST',
    body: { reason: 'order 12 of a court' },
    status: 200,
  }),
  ...codeExamples,
  ...passkeyExamples,
  ...accountExamples,
  'GET /admin/v1/statistics': async () => ({ path: `/admin/v1/statistics?${lastDays()}&by=connection`, status: 200 }),
  'GET /admin/v1/requests': async (it) => ({ path: `/admin/v1/requests?tenantId=${it.tenantId}`, status: 200 }),
  ...identityExamples,
}

/** The call as its description has it; with an id in its path, that of a thing which the POST of its collection makes. */
async function derived(operation: Operation, it: Surface): Promise<Example> {
  const { method, path, body, responses } = operation
  const status = Number(Object.keys(responses).find((one) => Number(one) < 300))
  const sent = { method, status, ...(body ? { body: sampleOf(body) } : {}) }
  const [collection = '', ...params] = path.split('/:')
  if (params.length === 0) return { path, ...sent }
  const create = operations.find((one) => one.method === 'POST' && one.path === collection)
  if (!create || params.length > 1)
    throw new Error(`no example of ${nameOf(operation)}: write one in test/api/examples.ts`)
  const { path: at, status: made, ...creation } = await exampleOf(create, it)
  const { id } = path.startsWith('/admin/') ? await it.admin(at, creation) : await it.good(at, creation, made)
  return { path: path.replace(/:\w+/, id), ...sent }
}

/** A good call of an operation. */
export const exampleOf = (operation: Operation, it: Surface): Promise<Example> =>
  (examples[nameOf(operation)] ?? peopleExamples[nameOf(operation)])?.(it) ?? derived(operation, it)
