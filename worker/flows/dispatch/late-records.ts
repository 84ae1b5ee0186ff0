import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { RecordJob } from '#worker/jobs.ts'
import { bisect } from '#worker/lib/bisect.ts'
import { utf8Length } from '#worker/lib/bytes.ts'
import { chunksBySize } from '#worker/lib/chunks.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { RECORD_JOB_BYTES, RECORDS } from '#worker/queue-limits.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { changing } from '#worker/store/messages/around-change.ts'
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
}

/**
 * Puts rows that the ledger does not take now on the queue. Throws if that refuses too: then the sweep reviews the
 * claim.
 */
export async function queueRecords(platform: Platform, rows: OutcomeRows): Promise<void> {
  const { shard, at, records, refs, work } = rows
  for (let i = 0; i < records.length; i += RECORDS) {
    const part = records.slice(i, i + RECORDS)
    const ids = new Set(part.map(({ id }) => id))
    const job: RecordJob = { kind: 'record', shard, at, records: part, refs: refs.filter(({ id }) => ids.has(id)) }
    await platform.env.REPORT.send(job)
  }
  const sizeOf = (row: PlainWork | WorkRow): number => utf8Length(JSON.stringify(row)) + 1
  for (const part of chunksBySize(work, sizeOf, RECORD_JOB_BYTES)) {
    await platform.env.REPORT.send({ kind: 'record', shard, at, records: [], work: part })
  }
}

/**
 * Writes the outcomes of a job, and the work that follows from them. A row that the ledger refuses holds no other back; the
 * job then fails, so that it ends in the dead letters.
 */
export async function applyRecords(platform: Platform, job: RecordJob): Promise<void> {
  const { shard, at, records, refs = [], work = [] } = job
  const db = shardOfEnv(platform.env, shard)
  const failed = await bisect(records, async (part) => {
    const ids = new Set(part.map(({ id }) => id))
    const own = refs.filter(({ id }) => ids.has(id))
    const outcomes = await sealOutcomes(platform.keys, part, own)
    return changing(db, part, platform.now(), [
      recordStatement(db, outcomes.records, at),
      ...(own.length > 0 ? [refsStatement(db, outcomes.refs)] : []),
    ])
  })
  if (work.length > 0) await insertWorks(db, await sealWork(platform.keys, work)).run()
  const [first] = failed
  if (!first) return
  platform.log('message.unrecorded', { shard, messages: failed.length, reason: errorLabel(first.error) })
  throw first.error
}
