import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { baseOf, type MessageId } from '#worker/domain/ids.ts'
import { STATUS_CODES } from '#worker/domain/messages/status.ts'
import { MINUTE } from '#worker/domain/time.ts'
import { numbers, type Stage, startStage } from '../worlds/faults/drill.ts'
import { assertInvariant, countsOf } from '../worlds/faults/invariant.ts'
import { sendJob } from '../worlds/players/send-job.ts'
import { until } from '../worlds/world.ts'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage.world.dispose())
// What one test left half done must not fail the others.
afterEach(async () => {
  await stage.world.ledger.prepare('DROP TRIGGER IF EXISTS poison').run()
})

interface Letter {
  readonly id: string
  readonly kind: string
  readonly queue: string
  readonly items: number
  readonly replayedAt: string | null
}

const letters = async (state = 'waiting'): Promise<Letter[]> =>
  ((await stage.world.operator.get(`/admin/v1/dead-letters?state=${state}`)) as { data: Letter[] }).data

const recordsOf = (all: readonly Letter[]) => all.filter(({ kind }) => kind === 'record')

/** Condition on the nth message of a request: the last two bytes of its id say so. */
const isNth = (n: number): string => `substr(new.id, 21) = x'${(2 * n).toString(16).padStart(4, '0')}'`

/** The database refuses every change of the nth message of a request, for as long as the test says. */
async function refuse(what: 'INSERT' | 'UPDATE', n: number): Promise<() => Promise<void>> {
  const db = stage.world.ledger
  await db
    .prepare(`CREATE TRIGGER poison BEFORE ${what} ON messages WHEN ${isNth(n)}
      BEGIN SELECT RAISE(ABORT, 'poison'); END`)
    .run()
  return async () => {
    await db.prepare('DROP TRIGGER poison').run()
  }
}

async function replayAll(): Promise<void> {
  for (const { id } of await letters()) await stage.world.operator.post(`/admin/v1/dead-letters/${id}/replay`, {})
}

describe('400 queued messages with one poison among them', () => {
  test('a job that is none: one dead letter, all messages are delivered', async () => {
    const queue = await stage.world.chapar.queue('SEND_SMS')
    const first = stage.send(numbers(200))
    await queue.send({ kind: 'send', channel: 'carrier pigeon', items: 'none' })
    const ids = [...(await first), ...(await stage.send(numbers(200)))]
    await until('all are delivered', async () => (await countsOf(stage.world, ids))['delivered'] === 400)
    await assertInvariant({ world: stage.world, ids, heard: stage.receiver.heard })
    const waiting = await until('the letter is there', async () => {
      const found = await letters()
      return found.length > 0 && found
    })
    expect(waiting.map(({ kind }) => kind)).toEqual(['unreadable'])
  })

  test('an envelope with one bad item: the others are worked, the envelope is kept, its letter can be replayed', async () => {
    const db = stage.world.ledger
    await db.prepare('DELETE FROM dead_letters').run()
    const { job, ids } = await sendJob(stage.world, numbers(20))
    // One item has lost its recipient, as a fault of ours might do it.
    const items = job.items.map((item, n) => (n === 7 ? { ...item, to: 7 } : item))
    const queue = await stage.world.chapar.queue('SEND_SMS')
    await queue.send({ ...job, items })
    const good = ids.filter((_, n) => n !== 7)
    await until('the good ones are delivered', async () => (await countsOf(stage.world, good))['delivered'] === 19)
    await assertInvariant({ world: stage.world, ids: good, heard: stage.receiver.heard })
    const [letter] = await until('the letter is there', async () => {
      const found = await letters()
      return found.length > 0 && found
    })
    expect(letter).toMatchObject({ kind: 'send', queue: 'send-sms', items: 20 })
    await replayAll()
    // It is as bad as before, and comes back: awaited here, so that it is no letter of the next test.
    const [back, ...others] = await until('it is back', async () => {
      const found = (await letters()).filter(({ id }) => id !== letter?.id)
      return found.length > 0 && found
    })
    expect([back, others]).toMatchObject([{ kind: 'send', queue: 'send-sms', items: 20 }, []])
    const replayed = (await letters('all')).find(({ id }) => id === letter?.id)
    expect(replayed?.replayedAt).not.toBeNull()
    expect(replayed).toBeDefined()
  })
})

describe('a row that the database refuses', () => {
  test('at the claim, first in its batch: the rest is delivered, the batch and its access log are written, replay sends it', async () => {
    const db = stage.world.ledger
    await db.prepare('DELETE FROM dead_letters').run()
    const recipients = numbers(30)
    const heal = await refuse('INSERT', 0)
    const ids = await stage.send(recipients)
    const [bad = '', ...good] = ids
    await until('the rest is delivered', async () => (await countsOf(stage.world, good))['delivered'] === 29)
    await assertInvariant({ world: stage.world, ids: good, heard: stage.receiver.heard })
    await until('the letter is there', async () => (await letters()).length === 1)
    const base = baseOf(bad as MessageId)
    const batch = await until('the batch is known', async () => {
      const found = await batchOf(`bat_${base}`)
      return found.accepted === 30 && found
    })
    expect(batch).toMatchObject({ total: 30, counts: { delivered: 29, accepted: 1 } })
    const logged = await db
      .prepare('SELECT count(*) AS n FROM requests WHERE id = ?1')
      .bind(`req_${base.slice(0, 16)}`)
      .first<{ n: number }>()
    expect(logged?.n).toBe(1)
    await heal()
    await replayAll()
    await until('it is delivered', async () => (await countsOf(stage.world, ids))['delivered'] === 30)
    await assertInvariant({ world: stage.world, ids, heard: stage.receiver.heard })
  })

  test('of a person who wrote: the words of others in the same job arrive, and replay brings its own', async () => {
    await stage.world.ledger.prepare('DELETE FROM dead_letters').run()
    const writers = numbers(9)
    const heal = await refuse('INSERT', 4)
    const inbound = writers.map((from, n) => ({ id: `poison${n}`, from, to: stage.world.line, text: `word ${n}` }))
    const answer = await stage.world.chapar.fetch(new URL(stage.world.callbackUrl).pathname, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ at: Date.now(), inbound }),
    })
    expect(answer.status).toBe(200)
    const heardFrom = async (from: string): Promise<number> => {
      const query = new URLSearchParams({ person: from, direction: 'inbound' })
      return (await stage.world.json<{ data: unknown[] }>(`/v1/messages?${query}`)).data.length
    }
    const counts = () => Promise.all(writers.map(heardFrom))
    await until('the others arrive', async () => (await counts()).join('') === '111101111')
    await until('the letter is there', async () => (await letters()).length === 1)
    await heal()
    await replayAll()
    await until('it arrives', async () => (await counts())[4] === 1)
    expect(await counts()).toEqual(writers.map(() => 1))
  })

  test('until the queue gives it up: it ends as failed, and is found by each spelling of its person', async () => {
    const db = stage.world.ledger
    await db.prepare('DELETE FROM dead_letters').run()
    await db
      .prepare(`CREATE TRIGGER poison BEFORE INSERT ON messages
WHEN ${isNth(0)} AND new.status <> ${STATUS_CODES.failed} BEGIN SELECT RAISE(ABORT, 'poison'); END`)
      .run()
    const [id = ''] = await stage.send(['+5215512345678'])
    await until('it has failed', async () => (await countsOf(stage.world, [id]))['failed'] === 1)
    await db.prepare('DROP TRIGGER poison').run()
    for (const to of ['+5215512345678', '+525512345678']) {
      const { data } = await stage.world.json<{ data: { id: string }[] }>(`/v1/messages?${new URLSearchParams({ to })}`)
      expect(data.map((one) => one.id)).toEqual([id])
    }
  })

  test('at the record: the rest is recorded, the refused one ends in a dead letter that can be replayed', async () => {
    const db = stage.world.ledger
    await db.prepare('DELETE FROM dead_letters').run()
    const recipients = numbers(30)
    const heal = await refuse('UPDATE', 4)
    const ids = await stage.send(recipients)
    const good = ids.filter((_, n) => n !== 4)
    await until('the rest is delivered', async () => (await countsOf(stage.world, good))['delivered'] === 29)
    await until('the record is a letter', async () => recordsOf(await letters()).length === 1)
    await until('so is its report', async () => (await letters()).some(({ kind }) => kind === 'report'))
    await stage.sweep(16 * MINUTE)
    await assertInvariant({ world: stage.world, ids: good, heard: stage.receiver.heard })
    // The sweep asks what became of the claim, and cannot write that down either: which is replayed first counts, and is told.
    await until('so is what the sweep found', async () => recordsOf(await letters()).length === 2)
    await heal()
    await replayAll()
    await until('it is delivered', async () => (await countsOf(stage.world, ids))['delivered'] === 30)
    await stage.sweep(16 * MINUTE)
    await assertInvariant({ world: stage.world, ids, heard: stage.receiver.heard })
  })
})

const batchOf = (id: string) =>
  stage.world.json<{ total: number; accepted: number | null; counts: Record<string, number> }>(`/v1/batches/${id}`)
