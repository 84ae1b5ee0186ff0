import type { EpochMs } from '#worker/domain/time.ts'
import { type Changing, noteBefore } from '#worker/store/statistics/before.ts'
import { countMoves } from './batch-counts.ts'

/**
 * Statements that go before and behind those that change or insert messages of this realm or that, in one batch: they keep right
 * what is counted of messages over time, and of large batches.
 */
export function aroundChange(
  db: D1Database,
  messages: readonly Changing[],
  now: EpochMs,
): Readonly<Record<'before' | 'after', readonly D1PreparedStatement[]>> {
  const { before, after } = countMoves(db, messages)
  return { before: [...noteBefore(db, messages, now), ...before], after }
}

/** Runs statements in one batch that change or insert messages, between those that keep counts right. Answers their results. */
export async function changing<Row>(
  db: D1Database,
  messages: readonly Changing[],
  now: EpochMs,
  statements: readonly D1PreparedStatement[],
): Promise<readonly D1Result<Row>[]> {
  const { before, after } = aroundChange(db, messages, now)
  const results = await db.batch<Row>([...before, ...statements, ...after])
  return results.slice(before.length, before.length + statements.length)
}
