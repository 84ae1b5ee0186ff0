import type { EpochMs } from '#worker/domain/time.ts'
import { ALTERED } from '#worker/store/keys/altered.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { keyOwnerOf } from '#worker/store/keys/rows.ts'
import { openText, sealText } from '#worker/store/keys/sealed.ts'
import { columnNames, columnsOf, insertFrom, insertOne } from '#worker/store/sql/columns.ts'
import { tupleOf } from '#worker/store/sql/tuple.ts'
import { work } from './ledger-schema.ts'

/**
 * Work that must be done by `dueAt`, or the sweep does it. `worker/jobs.ts` writes and reads kinds and bodies. The body is as it
 * is stored: sealed if its kind has people's words or addresses, else ids in clear.
 */
export type WorkRow = Readonly<typeof work.$inferSelect>

/** Row whose body is sealed before it is written. */
export interface PlainWork extends Omit<WorkRow, 'body'> {
  readonly plain: string
}

/** The due time is no part of the place, because a row is put off with its body as it is. */
const placeOf = ({ id, kind }: Pick<WorkRow, 'id' | 'kind'>) => ['work', id, kind, 'body'] as const

/** Seals rows for writing, under keys of their tenant and the month in which they are due; what holds only ids stays as it is. */
export async function sealWork(keys: Keyring, rows: readonly (PlainWork | WorkRow)[]): Promise<readonly WorkRow[]> {
  const sealed: WorkRow[] = []
  for (const row of rows) {
    if (!('plain' in row)) {
      sealed.push(row)
      continue
    }
    const { plain, ...rest } = row
    // One after the other: the first of a tenant may have to read its keys, and the others find them.
    const own = await keys.sealer(keyOwnerOf(row.realm), row.dueAt)
    sealed.push({ ...rest, body: await sealText(own, plain, placeOf(row)) })
  }
  return sealed
}

/**
 * The body of a row does not open: its keys are gone, or it was altered. Nobody can read it unless a copy of the table `keys`, or
 * of the row, comes back.
 */
export class WorkUnopened extends Error {
  override readonly name = 'WorkUnopened'
  readonly isAltered: boolean

  constructor(isAltered: boolean) {
    super(isAltered ? 'a work row was altered' : 'the keys of a work row are gone')
    this.isAltered = isAltered
  }
}

/** Opens the body of a sealed row; throws `WorkUnopened` if it does not open. */
export async function openWork(keys: Keyring, row: WorkRow): Promise<string> {
  const plain = await openText(keys, keyOwnerOf(row.realm), row.body, placeOf(row))
  if (typeof plain !== 'string') throw new WorkUnopened(plain === ALTERED)
  return plain
}

/** Key of a row on its shard. */
type WorkRef = Pick<WorkRow, 'dueAt' | 'id'>

export const WORK = tupleOf<WorkRow>()(columnNames(work), {})
const REF = tupleOf<WorkRef>()(['dueAt', 'id'], {})
const INSERT = `${insertOne(work)} ON CONFLICT DO NOTHING`
const INSERT_ROWS = `${insertFrom(work, WORK)} WHERE true ON CONFLICT DO NOTHING`
const COLUMNS = columnsOf(work)

/** Writes a row. One that is there already stays as it is, so that a repeated batch changes nothing. */
export const insertWork = (db: D1Database, row: WorkRow): D1PreparedStatement =>
  db.prepare(INSERT).bind(...WORK.row(row, 0))

/** Writes many rows in one statement, as `insertWork` does. */
export const insertWorks = (db: D1Database, rows: readonly WorkRow[]): D1PreparedStatement =>
  db.prepare(INSERT_ROWS).bind(WORK.json(rows))

export function deleteWork(db: D1Database, key: WorkRef): D1PreparedStatement {
  return db.prepare('DELETE FROM work WHERE due_at = ?1 AND id = ?2').bind(key.dueAt, key.id)
}

/** Deletes many rows in one statement. */
export function deleteWorks(db: D1Database, keys: readonly WorkRef[]): D1PreparedStatement {
  return db
    .prepare(`DELETE FROM work WHERE (due_at, id) IN (SELECT ${REF.values} FROM json_each(?1) j)`)
    .bind(REF.json(keys))
}

/** Answers which of the rows are still there, as `<dueAt>|<id>`. */
export async function presentWork(db: D1Database, keys: readonly WorkRef[]): Promise<ReadonlySet<string>> {
  const { results } = await db
    .prepare(
      `SELECT ${columnsOf(work, REF.names, 'w')} FROM json_each(?1) j
       CROSS JOIN work w ON w.due_at = ${REF.at.dueAt} AND w.id = ${REF.at.id}`,
    )
    .bind(REF.json(keys))
    .all<WorkRef>()
  return new Set(results.map(workKeyText))
}

export const workKeyText = (key: WorkRef): string => `${key.dueAt}|${key.id}`

/**
 * Gives the rows a new due time, so that jobs that hold the old key find nothing. Answers the ids of rows that were still
 * there.
 */
export async function postponeWork(
  db: D1Database,
  keys: readonly WorkRef[],
  dueAt: EpochMs,
): Promise<ReadonlySet<string>> {
  const { results } = await db
    .prepare(
      `UPDATE work SET due_at = ?2
       WHERE (due_at, id) IN (SELECT ${REF.values} FROM json_each(?1) j) RETURNING id`,
    )
    .bind(REF.json(keys), dueAt)
    .all<{ id: string }>()
  return new Set(results.map(({ id }) => id))
}

/** Reads the rows due before `now`, oldest first, from the one after `after` on. */
export async function overdueWork(
  db: D1Database,
  now: EpochMs,
  limit: number,
  after: WorkRef = { dueAt: 0, id: '' },
): Promise<WorkRow[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM work
       WHERE due_at < ?1 AND (due_at, id) > (?2, ?3) ORDER BY due_at, id LIMIT ?4`,
    )
    .bind(now, after.dueAt, after.id, limit)
    .all<WorkRow>()
  return results
}
