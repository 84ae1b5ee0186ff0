import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'

/** Something that must happen by `dueAt`, or the sweep does it. Kinds and bodies are written and read by `worker/jobs.ts`. */
export interface WorkRow {
  readonly dueAt: EpochMs
  readonly id: string
  readonly kind: string
  readonly realm: Realm
  readonly body: string
}

/** The part of a row that finds it on its shard. */
interface WorkRef {
  readonly dueAt: EpochMs
  readonly id: string
}

/** Writes the row; a row that is there already stays as it is, so that a repeated batch is harmless. */
export function insertWork(db: D1Database, row: WorkRow): D1PreparedStatement {
  return db
    .prepare('INSERT INTO work (due_at, id, kind, realm, body) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING')
    .bind(row.dueAt, row.id, row.kind, row.realm, row.body)
}

/** `insertWork` for many rows in one statement. */
export function insertWorks(db: D1Database, rows: readonly WorkRow[]): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO work (due_at, id, kind, realm, body)
       SELECT value->>'dueAt', value->>'id', value->>'kind', value->>'realm', value->>'body'
       FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`,
    )
    .bind(JSON.stringify(rows))
}

export function deleteWork(db: D1Database, key: WorkRef): D1PreparedStatement {
  return db.prepare('DELETE FROM work WHERE due_at = ?1 AND id = ?2').bind(key.dueAt, key.id)
}

/** `deleteWork` for many rows in one statement. */
export function deleteWorks(db: D1Database, keys: readonly WorkRef[]): D1PreparedStatement {
  return db
    .prepare(`DELETE FROM work WHERE (due_at, id) IN (SELECT value->>'dueAt', value->>'id' FROM json_each(?1))`)
    .bind(JSON.stringify(keys.map(({ dueAt, id }) => ({ dueAt, id }))))
}

/** Which of the rows are still there, as `<dueAt>|<id>`. */
export async function presentWork(db: D1Database, keys: readonly WorkRef[]): Promise<ReadonlySet<string>> {
  const { results } = await db
    .prepare(
      `SELECT w.due_at, w.id FROM json_each(?1) j
       CROSS JOIN work w ON w.due_at = j.value->>'dueAt' AND w.id = j.value->>'id'`,
    )
    .bind(JSON.stringify(keys.map(({ dueAt, id }) => ({ dueAt, id }))))
    .all<{ due_at: number; id: string }>()
  return new Set(results.map((row) => workKeyText({ dueAt: row.due_at, id: row.id })))
}

export const workKeyText = (key: WorkRef): string => `${key.dueAt}|${key.id}`

/** Gives the rows a new due time; the ids of those that were still there. Whoever holds the old key finds nothing. */
export async function postponeWork(
  db: D1Database,
  keys: readonly WorkRef[],
  dueAt: EpochMs,
): Promise<ReadonlySet<string>> {
  const { results } = await db
    .prepare(
      `UPDATE work SET due_at = ?2
       WHERE (due_at, id) IN (SELECT value->>'dueAt', value->>'id' FROM json_each(?1)) RETURNING id`,
    )
    .bind(JSON.stringify(keys.map(({ dueAt, id }) => ({ dueAt, id }))), dueAt)
    .all<{ id: string }>()
  return new Set(results.map(({ id }) => id))
}

/** The rows due before `now`, oldest first. `after` (the last row seen) pages on. */
export async function overdueWork(
  db: D1Database,
  now: EpochMs,
  limit: number,
  after: WorkRef = { dueAt: 0, id: '' },
): Promise<WorkRow[]> {
  const { results } = await db
    .prepare(
      `SELECT due_at AS dueAt, id, kind, realm, body FROM work
       WHERE due_at < ?1 AND (due_at, id) > (?2, ?3) ORDER BY due_at, id LIMIT ?4`,
    )
    .bind(now, after.dueAt, after.id, limit)
    .all<WorkRow>()
  return results
}
