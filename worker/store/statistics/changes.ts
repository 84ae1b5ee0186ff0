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

interface WaitingRow {
  readonly n: number
  readonly realm: string
  readonly kind: 'firm' | 'before'
  readonly body: string
}
interface Standing {
  readonly n: number
  readonly id: string
  readonly way: number
  readonly connection: string
  readonly status: number
  readonly bucket: number
  readonly units: number
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

/** What a note changes: the message no longer counts as it did, but as it stands. One that has no row any more stays counted. */
function corrected(
  slot: number,
  [, way, connection, status, bucket, units]: Before,
  now: Standing | undefined,
): Group[] {
  if (now === undefined) return []
  const added: Group = [slot, now.way, now.connection, now.status, now.bucket, 1, now.units]
  return way === null ? [added] : [[slot, way, connection ?? '', status, bucket, -1, -units], added]
}

/**
 * Reads changes that wait, the oldest first, with the messages that they speak of, at one moment: what changes afterwards has a
 * note of its own. Of several notes of a message the first says how it was counted.
 */
export async function waitingChanges(db: D1Database): Promise<WaitingChanges> {
  const [waiting, standing] = (await db.batch([db.prepare(WAITING), db.prepare(STANDING)])) as unknown as readonly [
    D1Result<WaitingRow>,
    D1Result<Standing>,
  ]
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
      return corrected(slotOf(id), before, standings.get(`${n}|${id}`))
    })
    return { realm, groups, firmUntil: 0 }
  })
  return { changes, numbers: waiting.results.map(({ n }) => n) }
}
