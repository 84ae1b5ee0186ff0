import { type Group, SLOT } from '#worker/domain/statistics/counts.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { COUNTED_MESSAGES, groupsOfWords } from './count.ts'

/** Changes of a realm's counts. */
export interface RealmChange {
  /** Hex of the realm. */
  readonly realm: string
  readonly groups: readonly Group[]
  /** Fresh pieces of what was accepted before this time are counted for good now; 0: none. */
  readonly firmUntil: EpochMs
}

/** Changes that wait, and their numbers, by which they are deleted. */
export interface WaitingChanges {
  readonly changes: readonly RealmChange[]
  readonly numbers: readonly number[]
}

/** Changes that are read at a time. */
const PAGE = 100
const WAITING = `SELECT n, hex(realm) AS realm, kind, body FROM statistics_changes ORDER BY n LIMIT ${PAGE}`
/** Messages as they stand, of those that were noted before a write; `n`: number of the note. */
const STANDING = `SELECT c.n, hex(m.own) AS id, m.way, m.connection, m.status, m.bucket, m.units
FROM (SELECT n, realm, kind, body FROM statistics_changes ORDER BY n LIMIT ${PAGE}) c CROSS JOIN json_each(c.body) j
CROSS JOIN (${COUNTED_MESSAGES}) m ON m.of = c.realm AND m.own = unhex(j.value->>0) WHERE c.kind = 'before'`
/** Messages of these notes as later notes say that they stood, the oldest of these last: up to there this page speaks of them. */
const LATER = `SELECT hex(c.realm) AS realm, j.value AS before FROM statistics_changes c CROSS JOIN json_each(c.body) j
WHERE c.kind = 'before' AND c.n > (SELECT max(n) FROM (SELECT n FROM statistics_changes ORDER BY n LIMIT ${PAGE}))
  AND (c.realm, j.value->>0) IN (SELECT s.realm, i.value->>0
    FROM (SELECT n, realm, kind, body FROM statistics_changes ORDER BY n LIMIT ${PAGE}) s CROSS JOIN json_each(s.body) i
    WHERE s.kind = 'before') ORDER BY c.n DESC`

interface WaitingRow {
  readonly n: number
  readonly realm: string
  readonly kind: 'firm' | 'before'
  readonly body: string
}
interface LaterRow {
  readonly realm: string
  readonly before: string
}
/** What a message counts as. */
interface CountedAs {
  readonly way: number
  readonly connection: string
  readonly status: number
  readonly bucket: number
  readonly units: number
}
interface Standing extends CountedAs {
  readonly n: number
  readonly id: string
}
/** Message as it stood; all but the id null: it had no row. */
type Before = readonly [
  id: string,
  way: number | null,
  connection: string,
  status: number,
  bucket: number,
  units: number,
]

/** Slot of a message, by the hex of its id. */
const slotOf = (id: string): number => Math.floor(Math.floor(Number.parseInt(id.slice(0, 13), 16) / 4) / SLOT)

/** What a message counted as by a note; null: it had no row. */
const countedBefore = ([, way, connection, status, bucket, units]: Before): CountedAs | null =>
  way === null ? null : { way, connection: connection ?? '', status, bucket, units }

/** What a note changes: the message no longer counts as it did, but as it stands. One that has no row any more stays counted. */
function corrected(slot: number, before: CountedAs | null, now: CountedAs | null): Group[] {
  if (now === null) return []
  const added: Group = [slot, now.way, now.connection, now.status, now.bucket, 1, now.units]
  if (before === null) return [added]
  return [[slot, before.way, before.connection, before.status, before.bucket, -1, -before.units], added]
}

/**
 * Reads changes that wait, the oldest first, with the messages that they speak of, at one moment: what changes afterwards has a
 * note of its own. Of several notes of a message the first says how it was counted, and the first behind this page how it
 * stands for now.
 */
export async function waitingChanges(db: D1Database): Promise<WaitingChanges> {
  const [waiting, standing, later] = (await db.batch(
    [WAITING, STANDING, LATER].map((sql) => db.prepare(sql)),
  )) as unknown as readonly [D1Result<WaitingRow>, D1Result<Standing>, D1Result<LaterRow>]
  const laterOf = new Map<string, CountedAs | null>(
    later.results.map(({ realm, before }) => {
      const read = JSON.parse(before) as Before
      return [`${realm}|${read[0]}`, countedBefore(read)] as const
    }),
  )
  const standings = new Map(standing.results.map((row) => [`${row.n}|${row.id}`, row]))
  const seen = new Set<string>()
  const changes = waiting.results.map(({ n, realm, kind, body }): RealmChange => {
    if (kind === 'firm') {
      const { until, words } = JSON.parse(body) as { readonly until: EpochMs; readonly words: string }
      return { realm, groups: groupsOfWords(words), firmUntil: until }
    }
    const groups = (JSON.parse(body) as readonly Before[]).flatMap((before) => {
      const [id] = before
      const key = `${realm}|${id}`
      if (seen.has(key)) return []
      seen.add(key)
      const behind = laterOf.get(key)
      const now = behind === undefined ? (standings.get(`${n}|${id}`) ?? null) : behind
      return corrected(slotOf(id), countedBefore(before), now)
    })
    return { realm, groups, firmUntil: 0 }
  })
  return { changes, numbers: waiting.results.map(({ n }) => n) }
}
