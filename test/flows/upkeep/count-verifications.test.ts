import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ChannelName } from '#worker/domain/channel-names.ts'
import type { GuardNote } from '#worker/domain/guard/verdict.ts'
import type { VerificationId } from '#worker/domain/ids.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import { SLOT } from '#worker/domain/statistics/counts.ts'
import type { SentCode, VerificationFacts } from '#worker/domain/verifications/verification.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { countVerifications } from '#worker/flows/upkeep/count-verifications.ts'
import { encodeNumber } from '#worker/lib/base32.ts'
import { groupOf, type VerificationGroup } from '#worker/store/verifications/counts.ts'
import { listVerifications, type VerificationRecord } from '#worker/store/verifications/read.ts'
import { verificationGroups } from '#worker/store/verifications/statistics.ts'
import { upsertVerifications } from '#worker/store/verifications/write.ts'
import { type Meter, meteredDatabase } from '../../worlds/databases/metered.ts'
import { type Death, dyingDatabase } from '../../worlds/faults/dying-database.ts'
import { type Bindings, startBindings } from '../../worlds/harness.ts'
import { seeded } from '../../worlds/random.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Twelve minutes before the end of a UTC day, so that days are crossed. */
const START = Date.UTC(2026, 9, 18, 23, 48)
const REALMS: readonly Realm[] = ['live.ten_000000000001', 'test.ten_000000000001', 'live.ten_000000000002']
const SPAN = { from: START - 48 * HOUR - (START % SLOT), to: START + 480 * HOUR - (START % SLOT) }

let bindings: Bindings
let db: D1Database
beforeAll(async () => {
  bindings = await startBindings()
  db = bindings.ledger()
})
afterAll(() => bindings.dispose())

let clock = START
const failures: string[] = []

/** The sweep, which may die at one of its calls of the database. */
async function count(death: Death | null = null, on = db): Promise<void> {
  const platform = {
    env: { LEDGER_0: dyingDatabase(on, death) },
    keys: bindings.keys,
    log: (name: string, facts: object) => failures.push(`${name} ${JSON.stringify(facts)}`),
  } as unknown as Platform
  await countVerifications(platform, 0)
}

/** Sums of groups by all that they tell apart; without the beginnings of numbers if those were not asked for. */
function sums(realm: Realm, groups: readonly VerificationGroup[], column: 'counts' | 'prefixes'): [string, number][] {
  const found = new Map<string, number>()
  for (const { n, prefix, ...group } of groups) {
    const { slot, channel, outcome, isSent, isDelivered, isUndelivered, reason } = group
    const told = [
      realm,
      column === 'prefixes' ? prefix : '',
      slot,
      channel,
      outcome,
      isSent,
      isDelivered,
      isUndelivered,
      reason,
    ]
    const key = JSON.stringify(told)
    found.set(key, (found.get(key) ?? 0) + n)
  }
  return [...found].filter(([, n]) => n !== 0)
}

/** What is counted, and what the verifications themselves come to. */
async function compared(column: 'counts' | 'prefixes') {
  const ledger = { db, keys: bindings.keys }
  const [counted, expected]: [string, number][][] = [[], []]
  for (const realm of REALMS) {
    counted?.push(...sums(realm, await verificationGroups(ledger, realm, { ...SPAN, column }), column))
    const records = await listVerifications(ledger, realm, { partyKey: null, before: null, limit: 10_000 })
    expected?.push(...sums(realm, records.map(groupOf), column))
  }
  return { counted: new Map(counted), expected: new Map(expected) }
}

interface Kept extends VerificationRecord {
  readonly realm: Realm
  readonly partyKey: string
}
/** Verifications as their objects have them, each at its newest version. */
const kept: Kept[] = []

const d = (seed: number) => {
  const chance = seeded(seed)
  const upTo = (most: number): number => Math.floor(chance() * most)
  return { chance, upTo, of: <One>(some: readonly One[]): One => some[upTo(some.length)] as One }
}
type Dice = ReturnType<typeof d>

const code = (channel: ChannelName): SentCode => ({
  channel,
  wording: 'gateway',
  messageId: 'msg_x',
  sentAt: clock,
  expiresAt: clock + 10 * MINUTE,
})

/** Starts a verification, which at times the guard refuses, or only would have. */
function begun({ chance, upTo, of }: Dice): Kept {
  const realm = of(REALMS)
  const digits = `${tenantOf(realm).slice(4)}${encodeNumber(clock, 10)}${encodeNumber(kept.length, 6)}`
  const id: VerificationId = `ver_${digits}000000000000`
  const guard: GuardNote | null =
    chance() < 0.3 ? { reason: of(['prefix', 'country', 'ceiling']), enforced: chance() < 0.7 } : null
  const channel = of<ChannelName>(['sms', 'voice', 'email'])
  const to = channel === 'email' ? 'ali@example.com' : `+98912${upTo(4)}00${String(1_000 + upTo(9_000))}`
  const isBlocked = guard?.enforced === true
  const facts: VerificationFacts = {
    ...{ id, status: isBlocked ? 'blocked' : 'pending', version: 1, startedAt: clock, updatedAt: clock },
    ...{ channels: [channel], mostChecks: 5, checks: 0, codes: isBlocked ? [] : [code(channel)], feedback: null },
    ...(guard ? { guard } : {}),
  }
  const order = { to, channels: [channel], locale: 'fa', ttlMs: 10 * MINUTE, digits: 6 } as const
  return { realm, partyKey: `p${upTo(9)}`, facts, order }
}

/** Changes a verification as checks, resends, reports and feedback do. */
function changed(one: Kept, { chance, of }: Dice): Kept {
  const { facts } = one
  const last = facts.codes.at(-1)
  const part: Partial<VerificationFacts> = of([
    { status: of(['approved', 'failed', 'blocked', 'canceled'] as const) },
    { codes: [...facts.codes, code(of(['sms', 'voice']))] },
    last ? { codes: [...facts.codes.slice(0, -1), { ...last, isUnsent: true as const }] } : {},
    last ? { codes: [...facts.codes.slice(0, -1), { ...last, isDelivered: true as const }] } : {},
    { codes: [] },
    { feedback: of(['approved', 'failed'] as const) },
  ])
  return { ...one, facts: { ...facts, ...part, version: facts.version + 1 + (chance() < 0.2 ? 1 : 0) } }
}

const write = async (some: readonly Kept[]): Promise<unknown> => {
  const statements = await upsertVerifications({ db, keys: bindings.keys }, some)
  return db.batch([...statements])
}

/** Some verifications begin or change, and are written: at times twice, or an older copy after the newer one. */
async function happen(dice: Dice): Promise<void> {
  const { chance, upTo, of } = dice
  const some = new Set<number>()
  for (let n = 0; n <= upTo(5); n++)
    some.add(kept.length === 0 || chance() < 0.4 ? kept.push(begun(dice)) - 1 : upTo(kept.length))
  const before = [...some].map((n) => kept[n] as Kept)
  for (const n of some) if (chance() < 0.7) kept[n] = changed(kept[n] as Kept, dice)
  const after = [...some].map((n) => kept[n] as Kept)
  for (const rows of of([[after], [before, after], [after, before], [after, after]])) await write(rows)
}

describe('counts are those of the verifications, whatever comes late, twice or in between', () => {
  test.each([1, 2])('seed %i', async (seed) => {
    const dice = d(seed)
    for (let step = 0; step < 80; step++) {
      clock += dice.upTo(5 * MINUTE)
      await happen(dice)
      if (dice.chance() < 0.5) continue
      const death: Death | null =
        dice.chance() < 0.6 ? { call: dice.upTo(6), when: dice.of(['before', 'after']) } : null
      // Two sweeps at once, and a write between their steps.
      const others = dice.chance() < 0.3 ? [count(), happen(dice)] : []
      await Promise.all([count(death), ...others])
    }
    await count()
    for (const column of ['counts', 'prefixes'] as const) {
      const { counted, expected } = await compared(column)
      expect(expected.size).toBeGreaterThan(30)
      expect(counted).toEqual(expected)
    }
    expect(await db.prepare('SELECT count(*) AS n FROM verification_changes').first('n')).toBe(0)
    expect(failures.filter((line) => !line.includes('died'))).toEqual([])
  })
})

test('verifications that were written before there were counts are counted once', async () => {
  await db.batch([
    db.prepare('UPDATE verifications SET counted = 0'),
    db.prepare('DELETE FROM verification_statistics'),
  ])
  // One of them changes before the sweep comes to it.
  kept[0] = { ...(kept[0] as Kept), facts: { ...(kept[0] as Kept).facts, status: 'approved', version: 1_000 } }
  await write([kept[0]])
  await count({ call: 2, when: 'after' })
  await count()
  const { counted, expected } = await compared('prefixes')
  expect(counted).toEqual(expected)
})

test('what a verification costs', async () => {
  const meter = (): Meter => ({ read: 0, written: 0, calls: 0 })
  const [writes, sweep, idle, page] = [meter(), meter(), meter(), meter()]
  const dice = d(3)
  const metered = { db: meteredDatabase(db, writes), keys: bindings.keys }
  const plain = Array.from({ length: 100 }, () => {
    const one = begun(dice)
    kept.push(one)
    return { ...one, realm: REALMS[0] as Realm }
  })
  const approved = plain.map((one) => ({ ...one, facts: { ...one.facts, status: 'approved' as const, version: 2 } }))
  for (const some of [plain, approved]) await metered.db.batch([...(await upsertVerifications(metered, some))])
  await count(null, meteredDatabase(db, sweep))
  await count(null, meteredDatabase(db, idle))
  await verificationGroups({ ...metered, db: meteredDatabase(db, page) }, REALMS[0] as Realm, {
    ...SPAN,
    column: 'counts',
  })
  // A row and its entry by person, a row more when it changes, and a note a batch.
  expect(writes).toMatchObject({ read: 500, written: 302 })
  expect(sweep.written).toBeLessThanOrEqual(6)
  expect(sweep.read).toBeLessThan(100 * 5)
  expect(idle).toMatchObject({ read: 4, written: 0 })
  expect(page.read).toBeLessThanOrEqual(5)
})
