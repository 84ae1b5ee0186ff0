import type { Platform } from '#worker/flows/core/platform.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { deleteWorks, insertWorks, type WorkRow } from '#worker/store/work.ts'
import { type Emission, emit, nothingToTell } from './emit.ts'

/** What a batch answered: one result a statement, in the order of the statements. */
type Results<Row> = readonly D1Result<Row>[]

async function write<Row>(
  platform: Platform,
  statements: readonly D1PreparedStatement[],
  { shard, rows }: Emission,
): Promise<Results<Row>> {
  if (statements.length === 0 && rows.length === 0) return []
  const db = shardOfEnv(platform.env, shard)
  const batch = rows.length > 0 ? [...statements, insertWorks(db, rows)] : [...statements]
  return (await db.batch<Row>(batch)).slice(0, statements.length)
}

/** Rows of `of` that `others` has not. */
const missingIn = (others: readonly WorkRow[], of: readonly WorkRow[]): readonly WorkRow[] => {
  const present = new Set(others.map(({ id }) => id))
  return of.filter(({ id }) => !present.has(id))
}

async function replaceRows(platform: Platform, written: Emission, told: Emission): Promise<void> {
  if (written === told) return
  const db = shardOfEnv(platform.env, written.shard)
  const dropped = missingIn(told.rows, written.rows)
  const added = missingIn(written.rows, told.rows)
  const batch = [
    ...(dropped.length > 0 ? [deleteWorks(db, dropped)] : []),
    ...(added.length > 0 ? [insertWorks(db, added)] : []),
  ]
  if (batch.length > 0) await db.batch(batch)
}

/**
 * Makes a change of state on the emission's shard: writes the statements and the work rows of its events in one batch, then
 * sends the events. A caller that dies in between has lost nothing, for the sweep finds the rows. Answers the results of the
 * statements.
 */
export async function commit<Row>(
  platform: Platform,
  statements: readonly D1PreparedStatement[],
  emission: Emission,
): Promise<Results<Row>> {
  const results = await write<Row>(platform, statements, emission)
  await emit(platform, emission)
  return results
}

/**
 * `commit` of a change of which only the ledger can say what came of it. The rows of `expected` are written with the
 * statements; `happened` then makes of their results what is told, and rows that this does not need are dropped. Both
 * emissions are of one shard.
 */
export async function commitWhatHappened<Row>(
  platform: Platform,
  statements: readonly D1PreparedStatement[],
  expected: Emission,
  happened: (results: Results<Row>) => Emission | Promise<Emission>,
): Promise<Results<Row>> {
  const results = await write<Row>(platform, statements, expected)
  const told = await happened(results)
  await replaceRows(platform, expected, told)
  await emit(platform, told)
  return results
}

/** `commit` of a statement that may find nothing to change: then nothing is told. Says whether it changed a row. */
export async function commitIfChanged(
  platform: Platform,
  statement: D1PreparedStatement,
  emission: Emission,
): Promise<boolean> {
  const isChange = ([result]: Results<unknown>): boolean => (result?.meta.changes ?? 0) > 0
  const results = await commitWhatHappened(platform, [statement], emission, (found) =>
    isChange(found) ? emission : nothingToTell(emission.shard),
  )
  return isChange(results)
}
