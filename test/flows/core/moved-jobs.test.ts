import { afterAll, beforeAll, expect, test } from 'vitest'
import { importSealKeys } from '#worker/config.ts'
import { realmOf, type TenantId } from '#worker/domain/realm.ts'
import type { Env, JobQueue } from '#worker/env.ts'
import { sealedQueues } from '#worker/flows/core/sealed-queues.ts'
import { QUEUE_NAMES } from '#worker/flows/upkeep/job-queues.ts'
import { transitOf } from '#worker/lib/transit.ts'
import { sendJob } from '../../worlds/players/send-job.ts'
import { startWorld, until, type World } from '../../worlds/world.ts'

/** Bodies that somebody moves from one queue to another, as who has the account's queues can. */
let world: World
const log: string[] = []
beforeAll(async () => {
  world = await startWorld({ onLog: (line) => log.push(line) })
})
afterAll(() => world.dispose())

const bindingOf = (queue: string): string => queue.toUpperCase().replaceAll('-', '_')

/** Puts a job on a queue that is sealed for another. */
async function move(job: unknown, sealedFor: string, onto: string): Promise<void> {
  const raw = await world.chapar.mf.getQueueProducer<unknown>(bindingOf(onto), 'chapar')
  const transit = transitOf(await importSealKeys(world.chapar.secrets.worker))
  const queues = sealedQueues({ [bindingOf(sealedFor)]: raw } as unknown as Env, transit)
  await (queues as unknown as Record<string, JobQueue<unknown>>)[bindingOf(sealedFor)]?.send(job)
}

interface Letter {
  readonly id: string
  readonly queue: string
  readonly kind: string
  readonly reason: string
}
const letters = async (queue: string): Promise<readonly Letter[]> =>
  ((await world.operator.get(`/admin/v1/dead-letters?queue=${queue}`)) as { data: Letter[] }).data

const callOf = (n: number) => ({
  ...{
    id: `req_${String(n).padStart(16, '0')}`,
    tenantId: '',
    at: Date.now(),
    ip: '',
    country: null,
    asn: null,
    ray: null,
  },
  ...{ actor: null, method: 'GET', route: '/moved', status: 200, count: 1 },
})
const logged = async (): Promise<number> =>
  (await world.ledger.prepare("SELECT count(*) AS n FROM requests WHERE route = '/moved'").first<number>('n')) ?? 0

test('a body that was moved to any other queue is not worked there; it is kept under its own, and a replay works it', async () => {
  const others = QUEUE_NAMES.filter((queue) => queue !== 'audit')
  for (const [n, queue] of others.entries()) await move({ kind: 'audit', rows: [callOf(n)] }, 'audit', queue)
  const kept = await until('all are kept', async () => {
    const found = await letters('audit')
    return found.length === others.length && found
  })
  expect(await logged()).toBe(0)
  expect(kept.map(({ kind }) => kind)).toEqual(others.map(() => 'audit'))
  expect(kept.map(({ reason }) => reason).sort()).toEqual(
    others.map((queue) => `moved to the queue ${queue}, for which it was not sealed`).sort(),
  )
  expect(log.filter((line) => line.includes('"job.moved"'))).toHaveLength(others.length)
  await world.operator.post('/admin/v1/dead-letters/replay', { queue: 'audit' })
  await until('all are worked', async () => (await logged()) === others.length)
  expect(await letters('audit')).toEqual([])
})

test('messages whose envelope was moved are sent by the replay, and not ended before', async () => {
  const { job, ids } = await sendJob(world, ['+989121234501', '+989121234502'])
  const statusOf = async (id: string) => (await world.json<{ status: string }>(`/v1/messages/${id}`)).status
  await move(job, 'send-sms', 'notify')
  const [letter] = await until('it is kept', async () => {
    const found = await letters('send-sms')
    return found.length > 0 && found
  })
  expect(await Promise.all(ids.map(statusOf))).toEqual(['accepted', 'accepted'])
  await world.operator.post(`/admin/v1/dead-letters/${letter?.id}/replay`, {})
  for (const id of ids) await until('it is delivered', async () => (await statusOf(id)) === 'delivered')
})

test('one that was not moved is worked as ever, the retries of webhooks too', async () => {
  const before = await logged()
  await (await world.chapar.queue('AUDIT')).send({ kind: 'audit', rows: [callOf(900)] })
  await until('it is worked', async () => (await logged()) === before + 1)
  const moved = log.filter((line) => line.includes('"job.moved"')).length
  const notify = {
    kind: 'notify',
    realm: realmOf(world.tenantId as TenantId, 'test'),
    events: [],
    work: { shard: 0, dueAt: 1, id: 'x' },
    attempt: 2,
  }
  await (await world.chapar.queue('NOTIFY_RETRY')).send(notify)
  await (await world.chapar.queue('AUDIT')).send({ kind: 'audit', rows: [callOf(901)] })
  await until('it is worked', async () => (await logged()) === before + 2)
  expect(log.filter((line) => line.includes('"job.moved"'))).toHaveLength(moved)
})
