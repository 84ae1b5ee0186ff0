import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ConnectionId, SessionId, TenantId } from '#worker/domain/ids.ts'
import { realmOf } from '#worker/domain/realm.ts'
import type { SessionRecord } from '#worker/domain/sessions/session.ts'
import { monthOf } from '#worker/store/keys/month.ts'
import { sessionById } from '#worker/store/sessions/read.ts'
import { upsertSessions } from '#worker/store/sessions/write.ts'
import { type Surface, startSurface } from '../../worlds/surface.ts'

const DAY = 86_400_000

let it: Surface
beforeAll(async () => {
  it = await startSurface({ shards: 2, tenant: { shards: [0, 1] } })
})
afterAll(() => it.dispose())

const recordOf = (id: SessionId, at: number, more: Partial<SessionRecord> = {}): SessionRecord => ({
  id,
  channel: 'ussd',
  connectionId: it.connectionId as ConnectionId,
  sessionRef: id,
  party: '+989121112233',
  line: '*384*1#',
  reason: null,
  startedAt: at,
  updatedAt: at,
  turns: [],
  ...more,
})
const ledgerOf = (shard = 0) => ({ db: it.chapar.ledger(shard), keys: it.chapar.keys })
const write = async (session: SessionRecord, shard = 0): Promise<D1Result> => {
  const one = { realm: realmOf(it.tenantId as TenantId, 'test'), partyKey: 'key', session }
  const [written] = await ledgerOf(shard).db.batch([...(await upsertSessions(ledgerOf(shard), [one]))])
  if (!written) throw new Error('nothing was written')
  return written
}

test('the list goes through all shards of the account, newest first', async () => {
  const now = Date.now()
  const ids: SessionId[] = []
  for (const n of [0, 1, 2, 3, 4]) {
    const id = await it.sessionIdAt(now + n)
    await write(recordOf(id, now + n), n % 2)
    ids.unshift(id)
  }
  const first = await it.good('/v1/sessions?limit=3')
  const rest = await it.good(`/v1/sessions?limit=3&cursor=${first.nextCursor}`)
  expect([...first.data, ...rest.data].map(({ id }) => id)).toEqual(ids)
  expect(rest.nextCursor).toBeNull()
  for (const id of ids) expect((await it.good(`/v1/sessions/${id}`)).status).toBe('open')
})

test('an id without a row is a 404 while it is young, and a 410 when its retention is over', async () => {
  await it.good(`/v1/sessions/${await it.sessionIdAt(Date.now())}`, {}, 404)
  await it.good(`/v1/sessions/${await it.sessionIdAt(Date.now() - 187 * DAY)}`, {}, 410)
})

test('one whose keys were forgotten is left out of the list, and a 404', async () => {
  const at = Date.now() - 100 * DAY
  const [gone, there] = [await it.sessionIdAt(at), await it.sessionIdAt(Date.now() + 10)]
  await write(recordOf(gone, at))
  await write(recordOf(there, Date.now() + 10))
  await it.chapar.keys.forget(it.tenantId as TenantId, monthOf(at))
  const ids = (await it.good('/v1/sessions')).data.map(({ id }) => id)
  expect([ids.includes(there), ids.includes(gone)]).toEqual([true, false])
  await it.good(`/v1/sessions/${gone}`, {}, 404)
})

test('another account does not see it', async () => {
  const id = await it.sessionIdAt(Date.now())
  await write(recordOf(id, Date.now()))
  const { token } = await it.other('30001234')
  expect((await it.call(`/v1/sessions/${id}`, { token })).status).toBe(404)
  expect((await it.call('/v1/sessions', { token })).json.data).toEqual([])
})

test('a token without the scope is refused', async () => {
  const token = await it.login(await it.credential(it.tenantId, { scopes: ['messages:read'] }))
  expect((await it.call('/v1/sessions', { token })).status).toBe(403)
})

test('a person who is none, a foreign cursor and a wrong limit are named', async () => {
  for (const [query, name] of [
    ['from=nobody', 'from'],
    ['cursor=msg_1', 'cursor'],
    ['limit=0', 'limit'],
    ['status=open', 'status'],
  ])
    expect((await it.call(`/v1/sessions?${query}`, { token: it.token })).json).toMatchObject({
      status: 400,
      errors: [{ pointer: `query:${name}` }],
    })
})

test('an older copy of a session never takes back what a newer one said', async () => {
  const at = Date.now()
  const id = await it.sessionIdAt(at)
  const turn = { at, input: null, screen: 'a', by: 'application', ms: 1 } as const
  const open = recordOf(id, at, { turns: [turn] })
  const ended = recordOf(id, at, { turns: [turn, turn], reason: 'application' })
  const read = () => sessionById(ledgerOf(), realmOf(it.tenantId as TenantId, 'test'), id)
  expect((await write(open)).meta.changes).toBeGreaterThan(0)
  await write(ended)
  for (const older of [open, { ...open, turns: [turn, turn] }, ended]) expect((await write(older)).meta.changes).toBe(0)
  expect(await read()).toMatchObject({ reason: 'application', turns: [turn, turn] })
})
