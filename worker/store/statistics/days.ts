import type { Realm } from '#worker/domain/realm.ts'
import {
  DAY_SLOTS,
  type FreshPiece,
  type Group,
  groupsOf,
  type PackedCounts,
  packed,
  SLOT,
} from '#worker/domain/statistics/counts.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { REALM } from '#worker/store/codes/codes.ts'
import type { RealmChange, WaitingChanges } from './changes.ts'
import type { RealmGroups } from './count.ts'
import { advance, IS_MARKED, type Progress } from './progress.ts'

/** Rows of days: they are read whole, added to, and written anew by one run at a time. */

interface DayRow {
  /** Hex of the realm. */
  readonly realm: string
  readonly day: number
  readonly firm: string
  readonly fresh: string
}
/** Day as it is added to. */
interface OpenDay {
  readonly realm: string
  readonly day: number
  readonly firm: Group[]
  fresh: readonly FreshPiece[]
}

const KEYED = `SELECT hex(s.realm) AS realm, s.day, s.firm, s.fresh FROM json_each(?1) j
CROSS JOIN statistics s ON s.realm = unhex(j.value->>0) AND s.day = (j.value->>1)`
const WRITE = `INSERT INTO statistics (realm, day, firm, fresh)
SELECT unhex(value->>0), value->>1, value->>2, value->>3 FROM json_each(?1) WHERE ${IS_MARKED('?2')}
ON CONFLICT (realm, day) DO UPDATE SET firm = excluded.firm, fresh = excluded.fresh`
const DONE = `DELETE FROM statistics_changes WHERE n IN (SELECT value FROM json_each(?1)) AND ${IS_MARKED('?2')}`

/** Realm of the sums of all realms of a shard, by which operators see how connections do. It sorts before every other. */
const ALL = ''

/** Adds what all realms of a shard have together. */
const withAll = <Counted extends { readonly realm: string; readonly groups: readonly Group[] }>(
  counted: readonly Counted[],
): readonly Counted[] => [...counted, ...counted.map((one) => ({ ...one, realm: ALL }))]

const dayOf = (slot: number): number => Math.floor(slot / DAY_SLOTS)
const firmOf = ({ day, firm }: DayRow): Group[] => [...groupsOf(JSON.parse(firm) as PackedCounts, day)]
const freshOf = ({ fresh }: DayRow): readonly FreshPiece[] => JSON.parse(fresh) as readonly FreshPiece[]

/** Days that are touched, as they are kept, or empty. */
async function openDays(
  db: D1Database,
  touched: readonly { readonly realm: string; readonly groups: readonly Group[] }[],
): Promise<(realm: string, slot: number) => OpenDay> {
  const keys = new Map(
    touched.flatMap(({ realm, groups }) =>
      groups.map(([slot]): [string, readonly [string, number]] => [`${realm}|${dayOf(slot)}`, [realm, dayOf(slot)]]),
    ),
  )
  const { results } = await db
    .prepare(KEYED)
    .bind(JSON.stringify([...keys.values()]))
    .all<DayRow>()
  const days = new Map(
    results.map((row): [string, OpenDay] => [
      `${row.realm}|${row.day}`,
      { realm: row.realm, day: row.day, firm: firmOf(row), fresh: freshOf(row) },
    ]),
  )
  for (const [key, [realm, day]] of keys) if (!days.has(key)) days.set(key, { realm, day, firm: [], fresh: [] })
  return (realm, slot) => {
    const found = days.get(`${realm}|${dayOf(slot)}`)
    if (!found) throw new Error('a day was not opened')
    return found
  }
}

/** Adds to a map of days what a change touches. */
const writeDays = (db: D1Database, days: Iterable<OpenDay>, mark: string): D1PreparedStatement => {
  const rows = [...days].map(({ realm, day, firm, fresh }) => [
    realm,
    day,
    JSON.stringify(packed(firm)),
    JSON.stringify(fresh),
  ])
  return db.prepare(WRITE).bind(JSON.stringify(rows), mark)
}

/** Groups of a realm by their days. */
const byDay = (groups: readonly Group[]): ReadonlyMap<number, readonly Group[]> =>
  Map.groupBy(groups, ([slot]) => dayOf(slot))

/** Writes down what was counted fresh from a time on, and how far; false: another run was first, and nothing was written. */
export async function addFresh(
  db: D1Database,
  counted: readonly RealmGroups[],
  from: EpochMs,
  { mark, next }: { readonly mark: string; readonly next: Progress },
): Promise<boolean> {
  const all = withAll(counted)
  const dayAt = await openDays(db, all)
  const touched = new Set<OpenDay>()
  for (const { realm, groups } of all)
    for (const some of byDay(groups).values()) {
      const day = dayAt(realm, some[0]?.[0] ?? 0)
      day.fresh = [...day.fresh, { from, groups: some }]
      touched.add(day)
    }
  const statements = touched.size === 0 ? [] : [writeDays(db, touched, next.token)]
  const [advanced] = await db.batch([advance(db, mark, next), ...statements])
  return advanced?.meta.changes === 1
}

/** Adds changes to the counts and deletes them; false: another run was first, and nothing was written. */
export async function addChanges(
  db: D1Database,
  { changes, numbers }: WaitingChanges,
  { mark, next }: { readonly mark: string; readonly next: Progress },
): Promise<boolean> {
  const all: readonly RealmChange[] = withAll(changes)
  const dayAt = await openDays(db, all)
  const touched = new Set<OpenDay>()
  for (const { realm, groups, firmUntil } of all)
    for (const some of byDay(groups).values()) {
      const day = dayAt(realm, some[0]?.[0] ?? 0)
      day.firm.push(...some)
      day.fresh = day.fresh.filter(({ from }) => from >= firmUntil)
      touched.add(day)
    }
  const [advanced] = await db.batch([
    advance(db, mark, next),
    ...(touched.size === 0 ? [] : [writeDays(db, touched, next.token)]),
    db.prepare(DONE).bind(JSON.stringify(numbers), next.token),
  ])
  return advanced?.meta.changes === 1
}

const RANGE = `SELECT hex(realm) AS realm, day, firm, fresh FROM statistics WHERE realm = unhex(?1) AND day >= ?2 AND day <= ?3`

/**
 * Groups of a realm's messages, null: of all realms of the shard, that were accepted from a time on, up to, not including,
 * another; both are bounds of slots.
 */
export async function groupsBetween(
  db: D1Database,
  realm: Realm | null,
  from: EpochMs,
  to: EpochMs,
): Promise<readonly Group[]> {
  const [first, last] = [from / SLOT, to / SLOT - 1]
  const { results } = await db
    .prepare(RANGE)
    .bind(realm === null ? ALL : REALM.encode(realm), dayOf(first), dayOf(last))
    .all<DayRow>()
  return results
    .flatMap((row) => [...firmOf(row), ...freshOf(row).flatMap(({ groups }) => groups)])
    .filter(([slot]) => slot >= first && slot <= last)
}
