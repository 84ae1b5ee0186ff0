import { afterAll, beforeAll, expect, test } from 'vitest'
import { event, type Notify, says, startNotify } from '../../../worlds/receivers.ts'

let it: Notify
beforeAll(async () => {
  it = await startNotify()
})
afterAll(() => it.chapar.dispose())

const many = (count: number) => Array.from({ length: count }, (_, n) => event(n))

test('what a receiver that asks to wait is not sent shares rows of the log and jobs, a hundred events each', async () => {
  const realm = await it.realm()
  const busy = await it.endpoint(realm, { answer: says(503, { 'retry-after': '600' }) })
  const events = many(350)
  expect(await it.notify([await it.job(realm, events)])).toEqual(['done'])
  const tried = busy.heard.length
  const rows = (await it.log(realm)).map(({ outcome, event_ids }) => ({
    outcome,
    ids: JSON.parse(event_ids) as string[],
  }))
  expect(rows.filter(({ outcome }) => outcome === 'failed').map(({ ids }) => ids.length)).toEqual(Array(tried).fill(1))
  const skipped = rows.filter(({ outcome }) => outcome === 'skipped').map(({ ids }) => ids.length)
  expect(skipped.toSorted((a, b) => b - a)).toEqual([100, 100, 100, 350 - tried - 300])
  expect(rows.flatMap(({ ids }) => ids).toSorted()).toEqual(events.map(({ id }) => id).toSorted())
  const left = await it.work(realm)
  expect(left.map(({ job }) => job.events.length).reduce((a, b) => a + b)).toBe(350)
  expect(Math.max(...left.map(({ job }) => job.events.length))).toBe(100)
})

test('POSTs to an endpoint that ended alike are one line of the log, with their number', async () => {
  const realm = await it.realm()
  let heard = 0
  const moody = await it.endpoint(realm, {
    answer: () => new Response(null, { status: ++heard % 3 === 0 ? 500 : 204 }),
  })
  const other = await it.endpoint(realm, { batch: true })
  await it.notify([await it.job(realm, many(30))])
  await it.until(() => expect(it.attempts(moody)).toHaveLength(2))
  expect(it.attempts(moody).toSorted((a, b) => Number(a['status']) - Number(b['status']))).toMatchObject([
    { attempt: 1, posts: 20, events: 20, outcome: 'succeeded', status: 204, reason: null },
    { attempt: 1, posts: 10, events: 10, outcome: 'failed', status: 500 },
  ])
  expect(it.attempts(other)).toMatchObject([{ posts: 1, events: 30, outcome: 'succeeded' }])
})
