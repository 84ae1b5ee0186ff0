import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Realm } from '#worker/domain/realm.ts'
import { newSecret } from '#worker/lib/http/standard-webhooks.ts'
import {
  event,
  eventsIn,
  idsOf,
  type Notify,
  type Receiver,
  says,
  silent,
  startNotify,
} from '../../../worlds/receivers.ts'

const HOUR = 3_600_000

let it: Notify
beforeAll(async () => {
  it = await startNotify()
})
afterAll(() => it.chapar.dispose())

const verify = ({ heard, secret }: Receiver) =>
  heard.map(({ text, headers }) => new Webhook(secret).verify(text, headers) as Record<string, unknown>)

describe('what a receiver hears', () => {
  test('an event is one signed POST that the reference library verifies, under the id of the event', async () => {
    const realm = await it.realm()
    const receiver = await it.endpoint(realm)
    const one = event(1)
    expect(await it.notify([await it.job(realm, [one])])).toEqual(['done'])
    expect(idsOf(receiver.heard)).toEqual([one.id])
    expect(verify(receiver)).toEqual([{ type: one.type, timestamp: '2027-01-15T08:00:00.001Z', data: one.data }])
    expect(receiver.heard[0]?.headers['content-type']).toBe('application/json')
    expect(await it.work(realm)).toEqual([])
    expect(await it.log(realm)).toMatchObject([{ outcome: 'succeeded', http_status: 204, attempt: 1 }])
  })

  test('an endpoint whose URL cannot be opened is tried again later, and the others hear', async () => {
    const realm = await it.realm()
    const [broken, other] = [await it.endpoint(realm), await it.endpoint(realm)]
    const swap = 'UPDATE webhooks SET url = description WHERE id = ?1'
    await it.chapar.control.prepare(swap).bind(broken.webhook.id).run()
    const one = event(1)
    expect(await it.notify([await it.job(realm, [one])])).toEqual(['done'])
    expect([broken, other].map(({ heard }) => idsOf(heard))).toEqual([[], [one.id]])
    expect(await it.work(realm)).toMatchObject([{ job: { endpointId: broken.webhook.id, attempt: 2 } }])
  })

  test('a batch endpoint gets the events of several jobs in POSTs of a hundred, each event with its own id', async () => {
    const realm = await it.realm()
    const receiver = await it.endpoint(realm, { batch: true })
    const events = Array.from({ length: 250 }, (_, n) => event(n))
    const jobs = [await it.job(realm, events.slice(0, 120)), await it.job(realm, events.slice(120))]
    expect(await it.notify(jobs)).toEqual(['done', 'done'])
    expect(receiver.heard).toHaveLength(3)
    expect(verify(receiver).map(({ type }) => type)).toEqual(['batch', 'batch', 'batch'])
    expect(eventsIn(receiver.heard).sort()).toEqual(events.map(({ id }) => id).sort())
    expect(new Set(idsOf(receiver.heard)).size).toBe(3)
    expect(await it.log(realm)).toHaveLength(3)
    expect(await it.work(realm)).toEqual([])
  })

  test('a long batch is cut before its retry would outgrow a queue message', async () => {
    const realm = await it.realm()
    const receiver = await it.endpoint(realm, { batch: true, answer: says(500) })
    const events = Array.from({ length: 40 }, (_, n) => ({ ...event(n), data: { text: 'س'.repeat(2_000) } }))
    expect(await it.notify([await it.job(realm, events)])).toEqual(['done'])
    expect(receiver.heard.length).toBeGreaterThan(1)
    for (const { text } of receiver.heard) expect(Buffer.byteLength(text)).toBeLessThan(110_000)
    expect(eventsIn(receiver.heard).sort()).toEqual(events.map(({ id }) => id).sort())
    const left = await it.work(realm)
    expect(left.flatMap(({ job }) => job.events.map(({ id }) => id)).sort()).toEqual(events.map(({ id }) => id).sort())
  })

  test('while a secret rotates both sign, and an old one no longer once its day is over', async () => {
    const realm = await it.realm()
    const [fresh, old, dead] = [newSecret(), newSecret(), newSecret()]
    const receiver = await it.endpoint(realm, {
      secrets: [
        { secret: fresh, expiresAt: null },
        { secret: old, expiresAt: Date.now() + HOUR },
        { secret: dead, expiresAt: Date.now() - 1 },
      ],
    })
    await it.notify([await it.job(realm, [event(1)])])
    const { headers = {}, text = '' } = receiver.heard[0] ?? {}
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2)
    for (const secret of [fresh, old]) expect(() => new Webhook(secret).verify(text, headers)).not.toThrow()
    expect(() => new Webhook(dead).verify(text, headers)).toThrow()
  })

  test('each endpoint hears the types it asked for; pending and disabled ones hear nothing', async () => {
    const realm = await it.realm()
    const all = await it.endpoint(realm)
    const some = await it.endpoint(realm, { events: ['message.received'] })
    const none = [await it.endpoint(realm, { status: 'pending' }), await it.endpoint(realm, { status: 'disabled' })]
    const events = [event(1), event(2, 'message.received')]
    await it.notify([await it.job(realm, events)])
    expect(idsOf(all.heard).sort()).toEqual(events.map(({ id }) => id).sort())
    expect(idsOf(some.heard)).toEqual([events[1]?.id])
    expect(none.flatMap(({ heard }) => heard)).toEqual([])
  })

  test('another realm’s endpoint hears nothing', async () => {
    const [mine, other] = [await it.realm(), await it.realm()]
    const [receiver, stranger] = [await it.endpoint(mine), await it.endpoint(other)]
    await it.notify([await it.job(mine, [event(1)])])
    expect([receiver.heard.length, stranger.heard.length]).toEqual([1, 0])
  })

  test('events without an endpoint end, and leave nothing behind', async () => {
    const realm = await it.realm()
    expect(await it.notify([await it.job(realm, [event(1)])])).toEqual(['done'])
    expect(await it.work(realm)).toEqual([])
  })

  test('no request goes to an address that the guard refuses, whatever is in the database', async () => {
    const realm = await it.realm()
    const receiver = await it.endpoint(realm, { url: 'https://r.hooks.example.com:8443/' })
    await it.notify([await it.job(realm, [event(1)])])
    expect(receiver.heard).toEqual([])
    expect(await it.log(realm)).toMatchObject([
      { outcome: 'failed', http_status: null, reason: 'the URL is not allowed' },
    ])
  })

  test('log and retries go to the home shard, whichever shard the work row is on', async () => {
    const realm = await it.realm([1, 0])
    await it.endpoint(realm, { answer: says(500) })
    expect(await it.notify([await it.job(realm, [event(1)], 0)])).toEqual(['done'])
    expect([(await it.work(realm, 0)).length, (await it.work(realm, 1)).length]).toEqual([0, 1])
    expect([(await it.log(realm, 0)).length, (await it.log(realm, 1)).length]).toEqual([0, 1])
  })
})

describe('when a receiver fails', () => {
  test.each([302, 400, 404, 500, 503])(
    '%d is a failure: a fresh job with a work row takes its place',
    async (status) => {
      const realm = await it.realm()
      const receiver = await it.endpoint(realm, {
        answer: says(status, { location: 'https://elsewhere.example.org/' }),
      })
      const before = await it.job(realm, [event(1)])
      expect(await it.notify([before])).toEqual(['done'])
      const [left, ...more] = await it.work(realm)
      expect(more).toEqual([])
      expect(left?.job).toMatchObject({ attempt: 2, endpointId: receiver.webhook.id, events: [event(1)] })
      expect(left?.job.work.id).not.toBe(before.work.id)
      expect(await it.log(realm)).toMatchObject([{ outcome: 'failed', http_status: status }])
      expect(receiver.heard).toHaveLength(1)
      expect((await it.webhook(receiver))?.failingSince).toEqual(expect.any(Number))
    },
  )

  test('it hears the same id and body again when it is back, and the row is gone', async () => {
    const realm = await it.realm()
    const receivers = [
      await it.endpoint(realm, { answer: says(500) }),
      await it.endpoint(realm, { batch: true, answer: says(500) }),
    ]
    await it.notify([await it.job(realm, [event(1), event(2)])])
    for (const receiver of receivers) receiver.answer = says(200)
    await it.sweep(Date.now() + 400_000)
    await it.until(async () => expect(await it.work(realm)).toEqual([]))
    const [single, batch] = receivers
    expect(idsOf(single?.heard ?? []).sort()).toEqual([event(1).id, event(1).id, event(2).id, event(2).id].sort())
    expect(batch?.heard).toHaveLength(2)
    expect(new Set(idsOf(batch?.heard ?? [])).size).toBe(1)
    expect(new Set(batch?.heard.map(({ text }) => text)).size).toBe(1)
    expect((await it.webhook(single as Receiver))?.failingSince).toBeNull()
  })

  test('the delayed job itself retries: nobody has to sweep', async () => {
    const realm = await it.realm()
    const receiver = await it.endpoint(realm, { answer: says(500) })
    await it.notify([await it.job(realm, [event(1)])])
    receiver.answer = says(200)
    await it.until(async () => expect(await it.work(realm)).toEqual([]))
    expect(receiver.heard).toHaveLength(2)
  })

  test('one dead endpoint does not hold the others, and after its time-out the rest go on untried', async () => {
    const realm = await it.realm()
    const dead = await it.endpoint(realm, { answer: silent })
    const alive = await it.endpoint(realm)
    const events = Array.from({ length: 30 }, (_, n) => event(n))
    const running = it.notify([await it.job(realm, events)])
    await it.until(() => expect(alive.heard).toHaveLength(30))
    expect(dead.heard.length).toBeLessThanOrEqual(6)
    expect(await running).toEqual(['done'])
    expect(dead.heard.length).toBeLessThanOrEqual(6)
    const log = (await it.log(realm)).filter((row) => row.endpoint_id === dead.webhook.id)
    expect(log.filter(({ outcome }) => outcome === 'failed')).toHaveLength(dead.heard.length)
    const skipped = log.filter(({ outcome }) => outcome === 'skipped')
    expect(skipped.flatMap(({ event_ids }) => JSON.parse(event_ids) as string[])).toHaveLength(30 - dead.heard.length)
    const left = await it.work(realm)
    expect(left.flatMap(({ job }) => job.events.map(({ id }) => id)).sort()).toEqual(events.map(({ id }) => id).sort())
    // What comes meanwhile is not tried either.
    const tried = dead.heard.length
    await it.notify([await it.job(realm, [event(99)])])
    expect([dead.heard.length, idsOf(alive.heard).at(-1)]).toEqual([tried, event(99).id])
  })

  test('a broken connection is a failure like any other', async () => {
    const realm = await it.realm()
    await it.endpoint(realm, {
      answer: () => {
        throw new Error('reset')
      },
    })
    expect(await it.notify([await it.job(realm, [event(1)])])).toEqual(['done'])
    expect(await it.log(realm)).toMatchObject([{ outcome: 'failed', reason: 'the connection failed' }])
    expect(await it.work(realm)).toHaveLength(1)
  })

  test('429 with Retry-After is honoured for all that the endpoint has not taken', async () => {
    const realm = await it.realm()
    const receiver = await it.endpoint(realm, { answer: says(429, { 'retry-after': '900' }) })
    const before = Date.now()
    await it.notify([
      await it.job(
        realm,
        Array.from({ length: 20 }, (_, n) => event(n)),
      ),
    ])
    expect(receiver.heard.length).toBeLessThanOrEqual(6)
    const left = await it.work(realm)
    expect(left.flatMap(({ job }) => job.events)).toHaveLength(20)
    for (const { dueAt } of left) expect(dueAt).toBeGreaterThanOrEqual(before + 900_000)
  })

  test('410 switches the endpoint off at once and tells the others', async () => {
    const realm = await it.realm()
    const gone = await it.endpoint(realm, { answer: says(410) })
    const other = await it.endpoint(realm)
    await it.notify([await it.job(realm, [event(1)])])
    expect(await it.webhook(gone)).toMatchObject({
      status: 'disabled',
      disabledReason: 'the receiver answered 410 Gone',
    })
    await it.until(() => expect(other.heard).toHaveLength(2))
    const told = JSON.parse(other.heard[1]?.text ?? '') as Record<string, unknown>
    expect(told).toMatchObject({ type: 'webhook.disabled', data: { endpointId: gone.webhook.id } })
    expect(gone.heard).toHaveLength(1)
    await it.until(async () => expect(await it.work(realm)).toEqual([]))
    expect(await it.log(realm)).toContainEqual(expect.objectContaining({ outcome: 'exhausted', http_status: 410 }))
  })

  test('a retry whose endpoint was switched off meanwhile is logged as skipped, one whose endpoint is gone is dropped', async () => {
    const realm = await it.realm()
    const off = await it.endpoint(realm, { status: 'disabled' })
    const job = await it.job(realm, [event(1)])
    expect(await it.notify([{ ...job, endpointId: off.webhook.id }])).toEqual(['done'])
    expect(await it.log(realm)).toMatchObject([{ outcome: 'skipped', next_at: null }])
    const other = await it.job(realm, [event(2)])
    expect(await it.notify([{ ...other, endpointId: 'whe_nothing' }])).toEqual(['done'])
    expect(await it.work(realm)).toEqual([])
  })

  test('a retry waits while its endpoint has to prove itself again', async () => {
    const realm = await it.realm()
    const pending = await it.endpoint(realm, { status: 'pending' })
    const job = await it.job(realm, [event(1)])
    await it.notify([{ ...job, endpointId: pending.webhook.id, attempt: 3 }])
    expect(pending.heard).toEqual([])
    expect(await it.work(realm)).toMatchObject([{ job: { attempt: 4 } }])
  })
})

describe('more POSTs than one invocation can make', () => {
  const many = (count: number, from = 0) => Array.from({ length: count }, (_, n) => event(from + n))
  const allWritten = (realm: Realm) => it.until(async () => expect(await it.work(realm)).toEqual([]))
  const taken = (receivers: readonly Receiver[]) => receivers.map(({ heard }) => heard.length)

  test('what is beyond a tenant’s part of an invocation is POSTed once all the same, and nothing is left', async () => {
    const realm = await it.realm()
    const receiver = await it.endpoint(realm)
    const jobs = []
    for (let n = 0; n < 3; n++) jobs.push(await it.job(realm, many(60, 60 * n)))
    // Of as many tenants as a batch can be of, each may make a hundred POSTs.
    const others: Receiver[] = []
    for (let n = 0; n < 19; n++) {
      const other = await it.realm()
      others.push(await it.endpoint(other))
      jobs.push(await it.job(other, [event(1)]))
    }
    expect(await it.notify(jobs)).toEqual(jobs.map(() => 'done'))
    expect(taken(others)).toEqual(others.map(() => 1))
    await allWritten(realm)
    expect(receiver.heard).toHaveLength(180)
    expect(new Set(idsOf(receiver.heard)).size).toBe(180)
  })

  test('a job that is too large for one invocation at twenty endpoints goes on in pieces', async () => {
    // Makes 2,014 POSTs, most of them at endpoints that were switched off since: those are logged, and cost no call.
    const events = many(106)
    const realm = await it.realm()
    const single = [await it.endpoint(realm), await it.endpoint(realm)]
    const batch = await it.endpoint(realm, { batch: true })
    const off: Receiver[] = []
    const since = { failingSince: 1, updatedAt: 2_000_000_000_000 } as const
    for (let n = 0; n < 17; n++) off.push(await it.endpoint(realm, { status: 'disabled', ...since }))
    const small = await it.realm()
    const other = await it.endpoint(small)
    expect(await it.notify([await it.job(realm, events), await it.job(small, [event(1)])])).toEqual(['done', 'done'])
    expect(taken([other])).toEqual([1])
    await allWritten(realm)
    const ids = events.map(({ id }) => id)
    expect(eventsIn(batch.heard).toSorted()).toEqual(ids)
    expect(batch.heard).toHaveLength(2)
    for (const { heard } of single) expect(idsOf(heard).toSorted()).toEqual(ids)
    const log = await it.log(realm)
    for (const { webhook, heard } of off) {
      const own = log.filter((row) => row.endpoint_id === webhook.id)
      expect(own.flatMap(({ event_ids }) => JSON.parse(event_ids) as string[]).toSorted()).toEqual(ids)
      expect([heard.length, new Set(own.map(({ outcome }) => outcome))]).toEqual([0, new Set(['skipped'])])
    }
  })

  test('a job that waited so long that the sweep has queued it anew is not POSTed twice', async () => {
    const realm = await it.realm()
    const receiver = await it.endpoint(realm)
    const job = await it.job(realm, [event(1)])
    expect(await it.sweep(job.work.dueAt + 1)).toBeGreaterThan(0)
    await it.until(() => expect(receiver.heard).toHaveLength(1))
    await allWritten(realm)
    await it.ahead(2 * HOUR)
    expect(await it.notify([job])).toEqual(['done'])
    await it.ahead(0)
    expect(receiver.heard).toHaveLength(1)
  })
})
