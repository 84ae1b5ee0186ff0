import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ConnectionId, type MessageId, messageId, newRequestId, timeOfId } from '#worker/domain/ids.ts'
import type { MessageStatus } from '#worker/domain/messages/status.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { SLOT } from '#worker/domain/statistics/counts.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { countMessages } from '#worker/flows/upkeep/count-messages.ts'
import { encodeNumber } from '#worker/lib/base32.ts'
import { CONNECTION } from '#worker/store/codes/codes.ts'
import { changing } from '#worker/store/messages/around-change.ts'
import { type AttemptRecord, claimStatement, recordStatement, sealOutcomes } from '#worker/store/messages/attempts.ts'
import type { NewMessage } from '#worker/store/messages/rows.ts'
import { cancelStatement, overdueStatement, reportStatement } from '#worker/store/messages/writes.ts'
import { groupsBetween } from '#worker/store/statistics/days.ts'
import { readProgress } from '#worker/store/statistics/progress.ts'
import { type Death, dyingDatabase } from '../../worlds/faults/dying-database.ts'
import { type Bindings, startBindings } from '../../worlds/harness.ts'
import { seeded } from '../../worlds/random.ts'
import { entered, newMessage, rowsWhere, sealed } from '../../worlds/tenant-rows.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Twelve minutes before the end of a UTC day, so that days are crossed. */
const START = Date.UTC(2026, 9, 18, 23, 48)
const REALMS: readonly Realm[] = ['live.ten_000000000001', 'test.ten_000000000001', 'live.ten_000000000002']
const CONNECTIONS: readonly ConnectionId[] = ['con_00000000100000000', 'con_00000000200000000']

let bindings: Bindings
let db: D1Database
beforeAll(async () => {
  bindings = await startBindings()
  db = bindings.ledger()
})
afterAll(() => bindings.dispose())

/** Clock of everybody here: of those who write, and of the cron. */
let clock = START
let bases = 0
const baseAt = (at: number): string =>
  newRequestId(at).slice(4, 14) +
  encodeNumber(bases++, 6) +
  encodeNumber(0, 2) +
  encodeNumber(32_000, 3) +
  '0'.repeat(10)

const failures: string[] = []
/** The sweep of this minute, which may die at one of its calls of the database. */
async function count(death: Death | null = null): Promise<void> {
  const platform = {
    env: { LEDGER_0: dyingDatabase(db, death) },
    now: () => clock,
    log: (name: string, facts: object) => failures.push(`${name} ${JSON.stringify(facts)}`),
  } as unknown as Platform
  await countMessages(platform, 0, clock)
}

const keyOf = (realm: Realm, slot: number, way: number, connection: string, status: number) =>
  `${realm} ${new Date(slot * SLOT).toISOString()} ${way} ${connection} ${status}`

/** Sums of what is counted of times before `until`: number and units, and how many have a time to deliver. */
async function counted(until: number): Promise<ReadonlyMap<string, string>> {
  const sums = new Map<string, { n: number; units: number; timed: number }>()
  for (const realm of REALMS)
    for (const group of await groupsBetween(db, realm, START - 48 * HOUR, until)) {
      const [slot, way, connection, status, bucket, n, units] = group
      const key = keyOf(realm, slot, way, connection, status)
      const sum = sums.get(key) ?? { n: 0, units: 0, timed: 0 }
      sums.set(key, { n: sum.n + n, units: sum.units + units, timed: sum.timed + (bucket >= 0 ? n : 0) })
    }
  return new Map([...sums].filter(([, { n }]) => n !== 0).map(([key, sum]) => [key, JSON.stringify(sum)]))
}

/** The same sums of the messages themselves. */
async function expected(until: number): Promise<ReadonlyMap<string, string>> {
  const sums = new Map<string, { n: number; units: number; timed: number }>()
  for (const row of await rowsWhere(db, 'true')) {
    const at = timeOfId(row.id)
    if (at >= until) continue
    const connection = row.connectionId === null ? '' : CONNECTION.encode(row.connectionId).toUpperCase()
    const key = keyOf(row.realm, Math.floor(at / SLOT), 0, connection, row.status)
    const sum = sums.get(key) ?? { n: 0, units: 0, timed: 0 }
    sums.set(key, {
      n: sum.n + 1,
      units: sum.units + row.units,
      timed: sum.timed + (row.timeline.some(({ status }) => status === 'delivered' || status === 'read') ? 1 : 0),
    })
  }
  return new Map([...sums].map(([key, sum]) => [key, JSON.stringify(sum)]))
}

/** Messages as the writers below know them, the oldest first. */
const written: NewMessage[] = []

/** Writes of messages as the flows make them: each notes before, in its batch, what it may change. */
const write = (rows: readonly NewMessage[], statement: D1PreparedStatement) => changing(db, rows, clock, [statement])

async function claim(rows: readonly NewMessage[]): Promise<void> {
  await write(rows, claimStatement(db, await sealed(db, rows), clock))
}

async function record(
  rows: readonly NewMessage[],
  status: MessageStatus,
  outcome: AttemptRecord['outcome'],
): Promise<void> {
  const records = rows.map(({ realm, id, attempt }): AttemptRecord => {
    const entry = { at: clock, status, by: 'gateway' } as const
    return { realm, id, attempt, outcome, status, entry }
  })
  const outcomes = await sealOutcomes(bindings.keys, records, [])
  await write(rows, recordStatement(db, outcomes.records, clock))
}

async function report(rows: readonly NewMessage[], status: MessageStatus): Promise<void> {
  for (const [connection, own] of Map.groupBy(rows, ({ connectionId }) => connectionId)) {
    if (connection === null) continue
    const changes = own.map(({ realm, id }) => ({
      realm,
      id,
      status,
      entry: { at: clock, status, by: 'report' as const },
    }))
    await write(own, reportStatement(db, await entered(db, changes), connection, clock))
  }
}

async function end(rows: readonly NewMessage[]): Promise<void> {
  const entry = { at: clock, status: 'unknown', by: 'sweep' } as const
  const changes = rows.map(({ realm, id }) => ({ realm, id, status: 'unknown' as const, entry }))
  await write(rows, overdueStatement(db, await entered(db, changes), clock))
}

async function cancel(row: NewMessage): Promise<void> {
  const entry = { at: clock, status: 'canceled', by: 'tenant' } as const
  const blank: NewMessage = { ...row, attempt: 0, connectionId: null, status: 'canceled', units: 0, timeline: [entry] }
  for (const one of await sealed(db, [blank])) await write([row], cancelStatement(db, one, clock))
}

/** A source of chance, and what is drawn of it. */
function dice(seed: number) {
  const chance = seeded(seed)
  const upTo = (most: number): number => Math.floor(chance() * most)
  const of = <One>(some: readonly One[]): One => some[upTo(some.length)] as One
  return { chance, upTo, of }
}

/** Claims a request's messages: mostly at once, at times hours after it was accepted. */
async function newRequest({ chance, upTo, of }: ReturnType<typeof dice>): Promise<void> {
  const age = chance() < 0.7 ? upTo(2_000) : upTo(5 * HOUR)
  const at = clock - age
  const [realm, connectionId, base] = [of(REALMS), of(CONNECTIONS), baseAt(at)]
  const rows = Array.from({ length: 1 + upTo(6) }, (_, n) => {
    const entry = { at, status: 'accepted', by: 'gateway' } as const
    const more = { units: 1 + upTo(3), connectionId, acceptedAt: at, timeline: [entry] }
    return newMessage(realm, messageId(base, n) as MessageId, n, more)
  })
  if (chance() < 0.15 && rows[0]) await cancel(rows[0])
  await claim(rows)
  written.push(...rows)
}

/** Does something with messages that there are, as carriers, tenants and the sweep do, at times twice. */
async function somethingWith(d: ReturnType<typeof dice>): Promise<void> {
  const { chance, upTo, of } = d
  const from = upTo(written.length)
  const realm = of(REALMS)
  const rows = written.slice(from, from + 5).filter((row) => row.realm === realm)
  if (rows.length === 0) return
  const deeds: readonly (() => Promise<void>)[] = [
    () => record(rows, 'submitted', 'accepted'),
    () => record(rows, 'accepted', 'deferred'),
    async () => {
      const next = rows.map((row) => ({
        ...row,
        attempt: row.attempt + 1,
        connectionId: of(CONNECTIONS),
        units: 1 + upTo(3),
      }))
      await claim(next)
    },
    () => report(rows, 'delivered'),
    () => report(rows, of(['undelivered', 'read', 'expired', 'submitted'])),
    () => end(rows),
    () => cancel(rows[0] as NewMessage),
  ]
  const deed = of(deeds)
  await deed()
  if (chance() < 0.3) await deed()
}

describe('counts are those of the messages, whatever comes late, twice or in between', () => {
  test.each([1, 2])('seed %i', async (seed) => {
    const d = dice(seed)
    for (let step = 0; step < 120; step++) {
      clock += d.upTo(2 * MINUTE)
      if (d.chance() < 0.4) await newRequest(d)
      else await somethingWith(d)
      if (d.chance() < 0.5) continue
      const death: Death | null = d.chance() < 0.6 ? { call: d.upTo(12), when: d.of(['before', 'after']) } : null
      // Two that run at once: whatever one does, the other must not do again.
      await Promise.all(d.chance() < 0.2 ? [count(death), count()] : [count(death)])
      if (death !== null || d.chance() < 0.7) continue
      await count()
      const firm = (await readProgress(db))?.bounds[0] ?? 0
      const whole = Math.floor(firm / SLOT) * SLOT
      expect(await counted(whole)).toEqual(await expected(whole))
    }
    clock += HOUR
    await count()
    const until = clock + HOUR
    expect(await counted(until)).toEqual(await expected(until))
    expect(await db.prepare('SELECT count(*) AS n FROM statistics_changes').first('n')).toBe(0)
    expect(failures.filter((line) => !line.includes('died'))).toEqual([])
  })
})

test('changes of a message that wait on several pages are counted one after the other', async () => {
  const realm = REALMS[0] as Realm
  const entry = { at: clock, status: 'accepted', by: 'gateway' } as const
  const more = { units: 1, connectionId: CONNECTIONS[0] as ConnectionId, acceptedAt: clock, timeline: [entry] }
  const base = baseAt(clock)
  const [row, other] = [0, 1].map((n) => newMessage(realm, messageId(base, n) as MessageId, n, more)) as [
    NewMessage,
    NewMessage,
  ]
  await claim([row, other])
  clock += HOUR
  await count()
  await record([row], 'submitted', 'accepted')
  // As many notes as one page holds lie between the two of the message.
  for (let n = 0; n < 100; n++) await record([other], 'submitted', 'accepted')
  await report([row], 'delivered')
  await count()
  const until = clock + HOUR
  expect(await counted(until)).toEqual(await expected(until))
})
