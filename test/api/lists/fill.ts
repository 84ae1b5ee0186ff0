import {
  type MessageId,
  newRequestId,
  newSessionId,
  type SessionId,
  type TenantId,
  timeOfId,
} from '#worker/domain/ids.ts'
import { MODES, type Realm, realmOf } from '#worker/domain/realm.ts'
import type { SessionRecord } from '#worker/domain/sessions/session.ts'
import { personKey } from '#worker/flows/core/person.ts'
import { insertDeliveries } from '#worker/store/deliveries.ts'
import type { NewMessage } from '#worker/store/messages/rows.ts'
import { insertStatement } from '#worker/store/messages/writes.ts'
import { entriesOf, partyStatements } from '#worker/store/parties/tail.ts'
import { upsertSessions } from '#worker/store/sessions/write.ts'
import type { Body, Surface } from '../../worlds/surface.ts'
import { newMessage, sealed } from '../../worlds/tenant-rows.ts'
import { configOf } from '../../worlds/tenant-world.ts'
import { message, until } from '../../worlds/world.ts'
import { asked, type List, of } from './asked.ts'
import { deadLetters, guardAlerts } from './fill-operator.ts'
import { approvals, disclosures, lostAccess, papers } from './fill-people.ts'

const ANN = '+989121110000'
const BOB = '+989122229901'
const LINE = '30005555'
const IP = '192.0.2.9'
/** A status of the log, which other lists have as a word. */
const NOT_FOUND: unknown = 404
/** What a value leaves where the call cannot hear it, and must say so. */
const NOTHING = () => false

const timeOf = (row: Body, name: string): number => Date.parse(String(row[name]))
const since = (name: string, at: number) => asked(new Date(at).toISOString(), (row) => timeOf(row, name) >= at)
const until_ = (name: string, at: number) => asked(new Date(at).toISOString(), (row) => timeOf(row, name) < at)
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Connects the tenant to a further channel, by a simulated carrier. */
async function connect(it: Surface, channel: string, address: string): Promise<void> {
  const { id } = await it.admin('/admin/v1/connections', {
    body: { channel, provider: 'sandbox', name: channel, settings: {} },
  })
  const route = { tenantId: it.tenantId, channel, mode: it.mode, connections: [id] }
  await it.admin('/admin/v1/routes', { method: 'PUT', body: route })
  await it.admin(`/admin/v1/tenants/${it.tenantId}/senders`, {
    body: { channel, address, lineClass: 'service', isDefault: true },
  })
}

async function messages(it: Surface): Promise<List> {
  const send = async (body: object) => (await it.good('/v1/messages', { body }, 202)).id
  const ids = [
    await send(message(ANN, 'x', { clientRef: 'r1' })),
    await send(message(ANN, 'x', { from: LINE })),
    await send({ channel: 'email', to: 'ann@example.org', content: { subject: 'x', text: 'x' } }),
  ]
  await pause(20)
  const middle = Date.now()
  const batch = { channel: 'sms', content: { text: 'x' }, messages: [{ to: ANN }, { to: BOB }], clientRef: 'b1' }
  const { id, accepted } = await it.good('/v1/messages/batch', { body: batch }, 202)
  ids.push(...accepted.map((one) => one.id), await send(message(BOB, 'x', { resendOf: ids[0] })))
  await until('all have ended', async () => {
    const { data } = await it.good('/v1/messages')
    return data.length === ids.length && data.every(({ status }) => /^(?:un)?delivered$/.test(status)) ? data : null
  })
  const { id: came } = await it.idAt(Date.now())
  const realm = realmOf(it.tenantId as TenantId, it.mode)
  const partyKey = await personKey(it.chapar, realm, {}, BOB)
  const entries = await entriesOf(it.chapar.keys, realm, [{ id: came, partyKey, attempt: 1 }])
  const bob = [received(realm, came, { party: BOB, line: LINE, attempt: 1 })]
  await it.ledger.batch([
    insertStatement(it.ledger, await sealed(it.ledger, bob), Date.now()),
    ...partyStatements(it.ledger, realm, entries),
  ])
  const outbound = (row: Body): boolean => row['direction'] === 'outbound'
  const withPerson = (row: Body): boolean => [row['to'], row['from']].includes(BOB)
  return {
    path: '/v1/messages',
    whole: [''],
    asked: {
      channel: of('channel', 'email'),
      to: asked(BOB, (row) => outbound(row) && row['to'] === BOB),
      person: asked(BOB, withPerson),
      from: asked(LINE, (row) => outbound(row) && row['from'] === LINE),
      sender: asked(LINE, (row) => row['from'] === LINE || row['to'] === LINE),
      clientRef: of('clientRef', 'r1'),
      batch: of('batchId', id),
      resendOf: of('resendOf', String(ids[0])),
      after: since('acceptedAt', middle),
      before: until_('acceptedAt', middle),
      direction: [...of('direction', 'inbound'), ...of('direction', 'outbound')],
      status: [...of('status', 'undelivered'), ...of('status', 'received')],
    },
  }
}

async function batches(it: Surface): Promise<List> {
  await pause(20)
  const middle = Date.now()
  const body = { channel: 'sms', content: { text: 'x' }, messages: [{ to: ANN }], clientRef: 'b2' }
  await it.good('/v1/messages/batch', { body }, 202)
  await until('both are written', async () => (await it.good('/v1/batches')).data.length === 2)
  return {
    path: '/v1/batches',
    whole: [''],
    asked: {
      clientRef: of('clientRef', 'b2'),
      after: since('acceptedAt', middle),
      before: until_('acceptedAt', middle),
    },
  }
}

async function devices(it: Surface): Promise<List> {
  await connect(it, 'push', `app-${it.tenantId.slice(4)}`)
  const register = (more: object, n: number) =>
    it.good('/v1/devices', { body: { network: 'sandbox', token: `t${n}`, ...more } }, 201)
  await register({ tags: ['news'], user: 'ann' }, 1)
  await register({ tags: ['news'] }, 2)
  const { id } = await register({ tags: [] }, 3)
  await it.ledger.prepare("UPDATE devices SET status = 'removed' WHERE id = ?1").bind(id).run()
  return {
    path: '/v1/devices',
    whole: ['status=all'],
    unless: { status: (row) => row.status === 'active' },
    asked: {
      tag: asked('news', (row) => (row['tags'] as string[]).includes('news')),
      user: of('user', 'ann'),
      status: of('status', 'removed'),
    },
  }
}

async function suppressions(it: Surface): Promise<List> {
  for (const [channel, recipient] of [
    ['sms', ANN],
    ['sms', BOB],
    ['email', 'ann@example.org'],
    ['voice', ANN],
  ])
    await it.good('/v1/suppressions', { body: { channel, recipient } }, 201)
  return {
    path: '/v1/suppressions',
    whole: [''],
    asked: {
      channel: [...of('channel', 'sms'), ...of('channel', 'voice'), ...of('channel', 'push')],
      recipient: of('recipient', ANN),
    },
  }
}

async function sessions(it: Surface): Promise<List> {
  const config = await configOf(it.chapar.secrets)
  const realm = realmOf(it.tenantId as TenantId, it.mode)
  for (const [n, party] of [ANN, BOB].entries()) {
    const at = Date.now() + n
    const id: SessionId = await newSessionId(config.idKeys, realm, newRequestId(at))
    const turn = { at, input: null, screen: 'Bye', by: 'application', ms: 12 } as const
    const session: SessionRecord = {
      ...{ id, channel: 'ussd', connectionId: it.connectionId as `con_${string}`, sessionRef: id, party },
      ...{ line: '*384*1#', reason: 'application', startedAt: at, updatedAt: at, turns: [turn] },
    }
    const partyKey = await personKey(it.chapar, realm, {}, party)
    const ledger = { db: it.ledger, keys: it.chapar.keys }
    await it.ledger.batch([...(await upsertSessions(ledger, [{ realm, partyKey, session }]))])
  }
  return {
    path: '/v1/sessions',
    whole: [''],
    asked: { channel: [...of('channel', 'ussd'), ...asked('sms', NOTHING)], from: of('from', ANN) },
  }
}

async function verifications(it: Surface): Promise<List> {
  for (const body of [{ to: ANN }, { to: BOB }, { to: 'ann@example.org', channel: 'email' }])
    await it.good('/v1/verifications', { body }, 202)
  await until('all are written', async () => (await it.good('/v1/verifications')).data.length === 3)
  await until('their messages have ended', async () =>
    (await it.good('/v1/messages')).data.every(({ status }) => /^(?:received|(?:un)?delivered)$/.test(String(status))),
  )
  return { path: '/v1/verifications', whole: [''], asked: { to: of('to', ANN), channel: asked('email', NOTHING) } }
}

async function deliveries(it: Surface): Promise<List> {
  const { id } = await it.good('/v1/webhooks', { body: { url: 'https://lists.example.org/in' } }, 201)
  const { id: first } = await it.idAt(Date.now() - 60_000)
  const begin = Date.now()
  const rows = (['succeeded', 'failed', 'succeeded'] as const).map((outcome, n) => ({
    ...{ realm: realmOf(it.tenantId as TenantId, it.mode), endpointId: id as `whe_${string}`, at: begin + n, outcome },
    ...{ id: newRequestId(begin + n).replace('req_', 'dlv_'), attempt: 1, httpStatus: 200, durationMs: 1 },
    ...{ reason: null, eventIds: [`evt_${first.slice(4)}_${outcome}` as const], nextAt: null },
  }))
  await insertDeliveries(it.ledger, rows).run()
  const path = `/v1/webhooks/${id}/deliveries`
  const carries = (event: string) => (row: Body) => (row['eventIds'] as string[]).includes(event)
  const middle = begin + 1
  return {
    path,
    whole: [''],
    asked: {
      outcome: [...of('outcome', 'succeeded'), ...of('outcome', 'failed')],
      event: asked(`evt_${first.slice(4)}_failed`, carries(`evt_${first.slice(4)}_failed`)),
      message: asked(first, () => true),
      after: since('at', middle),
      before: until_('at', middle),
    },
  }
}

async function requests(it: Surface): Promise<List> {
  const other = await it.credential(it.tenantId, { mode: it.mode, scopes: ['messages:read'] })
  const token = await it.login(other)
  await it.call('/v1/messages/msg_x', { token })
  await it.call('/v1/senders', { token: it.token, headers: { 'cf-connecting-ip': IP } })
  const { id: person } = await it.owner()
  await it.good('/v1/senders', { token: await it.personToken() })
  await pause(20)
  const middle = Date.now()
  await it.call('/v1/messages/msg_y', { token: it.token })
  const ends = ['before', new Date(Date.now() + 1).toISOString()] as const
  await until('the last is written', async () => {
    const { data } = await it.good('/v1/requests')
    const isLast = (row: Body): boolean => row.status === NOT_FOUND && timeOf(row, 'at') >= middle
    return data.some(isLast) && data.some((row) => row['actor'] === person)
  })
  return {
    path: '/v1/requests',
    whole: ['limit=100'],
    ends,
    asked: {
      after: since('at', middle),
      before: until_('at', middle),
      ip: of('ip', IP),
      credential: of('actor', other.clientId),
      person: of('actor', person),
      status: asked('404', (row) => row.status === NOT_FOUND),
    },
  }
}

async function operatorsLog(it: Surface): Promise<List> {
  const { id: person } = await it.owner()
  const own = `tenantId=${it.tenantId}`
  const middle = await until('a call of before', async () => {
    const { data } = await it.admin(`/admin/v1/requests?${own}&limit=200`)
    return data.length > 4 ? timeOf(data[2] as Body, 'at') : null
  })
  return {
    path: '/admin/v1/requests',
    whole: [`${own}&limit=200`, 'tenantId=&limit=200'],
    ends: ['to', new Date(Date.now() + 1).toISOString()],
    asked: {
      tenantId: of('tenantId', it.tenantId),
      ip: of('ip', IP),
      person: of('actor', person),
      object: asked('msg_x', (row) => row['object'] === 'msg_x'),
      reason: asked('order 12', () => true),
      from: since('at', middle),
      to: until_('at', middle),
    },
  }
}

/** A message that a person wrote. */
const received = (realm: Realm, id: MessageId, more: Partial<NewMessage>): NewMessage =>
  newMessage(realm, id, 0, {
    direction: 'inbound',
    status: 'received',
    attempt: 0,
    content: '{"text":"x"}',
    batched: false,
    acceptedAt: timeOfId(id),
    ...more,
  })

/** Fills the surface, and answers what each parameter of each list must leave, by the list's path in the description. */
export async function fillLists(it: Surface): Promise<Readonly<Record<string, List>>> {
  const plain = (path: string): List => ({ path, whole: [''], asked: {} })
  await it.admin(`/admin/v1/tenants/${it.tenantId}/senders`, {
    body: { channel: 'sms', address: LINE, lineClass: 'service' },
  })
  await connect(it, 'email', 'shop@example.com')
  for (const name of ['a', 'b'])
    await it.good(
      `/v1/media?name=${name}.pdf`,
      { body: '%PDF-1.7', headers: { 'content-type': 'application/pdf' } },
      201,
    )
  for (const mode of MODES) {
    const { id } = await it.idAt(Date.now())
    const row = received(realmOf('operator' as TenantId, mode), id, { party: ANN, line: '1' })
    await insertStatement(it.ledger, await sealed(it.ledger, [row]), Date.now()).run()
  }
  const { tenantId } = await it.other('30006666')
  return {
    '/v1/messages': await messages(it),
    '/v1/batches': await batches(it),
    '/v1/senders': { ...plain('/v1/senders'), asked: { channel: of('channel', 'email') } },
    '/v1/media': plain('/v1/media'),
    '/v1/devices': await devices(it),
    '/v1/suppressions': await suppressions(it),
    '/v1/sessions': await sessions(it),
    '/v1/verifications': await verifications(it),
    '/v1/webhooks/:id/deliveries': await deliveries(it),
    '/v1/requests': await requests(it),
    ...(await disclosures(it)),
    '/admin/v1/tenants': {
      ...plain('/admin/v1/tenants'),
      asked: {
        status: [...of('status', 'active'), ...of('status', 'pending')],
        name: asked('TES', ({ name }) => String(name).toLowerCase().includes('tes')),
      },
    },
    '/admin/v1/connections': plain('/admin/v1/connections'),
    '/admin/v1/providers': {
      ...plain('/admin/v1/providers'),
      asked: { channel: [...of('channel', 'sms'), ...of('channel', 'ussd')] },
    },
    '/admin/v1/routes': { ...plain('/admin/v1/routes'), asked: { tenantId: of('tenantId', tenantId) } },
    '/admin/v1/papers': await papers(it),
    '/admin/v1/lost-access': await lostAccess(it),
    '/admin/v1/approvals': await approvals(it),
    '/admin/v1/dead-letters': await deadLetters(it),
    '/admin/v1/guard-alerts': await guardAlerts(it),
    '/admin/v1/unowned': plain('/admin/v1/unowned'),
    '/admin/v1/requests': await operatorsLog(it),
  }
}
