/*
 * Counts the messages of a shard, every minute (docs/decisions/0059-roll-ups.md). Each row is read twice.
 * 1. What is twenty minutes old is read for good: its counts become a change that waits, and every later write of such a message
 *    notes how it stood (store/statistics/before.ts).
 * 2. Changes that wait are added to the rows of their days, and deleted.
 * 3. What was accepted since the last run is read for the first time, and shown as it stands until 1.
 */

import { type EpochMs, MINUTE, SECOND } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { FIRM_AFTER } from '#worker/store/statistics/before.ts'
import { waitingChanges } from '#worker/store/statistics/changes.ts'
import { countFirm, countFresh, oldestMessage } from '#worker/store/statistics/count.ts'
import { addChanges, addFresh } from '#worker/store/statistics/days.ts'
import { beginProgress, type Progress, readProgress } from '#worker/store/statistics/progress.ts'

/** Time in which what was accepted is mostly written down: fresh counts end so long before a run. */
const FRESH_AFTER = 15 * SECOND
/** Messages are read for good only once so much of them is old enough, because each time costs rows of its own. */
const FIRM_ONCE = 10 * MINUTE
/** Rows of one statement, about: the shard does nothing else while it runs. After few the next step is longer. */
const MOST_ROWS = 20_000
const FEW_ROWS = 4_000
const STEPS = { least: SECOND, most: 24 * 60 * MINUTE } as const
/** Divisor of a step that found more than a database gives in one text: 2 MB, some 50,000 messages of a realm. */
const SHORTER = 8
/** Steps, and pages of changes, of one run. */
const RUN_STEPS = 50
const RUN_PAGES = 50

/** Another run counts the same shard: it goes on, and this one ends. */
class Overtaken extends Error {}

const stepAfter = (step: number, rows: number): number =>
  rows > MOST_ROWS
    ? Math.max(STEPS.least, Math.floor(step / 2))
    : rows < FEW_ROWS
      ? Math.min(STEPS.most, step * 2)
      : step

/** Answer of a statement that failed, and may do with a shorter step. */
const TOO_LONG = 'too long'

/** Reads by a statement, which fails for good only if no shorter step is left. */
async function orTooLong<Answer>(step: number, read: () => Promise<Answer>): Promise<Answer | typeof TOO_LONG> {
  try {
    return await read()
  } catch (error) {
    if (step <= STEPS.least) throw error
    return TOO_LONG
  }
}

const shorter = (progress: Progress): Progress => ({
  ...progress,
  step: Math.max(STEPS.least, Math.floor(progress.step / SHORTER)),
})

/** Progress that follows one, with a mark of its own. */
const following = (progress: Progress, more: Partial<Progress>) => ({
  mark: progress.token,
  next: { ...progress, ...more, token: crypto.randomUUID() },
})

/** Time up to which the next step reads for good: whole pieces that were counted fresh, or a step; null: nothing is due. */
async function nextFirm(db: D1Database, { bounds, step }: Progress, target: EpochMs): Promise<EpochMs | null> {
  const [firm, ...fresh] = bounds
  if (firm === 0) return Math.min((await oldestMessage(db)) ?? target, target)
  if (fresh.length === 0) return target > firm ? Math.min(target, firm + step) : null
  return (
    fresh.findLast((bound) => bound <= Math.min(target, firm + step)) ?? fresh.find((bound) => bound <= target) ?? null
  )
}

/** Reads for good what is older than `target`. */
async function readFirm(db: D1Database, start: Progress, target: EpochMs): Promise<Progress> {
  let progress = start
  if (progress.bounds[0] > target - FIRM_ONCE) return progress
  for (let n = 0; n < RUN_STEPS; n++) {
    const [from, ...fresh] = progress.bounds
    const until = await nextFirm(db, progress, target)
    if (until === null) break
    const advanced = following(progress, { bounds: [until, ...fresh.filter((bound) => bound > until)] })
    const rows = await orTooLong(progress.step, () => countFirm(db, { from, until, ...advanced }))
    if (rows === null) throw new Overtaken()
    progress = rows === TOO_LONG ? shorter(progress) : { ...advanced.next, step: stepAfter(progress.step, rows) }
  }
  return progress
}

/** Adds to the counts what waits. */
async function addWaiting(db: D1Database, start: Progress): Promise<Progress> {
  let progress = start
  for (let n = 0; n < RUN_PAGES; n++) {
    const waiting = await waitingChanges(db)
    if (waiting.numbers.length === 0) break
    const advanced = following(progress, {})
    if (!(await addChanges(db, waiting, advanced))) throw new Overtaken()
    progress = advanced.next
  }
  return progress
}

/** Reads for the first time what was accepted up to `end`. What waits to be read for good is not shown before that. */
async function readFresh(db: D1Database, start: Progress, end: EpochMs, target: EpochMs): Promise<void> {
  let progress = start
  for (let n = 0; n < RUN_STEPS; n++) {
    const from = progress.bounds.at(-1) ?? 0
    if (from >= end || from < target - 2 * FIRM_ONCE) return
    const until = Math.min(end, from + progress.step)
    const counted = await orTooLong(progress.step, () => countFresh(db, from, until))
    if (counted === TOO_LONG) {
      progress = shorter(progress)
      continue
    }
    const [firm, ...fresh] = progress.bounds
    const advanced = following(progress, { bounds: [firm, ...fresh, until] })
    if (!(await addFresh(db, counted, from, advanced))) throw new Overtaken()
    progress = advanced.next
  }
}

/**
 * Counts the messages of a shard up to now. `now` is the cron's scheduled time: where that is ahead of the clock, the clock
 * counts, because writes go by it. A failure is logged: the next run goes on where this one ended.
 */
export async function countMessages(platform: Platform, shard: number, now: EpochMs): Promise<void> {
  const db = shardOfEnv(platform.env, shard)
  const clock = platform.now()
  try {
    const begun = (await readProgress(db)) ?? (await beginProgress(db))
    const target = Math.min(now, clock) - FIRM_AFTER
    const progress = await addWaiting(db, await readFirm(db, begun, target))
    await readFresh(db, progress, Math.min(now - FRESH_AFTER, clock), target)
  } catch (error) {
    if (!(error instanceof Overtaken)) platform.log('statistics.failed', { shard, reason: errorLabel(error) })
  }
}
