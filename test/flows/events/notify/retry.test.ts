import { afterAll, beforeAll, expect, test } from 'vitest'
import { tenantOf } from '#worker/domain/realm.ts'
import { event, idsOf, type Notify, says, startNotify } from '../../../worlds/receivers.ts'

const HOUR = 3_600_000
/** Seconds before each attempt, by Standard Webhooks. */
const SCHEDULE = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
const LAST_ATTEMPT = SCHEDULE.length

let it: Notify
beforeAll(async () => {
  it = await startNotify()
})
afterAll(() => it.chapar.dispose())

test('ten attempts at the hours of the schedule, then the endpoint is off, the others know, and nothing is left', async () => {
  const realm = await it.realm()
  const dead = await it.endpoint(realm, { answer: says(503) })
  const other = await it.endpoint(realm, { batch: true, events: ['webhook.disabled'] })
  let triedAt = Date.now()
  await it.notify([await it.job(realm, [event(1)])])
  for (let attempt = 2; attempt <= LAST_ATTEMPT; attempt++) {
    const [row, ...more] = await it.work(realm)
    expect(more).toEqual([])
    const delay = (SCHEDULE[attempt - 1] ?? 0) * 1_000
    const at = (row?.dueAt ?? 0) - 300_000
    expect(at).toBeGreaterThan(triedAt + delay * 0.9 - 1_000)
    expect(at).toBeLessThanOrEqual(Date.now() + delay)
    triedAt = Date.now()
    await it.sweep((row?.dueAt ?? 0) + 1)
    await it.until(async () => expect((await it.log(realm)).filter((log) => log.attempt === attempt)).toHaveLength(1))
    expect(dead.heard).toHaveLength(attempt)
    if (attempt < LAST_ATTEMPT) {
      await it.until(async () => expect((await it.work(realm))[0]?.job.attempt).toBe(attempt + 1))
    }
  }
  expect(new Set(idsOf(dead.heard))).toEqual(new Set([event(1).id]))
  await it.until(() => expect(other.heard).toHaveLength(1))
  await it.until(async () => expect(await it.work(realm)).toEqual([]))
  const outcomes = (await it.log(realm)).filter((row) => row.endpoint_id === dead.webhook.id).map((row) => row.outcome)
  expect(outcomes).toEqual([...Array(LAST_ATTEMPT - 1).fill('failed'), 'exhausted'])
  expect(await it.webhook(dead)).toMatchObject({ status: 'disabled' })
  await it.ahead(10_000)
  await it.notify([await it.job(realm, [event(2)])])
  expect(dead.heard).toHaveLength(LAST_ATTEMPT)
})

test('an endpoint that took something else meanwhile stays on: only that event is given up', async () => {
  const realm = await it.realm()
  const picky = await it.endpoint(realm, {
    answer: ({ headers }) => new Response(null, { status: headers['webhook-id'] === event(1).id ? 500 : 200 }),
  })
  await it.notify([await it.job(realm, [event(1)])])
  const [row] = await it.work(realm)
  await it.notify([await it.job(realm, [event(2)])])
  if (!row) throw new Error('no retry')
  expect(await it.notify([{ ...row.job, attempt: LAST_ATTEMPT }])).toEqual(['done'])
  expect(await it.work(realm)).toEqual([])
  expect(await it.webhook(picky)).toMatchObject({ status: 'active' })
  expect((await it.log(realm)).at(-1)).toMatchObject({ outcome: 'exhausted', attempt: LAST_ATTEMPT })
})

test('a receiver that was down for two days hears every event exactly as it was', async () => {
  const realm = await it.realm()
  const receiver = await it.endpoint(realm, { answer: says(502) })
  const events = Array.from({ length: 60 }, (_, n) => event(n))
  await it.notify([await it.job(realm, events.slice(0, 30)), await it.job(realm, events.slice(30))])
  for (const hours of [1, 10, 24]) {
    const before = receiver.heard.length
    await it.sweep(Date.now() + hours * HOUR)
    await it.until(() => expect(receiver.heard.length).toBeGreaterThan(before))
    await it.until(async () =>
      expect((await it.work(realm)).every(({ dueAt }) => dueAt < Date.now() + HOUR * 24)).toBe(true),
    )
  }
  receiver.answer = says(200)
  const down = receiver.heard.length
  await it.sweep(Date.now() + 48 * HOUR)
  await it.until(async () => expect(await it.work(realm)).toEqual([]))
  expect(new Set(idsOf(receiver.heard.slice(down)))).toEqual(new Set(events.map(({ id }) => id)))
})

test('a job that the sweep sent early leaves nothing for its delayed twin to do', async () => {
  const realm = await it.realm()
  const receiver = await it.endpoint(realm, { answer: says(500) })
  await it.notify([await it.job(realm, [event(1)])])
  const [row] = await it.work(realm)
  if (!row) throw new Error('no retry')
  receiver.answer = says(200)
  const now = row.dueAt + 1
  expect(await it.sweep(now)).toBe(1)
  await it.until(async () => expect(await it.work(realm)).toEqual([]))
  expect(await it.notify([row.job])).toEqual(['done'])
  expect(receiver.heard).toHaveLength(2)
})

test('the next sweep leaves alone what the last one sent, and takes it when that is lost too', async () => {
  const realm = await it.realm()
  const receiver = await it.endpoint(realm)
  const job = await it.job(realm, [event(1)])
  receiver.answer = () => new Promise((done) => setTimeout(() => done(new Response()), 300))
  const now = job.work.dueAt + 1
  expect(await it.sweep(now)).toBe(1)
  expect(await it.sweep(now)).toBe(0)
  expect(await it.sweep(now + 400_000)).toBe(1)
  await it.until(async () => expect(await it.work(realm)).toEqual([]))
  expect(new Set(idsOf(receiver.heard))).toEqual(new Set([event(1).id]))
})

test('what the ledger could not record is given again, and nothing of it is lost', async () => {
  const realm = await it.realm()
  const receiver = await it.endpoint(realm)
  const job = await it.job(realm, [event(1)])
  await it.chapar.ledger().exec('ALTER TABLE deliveries RENAME TO gone')
  expect(await it.notify([job])).toEqual(['retry'])
  expect(await it.work(realm)).toHaveLength(1)
  await it.chapar.ledger().exec('ALTER TABLE gone RENAME TO deliveries')
  expect(await it.notify([job])).toEqual(['done'])
  expect(await it.work(realm)).toEqual([])
  expect(idsOf(receiver.heard)).toEqual([event(1).id, event(1).id])
})

test('a realm whose endpoints cannot be read waits; the others do not', async () => {
  const [broken, well] = [await it.realm(), await it.realm()]
  const receiver = await it.endpoint(well)
  await it.chapar.control.prepare("UPDATE tenants SET shards = 'x' WHERE id = ?1").bind(tenantOf(broken)).run()
  expect(await it.notify([await it.job(broken, [event(1)]), await it.job(well, [event(2)])])).toEqual(['retry', 'done'])
  expect(receiver.heard).toHaveLength(1)
})
