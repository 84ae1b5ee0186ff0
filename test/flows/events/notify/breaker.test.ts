import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { breakerState, type EndpointBreaker, openedBreaker } from '#worker/domain/tenants/endpoint-breaker.ts'
import { event, idsOf, type Notify, type Receiver, says, silent, startNotify } from '../../../worlds/receivers.ts'

const SECOND = 1_000
const HOUR = 3_600 * SECOND

let it: Notify
beforeAll(async () => {
  it = await startNotify()
})
afterAll(() => it.chapar.dispose())
beforeEach(() => it.ahead(0))

const opened = (inSeconds: number, timeOuts = 1): EndpointBreaker => ({
  openedAt: Date.now() - 60 * SECOND,
  timeOuts,
  probeAt: Date.now() + inSeconds * SECOND,
})
const breakerOf = async (receiver: Receiver) => (await it.webhook(receiver))?.breaker
const many = (count: number, from = 0) => Array.from({ length: count }, (_, n) => event(from + n))

test.each([
  [null, 15],
  [0, 15],
  [1, 30],
  [2, 60],
  [4, 240],
  [5, 300],
  [6, 300],
  [1_000, 300],
])('after %s earlier time-outs an endpoint rests for %d s, and has been open since the first', (timeOuts, rest) => {
  const before = timeOuts === null ? null : { openedAt: 1, timeOuts, probeAt: 2 }
  const after = openedBreaker(before, 1_000)
  expect(after).toEqual({ openedAt: before ? 1 : 1_000, timeOuts: (timeOuts ?? 0) + 1, probeAt: 1_000 + rest * SECOND })
  const times = [0, rest * SECOND - 1, rest * SECOND]
  expect(times.map((ms) => breakerState(after, 1_000 + ms))).toEqual(['open', 'open', 'half-open'])
})

describe('while an endpoint rests', () => {
  test('nothing is POSTed to it, its job waits whole, and no attempt is counted', async () => {
    const realm = await it.realm()
    const resting = await it.endpoint(realm, { breaker: opened(200) })
    const job = await it.job(realm, many(30))
    expect(await it.notify([job])).toEqual(['done'])
    expect(resting.heard).toEqual([])
    const [row, ...more] = await it.work(realm)
    expect([more, row?.job.attempt, row?.job.events.length]).toEqual([[], 1, 30])
    expect(row?.dueAt).toBeGreaterThan(Date.now() + 190 * SECOND + 300 * SECOND)
    expect(await it.log(realm)).toEqual([])
  })

  test('a retry waits too, and keeps its attempt and the time of its first failure', async () => {
    const realm = await it.realm()
    const resting = await it.endpoint(realm, { breaker: opened(200) })
    const job = await it.job(realm, [event(1)])
    const retry = { ...job, endpointId: resting.webhook.id, attempt: 7, since: 5 }
    expect(await it.notify([retry])).toEqual(['done'])
    expect([resting.heard.length, await it.log(realm)]).toEqual([0, []])
    expect(await it.work(realm)).toHaveLength(1)
  })

  test('the tenant’s other endpoints hear everything, once', async () => {
    const realm = await it.realm()
    const resting = await it.endpoint(realm, { breaker: opened(200) })
    const others = [await it.endpoint(realm), await it.endpoint(realm, { batch: true })]
    const jobs = [await it.job(realm, many(30)), await it.job(realm, many(30, 30))]
    expect(await it.notify(jobs)).toEqual(['done', 'done'])
    expect([resting.heard.length, ...others.map(({ heard }) => heard.length)]).toEqual([0, 60, 1])
    const left = await it.work(realm)
    expect(left.map(({ job }) => [job.endpointId, job.attempt, job.events.length])).toEqual([
      [resting.webhook.id, 1, 30],
      [resting.webhook.id, 1, 30],
    ])
  })
})

describe('when the rest is over', () => {
  test('one POST finds out: if it is answered, all that waited comes, each event once', async () => {
    const realm = await it.realm()
    let [underWay, most] = [0, 0]
    const back = await it.endpoint(realm, {
      breaker: opened(-1, 4),
      answer: async () => {
        if (back.heard.length === 1) {
          most = Math.max(most, ++underWay)
          await new Promise((resolve) => setTimeout(resolve, 300))
          expect(back.heard).toHaveLength(1)
          underWay--
        }
        return new Response(null, { status: 204 })
      },
    })
    const jobs = [await it.job(realm, many(30)), await it.job(realm, many(30, 30)), await it.job(realm, many(5, 60))]
    expect(await it.notify(jobs)).toEqual(['done', 'done', 'done'])
    expect([most, await breakerOf(back), back.heard.length]).toEqual([1, null, 30])
    // The jobs that waited for it come by themselves.
    for (const { dueAt } of await it.work(realm)) await it.sweep(dueAt + 1)
    await it.until(async () => expect(await it.work(realm)).toEqual([]))
    expect(idsOf(back.heard).toSorted()).toEqual(
      many(65)
        .map(({ id }) => id)
        .toSorted(),
    )
  })

  test.each([500, 404, 429])('an answer of %d closes the breaker: whoever answers holds nobody up', async (status) => {
    const realm = await it.realm()
    const bad = await it.endpoint(realm, { breaker: opened(-1), answer: says(status) })
    await it.notify([await it.job(realm, [event(1)])])
    expect(await breakerOf(bad)).toBeNull()
    expect(await it.work(realm)).toMatchObject([{ job: { attempt: 2 } }])
  })

  test('one POST finds out: if it is not answered, the rest doubles, and only that attempt counts', async () => {
    const realm = await it.realm()
    const dead = await it.endpoint(realm, { breaker: opened(-1, 3), answer: silent })
    const first = await it.job(realm, many(30))
    const retry = { ...(await it.job(realm, [event(99)])), endpointId: dead.webhook.id, attempt: 4, since: 5 }
    const begunAt = Date.now()
    expect(await it.notify([first, retry])).toEqual(['done', 'done'])
    expect(idsOf(dead.heard)).toEqual([event(99).id])
    expect(await breakerOf(dead)).toMatchObject({ timeOuts: 4 })
    expect(((await breakerOf(dead))?.probeAt ?? 0) - begunAt).toBeGreaterThan(110 * SECOND)
    const left = await it.work(realm)
    expect(left.map(({ job }) => [job.attempt, job.events.length]).toSorted()).toEqual([
      [1, 30],
      [5, 1],
    ])
  })

  test('an endpoint that was dead for the whole schedule is switched off, and what it never got is in its log', async () => {
    const realm = await it.realm()
    const dead = await it.endpoint(realm, {
      breaker: opened(-1, 99),
      failingSince: Date.now() - 76 * HOUR,
      answer: silent,
    })
    const told = await it.endpoint(realm, { events: ['webhook.disabled'] })
    const waited = { ...event(2), at: Date.now() - HOUR }
    await it.notify([await it.job(realm, [event(1)])])
    expect(await it.webhook(dead)).toMatchObject({ status: 'disabled' })
    await it.until(() => expect(told.heard).toHaveLength(1))
    await it.notify([await it.job(realm, [waited])])
    expect(dead.heard).toHaveLength(1)
    expect(await it.log(realm)).toContainEqual(
      expect.objectContaining({ outcome: 'skipped', event_ids: JSON.stringify([waited.id]) }),
    )
  })
})

describe('one invocation', () => {
  test('gives no tenant more than its share of the connections, so that the others’ events go at once', async () => {
    const [many20, one] = [await it.realm(), await it.realm()]
    const dead: Receiver[] = []
    for (let n = 0; n < 20; n++) dead.push(await it.endpoint(many20, { answer: silent }))
    const alive = await it.endpoint(one)
    const jobs = [await it.job(many20, many(40)), await it.job(one, [event(1)])]
    const running = it.notify(jobs)
    await it.until(() => expect(alive.heard).toHaveLength(1))
    expect(dead.reduce((sum, { heard }) => sum + heard.length, 0)).toBeLessThanOrEqual(3)
    expect(await running).toEqual(['done', 'done'])
    // Each event still waits for each of the endpoints, and nothing counts as an attempt that was not made.
    const left = await it.work(many20)
    const waiting = left.flatMap(({ job }) => job.events.map(({ id }) => `${job.endpointId} ${id}`))
    expect(new Set(waiting).size).toBe(20 * 40)
    const tried = dead.reduce((sum, { heard }) => sum + heard.length, 0)
    const counted = left.filter(({ job }) => job.attempt > 1).flatMap(({ job }) => job.events)
    expect(counted.length).toBeLessThanOrEqual(tried)
  })
})
