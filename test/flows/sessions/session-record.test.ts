import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConnectionId, newRequestId, newSessionId, type TenantId } from '#worker/domain/ids.ts'
import { realmOf } from '#worker/domain/realm.ts'
import type { SessionTurn } from '#worker/domain/sessions/session.ts'
import type { SessionJob } from '#worker/jobs.ts'
import type { Hops } from '../../worlds/entries/hops.ts'
import { configOf } from '../../worlds/tenant-world.ts'
import { PERSON, startUssd, type Ussd } from '../../worlds/ussd-world.ts'
import { until } from '../../worlds/world.ts'

let it: Ussd
beforeAll(async () => {
  it = await startUssd({ entry: 'test/worlds/entries/hops.ts' })
})
afterAll(() => it.dispose())

let begun = Date.now()
const turn = (n: number): SessionTurn => ({
  at: begun + n,
  input: String(n),
  screen: `screen ${n}`,
  by: 'application',
  ms: 5,
})

/** A session, and the jobs of it as it now is, with so many turns. */
async function newSession(connectionId: string, line: string) {
  const { idKeys } = await configOf(it.chapar.secrets)
  const realm = realmOf(it.tenantId as TenantId, 'test')
  const startedAt = begun++
  const id = await newSessionId(idKeys, realm, newRequestId(startedAt))
  const job = (turns: number, reason: 'application' | null = null): SessionJob => ({
    kind: 'session',
    realm,
    shard: 0,
    session: {
      id,
      channel: 'ussd',
      connectionId: connectionId as ConnectionId,
      sessionRef: id,
      party: PERSON,
      line,
      reason,
      startedAt,
      updatedAt: startedAt + turns,
      turns: Array.from({ length: turns }, (_, n) => turn(n)),
    },
  })
  return { id, job }
}

const send = async (jobs: readonly SessionJob[]): Promise<void> => {
  await (await it.chapar.queue('REPORT')).sendBatch(jobs.map((body) => ({ body })))
}
const told = (type: string, ids: readonly string[]) =>
  it.events.filter((event) => event.type === type && ids.includes(String(event.data['sessionId'])))

test('sessions that are written down together are one read and one batch; each is told of once, by the copy that knows most', async () => {
  const line = await it.line()
  const sessions = await Promise.all(Array.from({ length: 12 }, () => newSession(line.id, line.code)))
  const ids = sessions.map(({ id }) => id)
  const ended = sessions.slice(0, 6)
  // One before them has the tenant's keys made.
  const before = await newSession(line.id, line.code)
  await send([before.job(1, 'application')])
  await until('the one before is told', async () => told('session.ended', [before.id]).length === 1)
  await it.chapar.fetch('/hops', { method: 'DELETE' })
  await send([
    ...ended.map(({ job }) => job(2, 'application')),
    ...sessions.map(({ job }) => job(1)),
    ...ended.slice(0, 2).map(({ job }) => job(2)),
  ])
  await until(
    'all are told',
    async () => told('session.started', ids).length === 12 && told('session.ended', ids).length === 6,
  )
  const hops = (await (await it.chapar.fetch('/hops')).json()) as Hops[]
  const own = hops.filter(({ invocation }) => invocation === 'chapar-report')
  expect(own.map(({ calls }) => calls.map(({ name, step }) => `${step} ${name}`).toSorted())).toEqual([
    ['1 LEDGER_0', '1 TENANT.policy', '2 LEDGER_0.batch', '3 NOTIFY.sendBatch'],
  ])
  for (const { id } of ended) expect(await it.ended(id)).toMatchObject({ reason: 'application', turnCount: 2 })
  for (const { id } of sessions.slice(6)) expect(await it.sessionOf(id)).toMatchObject({ status: 'open', turnCount: 1 })
  // Older copies and the same once more say nothing new; an end does.
  await send([...sessions.map(({ job }) => job(1)), ...ended.map(({ job }) => job(2, 'application'))])
  await send(sessions.slice(6).map(({ job }) => job(1, 'application')))
  await until('the ends are told', async () => told('session.ended', ids).length === 12)
  expect([told('session.started', ids).length, told('session.ended', ids).length]).toEqual([12, 12])
})

test('a session that the ledger refuses holds no other back', async () => {
  const line = await it.line()
  const sessions = await Promise.all(Array.from({ length: 5 }, () => newSession(line.id, line.code)))
  const [bad, ...good] = sessions
  const poison = `CREATE TRIGGER poison BEFORE INSERT ON sessions WHEN new.id = '${bad?.id}' BEGIN SELECT RAISE(ABORT, 'poison'); END`
  await it.chapar.ledger().prepare(poison).run()
  await send(sessions.map(({ job }) => job(1, 'application')))
  for (const { id } of good) expect(await it.ended(id)).toMatchObject({ turnCount: 1 })
  const { data } = await until('the letter is there', async () => {
    const found = (await it.operator.get('/admin/v1/dead-letters?state=waiting')) as {
      data: { id: string; kind: string }[]
    }
    return found.data.length > 0 && found
  })
  expect(data.map(({ kind }) => kind)).toEqual(['session'])
  await it.chapar.ledger().prepare('DROP TRIGGER poison').run()
  await it.operator.post(`/admin/v1/dead-letters/${data[0]?.id}/replay`, {})
  expect(await it.ended(bad?.id ?? '')).toMatchObject({ turnCount: 1 })
})
