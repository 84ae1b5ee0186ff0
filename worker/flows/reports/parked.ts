import { DAY, type EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { ReportJob } from '#worker/jobs.ts'
import { insertDeadLetters } from '#worker/store/dead-letters.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { applyReports } from './report.ts'

/** Time after which a report without a message becomes a dead letter. */
const PARKED_LIMIT = DAY

/** Applies a parked report, whose message may be recorded by now. */
export async function reviewParkedReport(platform: Platform, job: ReportJob, now: EpochMs): Promise<void> {
  if (now - job.receivedAt < PARKED_LIMIT) return applyReports(platform, [job])
  await insertDeadLetters(shardOfEnv(platform.env, 0), platform.keys, [
    {
      id: crypto.randomUUID(),
      queue: 'report',
      kind: 'report',
      realm: '',
      reason: 'no message for this report',
      at: now,
      items: job.receipts.length,
      job: { json: JSON.stringify(job) },
    },
  ])
}
