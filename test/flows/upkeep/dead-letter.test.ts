import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Platform } from '#worker/flows/core/platform.ts'
import { deadLetter } from '#worker/flows/upkeep/dead-letter.ts'
import type { NotifyJob, SendJob } from '#worker/jobs.ts'
import { type DeadLetter, deadJob } from '#worker/store/dead-letters.ts'
import { type Bindings, startBindings } from '../../worlds/harness.ts'

type DeadJob = Parameters<typeof deadLetter>[1][number]
type FailDeadMessages = Parameters<typeof deadLetter>[2]

let bindings: Bindings
let platform: Platform
const logged: string[] = []

beforeAll(async () => {
  bindings = await startBindings({ shards: 2 })
  platform = {
    env: { LEDGER_0: bindings.ledger(0), LEDGER_1: bindings.ledger(1) },
    keys: bindings.keys,
    log: (fact: string, fields: object) => logged.push(JSON.stringify({ fact, ...fields })),
  } as unknown as Platform
})
afterAll(() => bindings?.dispose())
beforeEach(async () => {
  logged.length = 0
  await bindings.ledger(1).prepare('DELETE FROM dead_letters').run()
})

const AT = 1_800_000_000_000
const send = {
  kind: 'send',
  channel: 'sms',
  realm: 'live.ten_a',
  base: 'b',
  items: [{ n: 0, to: '+1' }],
} as unknown as SendJob
const notify = { kind: 'notify', realm: 'live.ten_a', events: [] } as unknown as NotifyJob
const dead = (id: string, body: unknown): DeadJob => ({ id, at: AT, body: { value: body, unopened: null, queue: '' } })

async function kept() {
  const db = bindings.ledger(1)
  const sql = 'SELECT id, queue, kind, realm, items, job, reason, at FROM dead_letters ORDER BY queue'
  const { results } = await db.prepare(sql).all<Omit<DeadLetter, 'job'> & { readonly job: string }>()
  const opened = results.map(async ({ id, job: stored, ...letter }) => ({
    ...letter,
    stored,
    job: await deadJob(db, bindings.keys, id),
  }))
  return Promise.all(opened)
}

it('keeps dead jobs whole in the newest shard, with the queue they came from', async () => {
  const done = await deadLetter(platform, [dead('1', send), dead('2', notify)], async () => {})
  expect(done).toEqual([true, true])
  const common = { realm: 'live.ten_a', reason: 'retries exhausted', at: AT, stored: expect.any(String) }
  expect(await kept()).toEqual([
    { queue: 'notify', kind: 'notify', items: 0, job: { json: JSON.stringify(notify) }, ...common },
    { queue: 'send-sms', kind: 'send', items: 1, job: { json: JSON.stringify(send) }, ...common },
  ])
  for (const { stored } of await kept()) expect(atob(stored.replace(/^\d+\./, ''))).not.toContain('kind')
})

it('keeps a job once, however often it is delivered', async () => {
  for (let i = 0; i < 3; i++) await deadLetter(platform, [dead('1', notify)], async () => {})
  expect(await kept()).toHaveLength(1)
})

it('ends the messages of send jobs only, at the time of the letter', async () => {
  const failed: unknown[] = []
  const fail: FailDeadMessages = async (_, job, at) => void failed.push([job, at])
  await deadLetter(platform, [dead('1', notify), dead('2', send)], fail)
  expect(failed).toEqual([[send, AT]])
})

it('says which job must come again when its messages could not be ended, and holds no other back', async () => {
  const poison = { ...send, base: 'poison' }
  const fail: FailDeadMessages = async (_, job) => {
    if (job.base === 'poison') throw new Error('the ledger is away')
  }
  expect(await deadLetter(platform, [dead('1', poison), dead('2', send)], fail)).toEqual([false, true])
  expect(await kept()).toHaveLength(2)
})

it('keeps even what is no job, and asks nobody to end it', async () => {
  const bodies = [null, 'text', 7, { kind: 'pigeon' }, { kind: 'send', channel: 'pigeon' }, { kind: '__proto__' }]
  const fail: FailDeadMessages = async () => {
    throw new Error('not asked')
  }
  const done = await deadLetter(
    platform,
    bodies.map((body, i) => dead(String(i), body)),
    fail,
  )
  expect(done).toEqual(bodies.map(() => true))
  expect((await kept()).every(({ kind, queue }) => kind === 'unreadable' && queue === '')).toBe(true)
  expect(await kept()).toHaveLength(bodies.length)
})

it('takes twenty jobs of the largest size', async () => {
  const large = { ...notify, events: ['چاپار'.repeat(12_000)] }
  const done = await deadLetter(
    platform,
    Array.from({ length: 20 }, (_, i) => dead(`l${i}`, large)),
    async () => {},
  )
  expect(done).toHaveLength(20)
  expect(await kept()).toHaveLength(20)
})

it('logs no part of a job but its kind, queue and tenant', async () => {
  const secret = { ...send, items: [{ n: 0, to: '+989121234567' }] }
  await deadLetter(platform, [dead('1', secret)], async () => {
    throw new Error('away')
  })
  expect(logged.length).toBeGreaterThan(1)
  expect(logged.join()).not.toContain('989121234567')
})
