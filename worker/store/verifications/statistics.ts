import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import { SLOT } from '#worker/domain/statistics/counts.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { VerificationFacts } from '#worker/domain/verifications/verification.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { openTexts, sealText } from '#worker/store/keys/sealed.ts'
import { dayOfSlot, groupOf, groupsOfDay, type PackedDay, type VerificationGroup, withGroups } from './counts.ts'
import { placeOf as recordPlaceOf, type VerificationLedger, type VerificationRecord } from './read.ts'

/** Verifications before a change that is newer than their rows, by realm. One that is not counted yet counted as nothing. */
const NOTE = `INSERT INTO verification_changes (realm, token, body)
SELECT k.realm, hex(randomblob(8)), json_group_array(json_array(k.id, iif(v.counted = 1, v.record, '')))
FROM (SELECT value->>0 AS realm, value->>1 AS id, value->>2 AS version FROM json_each(?1)) k
LEFT JOIN verifications v ON v.realm = k.realm AND v.id = k.id WHERE v.version IS NULL OR v.version < k.version GROUP BY k.realm`

/** Verification that a batch is going to write. */
interface Changing {
  readonly realm: Realm
  readonly facts: Pick<VerificationFacts, 'id' | 'version'>
}

/** Statement that notes how verifications stand before a batch writes them: it goes before those that do. */
export const noteChanges = (db: D1Database, some: readonly Changing[]): D1PreparedStatement =>
  db.prepare(NOTE).bind(JSON.stringify(some.map(({ realm, facts: { id, version } }) => [realm, id, version])))

/** Verifications that are noted at a time of those that were written before there were counts. */
const BACKLOG = 100
const OLD = `FROM verifications INDEXED BY verifications_uncounted WHERE counted = 0 ORDER BY realm, id LIMIT ${BACKLOG}`
const NOTE_OLD = `INSERT INTO verification_changes (realm, token, body)
SELECT realm, hex(randomblob(8)), json_group_array(json_array(id, '')) FROM (SELECT realm, id ${OLD}) GROUP BY realm`
const MARK_OLD = `UPDATE verifications SET counted = 1 WHERE (realm, id) IN (SELECT realm, id ${OLD})`

/** Notes some verifications that were written before there were counts; answers how many. */
export async function noteOld(db: D1Database): Promise<number> {
  if ((await db.prepare(`SELECT 1 ${OLD.replace(String(BACKLOG), '1')}`).first()) === null) return 0
  const [, marked] = await db.batch([db.prepare(NOTE_OLD), db.prepare(MARK_OLD)])
  return marked?.meta.changes ?? 0
}

/** Notes that are read at a time: each has up to a queue's batch of records. */
const PAGE = 10
const SOME = `SELECT n, realm, token, body FROM verification_changes WHERE n > ?1 ORDER BY n LIMIT ${PAGE}`
const STANDING = `SELECT DISTINCT v.realm, v.id, v.record FROM (${SOME}) c CROSS JOIN json_each(c.body) j
CROSS JOIN verifications v ON v.realm = c.realm AND v.id = (j.value->>0)`

/** How those stood that have a later note too, before the change of that: up to there the page's notes speak of them. */
const LATER = `SELECT c.realm, j.value->>0 AS id, j.value->>1 AS record FROM verification_changes c CROSS JOIN json_each(c.body) j
WHERE c.n > (SELECT max(n) FROM (${SOME})) AND (c.realm, j.value->>0) IN (SELECT s.realm, i.value->>0 FROM (${SOME}) s
  CROSS JOIN json_each(s.body) i) ORDER BY c.n DESC`

interface ChangeRow {
  readonly n: number
  readonly realm: Realm
  readonly token: string
  readonly body: string
}
interface StandingRow {
  readonly realm: Realm
  readonly id: string
  readonly record: string
}

/** Notes of one realm, the oldest first, and its verifications as they stood after these. */
export interface RealmChanges {
  readonly realm: Realm
  readonly notes: readonly ChangeRow[]
  readonly standing: readonly StandingRow[]
}

/** Reads notes behind a number with what they speak of, at one moment: what changes afterwards has a note of its own. */
export async function waitingVerifications(
  db: D1Database,
  after: number,
): Promise<{ readonly realms: readonly RealmChanges[]; readonly last: number | null }> {
  const [notes, standing, later] = (await db.batch(
    [SOME, STANDING, LATER].map((sql) => db.prepare(sql).bind(after)),
  )) as [D1Result<ChangeRow>, D1Result<StandingRow>, D1Result<StandingRow>]
  const laterOf = new Map(later.results.map(({ realm, id, record }) => [`${realm} ${id}`, record]))
  const asOfPage = standing.results.map((one) => ({
    ...one,
    record: laterOf.get(`${one.realm} ${one.id}`) ?? one.record,
  }))
  const standings = Map.groupBy(asOfPage, ({ realm }) => realm)
  const realms = [...Map.groupBy(notes.results, ({ realm }) => realm)].map(([realm, own]) => ({
    realm,
    notes: own,
    standing: standings.get(realm) ?? [],
  }))
  return { realms, last: notes.results.at(-1)?.n ?? null }
}

/**
 * Groups that notes change: each verification no longer counts as it did, but as it stands. Of several notes of one the first
 * says how it was counted. One that is gone, or whose record does not open, stays counted as it was.
 */
async function changedGroups(
  keys: Keyring,
  { realm, notes, standing }: RealmChanges,
): Promise<readonly VerificationGroup[]> {
  const before = new Map<string, string>()
  for (const { body } of notes)
    for (const [id, record] of JSON.parse(body) as readonly (readonly [string, string])[])
      if (!before.has(id)) before.set(id, record)
  const sealed = standing.flatMap(({ id, record }) => [
    [record, recordPlaceOf(realm, id)] as const,
    [before.get(id) || null, recordPlaceOf(realm, id)] as const,
  ])
  const texts = await openTexts(keys, tenantOf(realm), sealed)
  return standing.flatMap(({ id }, i) => {
    const [now, then] = [texts[2 * i], texts[2 * i + 1]]
    const wasCounted = before.get(id) !== ''
    if (typeof now !== 'string' || (wasCounted && typeof then !== 'string')) return []
    const added = groupOf(JSON.parse(now) as VerificationRecord)
    return typeof then === 'string' ? [{ ...groupOf(JSON.parse(then) as VerificationRecord), n: -1 }, added] : [added]
  })
}

type Column = 'counts' | 'prefixes'
const COLUMNS = ['counts', 'prefixes'] as const satisfies readonly Column[]
/** Place of the sealed counts of a day. */
const placeOf = (realm: Realm, day: number, column: Column) =>
  ['verification_statistics', realm, String(day), column] as const

interface DayRow extends Readonly<Record<Column, string>> {
  readonly day: number
}

/** Opens one column of days. Of a day that was altered nothing is known; the operator is told of it. */
async function openDays(
  keys: Keyring,
  realm: Realm,
  rows: readonly Pick<DayRow, 'day' | Column>[],
  column: Column,
): Promise<ReadonlyMap<number, PackedDay>> {
  const sealed = rows.map((row) => [row[column], placeOf(realm, row.day, column)] as const)
  const texts = await openTexts(keys, tenantOf(realm), sealed)
  return new Map(
    rows.flatMap(({ day }, n) => {
      const text = texts[n]
      return typeof text === 'string' ? [[day, JSON.parse(text) as PackedDay] as const] : []
    }),
  )
}

const KEYED = `SELECT s.day, s.counts, s.prefixes FROM json_each(?2) j
CROSS JOIN verification_statistics s ON s.realm = ?1 AND s.day = j.value`
/** Condition that a note, ?3 with its token ?4, is still there: of two sweeps at once one writes. */
const WAITS = `EXISTS (SELECT 1 FROM verification_changes WHERE n = ?3 AND token = ?4)`
const WRITE = `INSERT INTO verification_statistics (realm, day, counts, prefixes)
SELECT ?1, value->>0, value->>1, value->>2 FROM json_each(?2) WHERE ${WAITS}
ON CONFLICT (realm, day) DO UPDATE SET counts = excluded.counts, prefixes = excluded.prefixes`
const DONE = `DELETE FROM verification_changes WHERE realm = ?1 AND n IN (SELECT value FROM json_each(?2)) AND ${WAITS}`

/** Days with changes added, as rows to be written. */
async function daysWith(
  { db, keys }: VerificationLedger,
  realm: Realm,
  groups: readonly VerificationGroup[],
): Promise<readonly (readonly [day: number, counts: string, prefixes: string])[]> {
  const byDay = Map.groupBy(groups, ({ slot }) => dayOfSlot(slot))
  const { results } = await db
    .prepare(KEYED)
    .bind(realm, JSON.stringify([...byDay.keys()]))
    .all<DayRow>()
  const [counts, prefixes] = await Promise.all(COLUMNS.map((column) => openDays(keys, realm, results, column)))
  const own = await keys.standing(tenantOf(realm))
  const sealed = (day: number, column: Column, packed: PackedDay) =>
    sealText(own, JSON.stringify(packed), placeOf(realm, day, column))
  return Promise.all(
    [...byDay].map(async ([day, some]) => {
      const bare = some.map((group) => ({ ...group, prefix: '' }))
      return [
        day,
        await sealed(day, 'counts', withGroups(counts?.get(day) ?? {}, bare)),
        await sealed(day, 'prefixes', withGroups(prefixes?.get(day) ?? {}, some)),
      ] as const
    }),
  )
}

/** Counts the changes of a realm, and deletes their notes; false: another sweep was first, and nothing was written. */
export async function countChanges(ledger: VerificationLedger, changes: RealmChanges): Promise<boolean> {
  const { db, keys } = ledger
  const { realm, notes } = changes
  const first = notes[0]
  if (!first) return true
  const groups = await changedGroups(keys, changes)
  const rows = groups.length === 0 ? [] : await daysWith(ledger, realm, groups)
  const mark = [first.n, first.token] as const
  const results = await db.batch([
    db.prepare(WRITE).bind(realm, JSON.stringify(rows), ...mark),
    // The note that is the mark goes with the others: the statement looks for it before it deletes.
    db.prepare(DONE).bind(realm, JSON.stringify(notes.map(({ n }) => n)), ...mark),
  ])
  return (results[1]?.meta.changes ?? 0) > 0
}

/**
 * Groups of a realm's verifications that began from a time on, up to, not including, another; both are bounds of slots.
 * `column`: with or without the beginnings of their numbers.
 */
export async function verificationGroups(
  { db, keys }: VerificationLedger,
  realm: Realm,
  { from, to, column }: { readonly from: EpochMs; readonly to: EpochMs; readonly column: Column },
): Promise<readonly VerificationGroup[]> {
  const [first, last] = [from / SLOT, to / SLOT - 1]
  const sql = `SELECT day, ${column} FROM verification_statistics WHERE realm = ?1 AND day >= ?2 AND day <= ?3`
  const { results } = await db.prepare(sql).bind(realm, dayOfSlot(first), dayOfSlot(last)).all<DayRow>()
  const days = await openDays(keys, realm, results, column)
  return [...days]
    .flatMap(([day, packed]) => groupsOfDay(packed, day))
    .filter(({ slot }) => slot >= first && slot <= last)
}
