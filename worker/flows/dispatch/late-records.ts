import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { commitWhatHappened } from '#worker/flows/events/commit.ts'
import { audienceOf, emissionOf, transitionWatch } from '#worker/flows/events/emit.ts'
import { rebuildEvents } from '#worker/flows/events/events.ts'
import type { RecordJob } from '#worker/jobs.ts'
import { bisect } from '#worker/lib/bisect.ts'
import { utf8Length } from '#worker/lib/bytes.ts'
import { chunksBySize } from '#worker/lib/chunks.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { RECORD_JOB_BYTES, RECORDS } from '#worker/queue-limits.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { aroundChange, changing } from '#worker/store/messages/around-change.ts'
import { type AttemptRecord, recordStatement, sealOutcomes } from '#worker/store/messages/attempts.ts'
import { type RefWrite, refsStatement } from '#worker/store/messages/refs.ts'
import { insertWorks, type PlainWork, sealWork, type WorkRow } from '#worker/store/work.ts'

/** Rows that are written of a slice when its carrier has answered. */
export interface OutcomeRows {
  readonly shard: number
  readonly at: EpochMs
  readonly records: readonly AttemptRecord[]
  readonly refs: readonly RefWrite[]
  readonly work: readonly (PlainWork | WorkRow)[]
  /** Set if nobody has told the events of these outcomes. */
  readonly isUntold?: true
}

/**
 * Puts rows that the ledger does not take now on the queue. Throws if that refuses too: then the sweep reviews the
 * claim.
 */
export async function queueRecords(platform: Platform, rows: OutcomeRows): Promise<void> {
  const { shard, at, records, refs, work, isUntold } = rows
  const untold = isUntold ? { isUntold } : {}
  for (let i = 0; i < records.length; i += RECORDS) {
    const part = records.slice(i, i + RECORDS)
    const ids = new Set(part.map(({ id }) => id))
    const own = refs.filter(({ id }) => ids.has(id))
    const job: RecordJob = { kind: 'record', shard, at, records: part, refs: own, ...untold }
    await platform.env.REPORT.send(job)
  }
  const sizeOf = (row: PlainWork | WorkRow): number => utf8Length(JSON.stringify(row)) + 1
  for (const part of chunksBySize(work, sizeOf, RECORD_JOB_BYTES)) {
    await platform.env.REPORT.send({ kind: 'record', shard, at, records: [], work: part })
  }
}

/**
 * Runs the statements that write these outcomes of one realm, and tells their events. An outcome that changed nothing, because
 * another had been written of its attempt, has none.
 */
async function writeAndTell(
  platform: Platform,
  shard: number,
  part: readonly AttemptRecord[],
  statements: readonly D1PreparedStatement[],
): Promise<void> {
  const [first] = part
  if (!first) return
  const { realm } = first
  const now = platform.now()
  const { before, after } = aroundChange(shardOfEnv(platform.env, shard), part, now)
  const watch = transitionWatch({ realm, shard }, part, now)
  await commitWhatHappened(platform, [...before, ...statements, ...after], watch, async () =>
    emissionOf(await audienceOf(platform, realm, shard), await rebuildEvents(platform, realm, part), now),
  )
}

/**
 * Writes the outcomes of a job, and the work that follows from them. A row that the ledger refuses holds no other back; the
 * job then fails, so that it ends in the dead letters.
 */
export async function applyRecords(platform: Platform, job: RecordJob): Promise<void> {
  const { shard, at, records, refs = [], work = [], isUntold } = job
  const db = shardOfEnv(platform.env, shard)
  const failed = await bisect(records, async (part) => {
    const ids = new Set(part.map(({ id }) => id))
    const own = refs.filter(({ id }) => ids.has(id))
    const outcomes = await sealOutcomes(platform.keys, part, own)
    const statements = [
      recordStatement(db, outcomes.records, at),
      ...(own.length > 0 ? [refsStatement(db, outcomes.refs)] : []),
    ]
    if (isUntold) await writeAndTell(platform, shard, part, statements)
    else await changing(db, part, platform.now(), statements)
  })
  if (work.length > 0) await insertWorks(db, await sealWork(platform.keys, work)).run()
  const [first] = failed
  if (!first) return
  platform.log('message.unrecorded', { shard, messages: failed.length, reason: errorLabel(first.error) })
  throw first.error
}
