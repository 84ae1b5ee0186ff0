import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { eventIdOf, type MessageId, messageId, newBase, newRequestId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { type Delivery, insertDeliveries } from '#worker/store/deliveries.ts'
import { claimStatement } from '#worker/store/messages/attempts.ts'
import { type Call, clientOf, createEndpoint, honest } from '../../worlds/players/webhook-client.ts'
import { type Answer, idsOf, type Notify, says, startNotify } from '../../worlds/receivers.ts'
import { newMessage, sealed } from '../../worlds/tenant-rows.ts'
import { configOf } from '../../worlds/tenant-world.ts'

let it: Notify
let realm: Realm
let call: Call
beforeAll(async () => {
  it = await startNotify('test/worlds/entries/webhooks.ts')
})
afterAll(() => it.chapar.dispose())
beforeEach(async () => {
  realm = await it.realm()
  call = await clientOf(it, realm)
})

const create = (answer?: Answer, more?: object) => createEndpoint(it, call, answer, more)

test('a test event is sent at once, once, and answers what came of it', async () => {
  const { receiver, shown } = await create(honest(), { events: ['message.delivered'] })
  expect(await (await call(`/${shown.id}/test`, 'POST')).json()).toMatchObject({
    outcome: 'succeeded',
    httpStatus: 204,
  })
  expect(JSON.parse(receiver.heard[1]?.text ?? '')).toMatchObject({ type: 'webhook.test' })
  receiver.answer = says(503)
  expect(await (await call(`/${shown.id}/test`, 'POST')).json()).toMatchObject({
    outcome: 'exhausted',
    httpStatus: 503,
    nextAt: null,
  })
  expect(await it.work(realm)).toEqual([])
  const log = (await (await call(`/${shown.id}/deliveries`)).json()) as { data: Delivery[] }
  expect(log.data.map(({ outcome }) => outcome)).toEqual(['exhausted', 'succeeded'])
  const failed = (await (await call(`/${shown.id}/deliveries?outcome=succeeded`)).json()) as { data: Delivery[] }
  expect(failed.data).toHaveLength(1)
})

test('the log pages by cursor through one endpoint’s rows only', async () => {
  const { shown } = await create()
  const other = await create()
  await insertDeliveries(
    it.chapar.ledger(),
    Array.from({ length: 25 }, (_, n) => row(n % 2 === 0 ? shown.id : other.shown.id, n, 'succeeded', [])),
  ).run()
  const ids: string[] = []
  let cursor: string | null = ''
  for (let page = 0; cursor !== null && page < 10; page++) {
    const at: string = `/${shown.id}/deliveries?limit=5${cursor && `&cursor=${cursor}`}`
    const answer = (await (await call(at)).json()) as { data: Delivery[]; nextCursor: string | null }
    ids.push(...answer.data.map(({ id }) => id))
    cursor = answer.nextCursor
  }
  expect(ids).toHaveLength(13)
  expect(ids).toEqual([...new Set(ids)].sort().reverse())
  for (const bad of ['cursor=x', 'limit=0', 'limit=101', 'outcome=lost', 'page=2'])
    expect((await call(`/${shown.id}/deliveries?${bad}`)).status).toBe(400)
})

test('a page that others’ rows left short says how far it looked', async () => {
  const { shown } = await create()
  const other = await create()
  const rows = Array.from({ length: 1_200 }, (_, n) =>
    row(n % 300 === 0 ? shown.id : other.shown.id, n, 'succeeded', []),
  )
  for (let n = 0; n < rows.length; n += 300) await insertDeliveries(it.chapar.ledger(), rows.slice(n, n + 300)).run()
  let found = 0
  let cursor: string | null = ''
  for (let page = 0; cursor !== null && page < 20; page++) {
    const at: string = `/${shown.id}/deliveries?limit=50${cursor && `&cursor=${cursor}`}`
    const answer = (await (await call(at)).json()) as {
      data: Delivery[]
      nextCursor: string | null
      lookedUntil?: string
    }
    found += answer.data.length
    cursor = answer.nextCursor
    expect(answer.lookedUntil === undefined).toBe(cursor === null)
  }
  expect([found, cursor]).toEqual([4, null])
})

const row = (endpoint: string, n: number, outcome: Delivery['outcome'], eventIds: Delivery['eventIds']): Delivery => ({
  realm,
  id: newRequestId(1_790_000_000_000 + n).replace('req_', 'dlv_'),
  endpointId: endpoint as Delivery['endpointId'],
  at: 1_790_000_000_000 + n,
  attempt: 1,
  outcome,
  httpStatus: 200,
  durationMs: 1,
  reason: null,
  eventIds,
  nextAt: null,
})

/** Messages that were delivered, in the ledger. */
async function delivered(count: number): Promise<MessageId[]> {
  const now = 1_790_000_000_000
  const base = await newBase((await configOf(it.chapar.secrets)).idKeys, {
    realm,
    channel: 'sms',
    request: newRequestId(now),
    shard: 0,
    count,
  })
  const ids = Array.from({ length: count }, (_, n) => messageId(base, n))
  const entry = { at: now + 5, status: 'delivered', by: 'report' } as const
  const more = { status: 'delivered', connectionId: null, content: '{}', batched: false, timeline: [entry] } as const
  const rows = ids.map((id) => newMessage(realm, id, 0, { acceptedAt: now, ...more }))
  const ledger = it.chapar.ledger()
  await claimStatement(ledger, await sealed(ledger, rows), now).run()
  return ids
}

test('a POST of the log goes again under the same event ids; what no message tells is named', async () => {
  const { receiver, shown } = await create()
  const [id] = await delivered(1)
  if (!id) throw new Error('no message')
  const eventId = eventIdOf(id, 'delivered')
  const log = row(shown.id, 1, 'exhausted', [eventId, 'evt_abc_test'])
  await insertDeliveries(it.chapar.ledger(), [log]).run()
  const response = await call(`/${shown.id}/deliveries/${log.id}/redeliver`, 'POST')
  expect(response.status).toBe(202)
  expect(await response.json()).toEqual({ queued: 1, skipped: ['evt_abc_test'] })
  await it.until(() => expect(idsOf(receiver.heard)).toContain(eventId))
  expect(JSON.parse(receiver.heard.at(-1)?.text ?? '')).toMatchObject({ type: 'message.delivered', data: { id } })
  await it.until(async () => expect(await it.work(realm)).toEqual([]))
  expect((await call(`/${shown.id}/deliveries/dlv_0000000000000000/redeliver`, 'POST')).status).toBe(404)
})

test('a span of time goes again: all that no POST brought through, and only that', async () => {
  const { receiver, shown } = await create(honest(), { batch: true })
  const events = (await delivered(4)).map((id) => eventIdOf(id, 'delivered'))
  const [arrived, late, lost, early] = events
  if (!arrived || !late || !lost || !early) throw new Error('no events')
  await insertDeliveries(it.chapar.ledger(), [
    row(shown.id, -5_000, 'exhausted', [early]),
    row(shown.id, 1, 'succeeded', [arrived]),
    row(shown.id, 2, 'failed', [late, lost]),
    row(shown.id, 3, 'succeeded', [late]),
    row(shown.id, 4, 'exhausted', [lost]),
  ]).run()
  const since = new Date(1_790_000_000_000).toISOString()
  const again = (body: object) => call(`/${shown.id}/redeliver`, 'POST', body)
  expect(await (await again({ since, types: ['message.received'] })).json()).toMatchObject({ queued: 0 })
  const response = await again({ since })
  expect(response.status).toBe(202)
  expect(await response.json()).toEqual({ queued: 1, skipped: [], nextCursor: null })
  await it.until(() => expect(receiver.heard.at(-1)?.text).toContain(lost))
  expect(receiver.heard.at(-1)?.text).not.toContain(late)
  expect((await again({ since, until: since })).status).toBe(422)
  expect((await again({ since: 'yesterday' })).status).toBe(422)
})

test('long outages go again in calls of at most 2,000 events, each event once', async () => {
  const { receiver, shown } = await create(honest(), { batch: true })
  const events = (await delivered(2_350)).map((id) => eventIdOf(id, 'delivered'))
  const rows = Array.from({ length: 24 }, (_, n) => row(shown.id, n, 'exhausted', events.slice(n * 100, n * 100 + 100)))
  const retried = rows.map((each, n) => row(shown.id, 100 + n, 'exhausted', each.eventIds))
  await insertDeliveries(it.chapar.ledger(), [...rows, ...retried]).run()
  const since = new Date(1_789_999_000_000).toISOString()
  const until = new Date(1_790_000_100_000).toISOString()
  let queued = 0
  let cursor: string | null | undefined
  for (let n = 0; cursor !== null && n < 5; n++) {
    const body = cursor === undefined ? { since, until } : { since, until, cursor }
    const answer = (await (await call(`/${shown.id}/redeliver`, 'POST', body)).json()) as {
      queued: number
      nextCursor: string | null
    }
    expect(answer.queued).toBeLessThanOrEqual(2_000)
    queued += answer.queued
    cursor = answer.nextCursor
  }
  expect(queued).toBe(2_350)
  await it.until(async () => expect(await it.work(realm)).toEqual([]))
  const heard = receiver.heard.slice(1).flatMap(({ text }) => {
    const body = JSON.parse(text) as { data: { events: { id: string }[] } }
    return body.data.events.map(({ id }) => id)
  })
  expect(new Set(heard)).toEqual(new Set(events))
})

test('an endpoint that is off takes no redelivery', async () => {
  const { shown } = await create()
  await call(`/${shown.id}`, 'PATCH', { status: 'disabled' })
  expect((await call(`/${shown.id}/redeliver`, 'POST', { since: '2026-01-01T00:00:00Z' })).status).toBe(409)
  expect((await call(`/${shown.id}/deliveries/dlv_0000000000000000/redeliver`, 'POST')).status).toBe(409)
})
