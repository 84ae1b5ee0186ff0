import type { Platform } from '#worker/flows/core/platform.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { deleteWorks, insertWorks, type PlainWork, sealWork, type WorkRow } from '#worker/store/work.ts'
import { type Emission, emit, nothingToTell } from './emit.ts'

/** Results of a batch, in the order of its statements. */
type Results<Row> = readonly D1Result<Row>[]

async function write<Row>(
  platform: Platform,
  statements: readonly D1PreparedStatement[],
  { shard, rows }: Emission,
): Promise<Results<Row>> {
  if (statements.length === 0 && rows.length === 0) return []
  const db = shardOfEnv(platform.env, shard)
  const work = await sealWork(platform.keys, rows)
  const batch = work.length > 0 ? [...statements, insertWorks(db, work)] : [...statements]
  return (await db.batch<Row>(batch)).slice(0, statements.length)
}

/** Picks the rows of `of` that are not in `others`. */
const missingIn = <Row extends PlainWork | WorkRow>(
  others: readonly (PlainWork | WorkRow)[],
  of: readonly Row[],
): readonly Row[] => {
  const present = new Set(others.map(({ id }) => id))
  return of.filter(({ id }) => !present.has(id))
}

async function replaceRows(platform: Platform, written: Emission, told: Emission): Promise<void> {
  if (written === told) return
  const db = shardOfEnv(platform.env, written.shard)
  const dropped = missingIn(told.rows, written.rows)
  const added = await sealWork(platform.keys, missingIn(written.rows, told.rows))
  const batch = [
    ...(dropped.length > 0 ? [deleteWorks(db, dropped)] : []),
    ...(added.length > 0 ? [insertWorks(db, added)] : []),
  ]
  if (batch.length > 0) await db.batch(batch)
}

/**
 * Changes state and tells of it: runs the statements and writes the work rows of the events in one batch on the emission's
 * shard, then sends the events. If the caller dies in between, the sweep finds the rows. Answers the results of the statements.
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
 * Commits statements whose events depend on their results. The rows of `expected` are written with the statements, so that a
 * crash loses no event; `happened` then makes the emission that is sent, whose rows take the place of the expected ones. Both
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

/**
 * Commits statements that may find nothing to change, and tells of it only if one of them returned a row. Answers whether it did.
 */
export async function commitIfTold(
  platform: Platform,
  statements: readonly D1PreparedStatement[],
  emission: Emission,
): Promise<boolean> {
  const isChange = (results: Results<unknown>): boolean => results.some(({ results: rows }) => rows.length > 0)
  const results = await commitWhatHappened(platform, statements, emission, (found) =>
    isChange(found) ? emission : nothingToTell(emission.shard),
  )
  return isChange(results)
}
