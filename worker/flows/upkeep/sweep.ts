/*
 * What should have happened and did not, every minute: each overdue row of `work` by its kind. SWEEPS below says which flow
 * finishes which kind; a new kind of work is a line there.
 */

import type { RequestId } from '#worker/domain/ids.ts'
import { type EpochMs, MINUTE } from '#worker/domain/time.ts'
import { sendQueue } from '#worker/env.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { commit } from '#worker/flows/events/commit.ts'
import { audienceOf, emissionOf } from '#worker/flows/events/emit.ts'
import { rebuildEvents } from '#worker/flows/events/events.ts'
import { type TransitionSet, unpackTransitions } from '#worker/flows/events/id-sets.ts'
import { requeueLostJobs } from '#worker/flows/events/notify/requeue-lost.ts'
import { applyPartial } from '#worker/flows/inbound/inbound.ts'
import { reviewParkedReport } from '#worker/flows/reports/parked.ts'
import { endOverdueReports, type SubmittedSet } from '#worker/flows/reports/report-deadline.ts'
import { type ClaimedSet, reviewClaim } from '#worker/flows/reports/stale-claims.ts'
import type { ReportJob, SendJob } from '#worker/jobs.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { boundShards, shardOfEnv } from '#worker/store/ledger.ts'
import { deleteWork, insertWork, overdueWork, type WorkRow } from '#worker/store/work.ts'

/** Rows looked at a time, and rows of one run: what is left is there at the next. */
const PAGE = 50
const RUN_LIMIT = 2_000
/** A row that fails is looked at again after this. */
const AGAIN = 5 * MINUTE

interface Overdue {
  readonly platform: Platform
  readonly shard: number
  readonly row: WorkRow
  readonly now: EpochMs
}
type Sweep = (overdue: Overdue) => Promise<void>

const done = ({ platform, shard, row }: Overdue) => deleteWork(shardOfEnv(platform.env, shard), row).run()

/** Sends a next attempt again whose queue message was lost; the claim drops it if it was not. */
async function resend({ platform, shard, row, now }: Overdue): Promise<void> {
  const job = JSON.parse(row.body) as SendJob
  const work = { shard, dueAt: now + AGAIN, id: crypto.randomUUID() }
  const again: SendJob = { ...job, work }
  const db = shardOfEnv(platform.env, shard)
  await db.batch([
    deleteWork(db, row),
    insertWork(db, { ...row, dueAt: work.dueAt, id: work.id, body: JSON.stringify(again) }),
  ])
  await sendQueue(platform.env, job.channel).send(again)
}

/** Makes events again from the ledger and sends them under the same ids. */
async function reemitEvents({ platform, shard, row, now }: Overdue): Promise<void> {
  const transitions = unpackTransitions(row.realm, JSON.parse(row.body) as TransitionSet)
  const events = await rebuildEvents(platform, row.realm, transitions)
  const emission = emissionOf(await audienceOf(platform, row.realm, shard), events, now)
  await commit(platform, [deleteWork(shardOfEnv(platform.env, shard), row)], emission)
}

/** What is done with overdue work, by kind. */
const SWEEPS: Readonly<Record<string, Sweep>> = {
  send: resend,
  events: reemitEvents,
  notify: async ({ platform, shard, row, now }) => {
    await requeueLostJobs(platform, shard, [row], now)
  },
  claim: async (overdue) => {
    const { platform, shard, row, now } = overdue
    await reviewClaim(platform, shard, row.realm, JSON.parse(row.body) as ClaimedSet, now)
    await done(overdue)
  },
  'report-deadline': async (overdue) => {
    const { platform, shard, row, now } = overdue
    await endOverdueReports(platform, shard, row.realm, JSON.parse(row.body) as SubmittedSet, now)
    await done(overdue)
  },
  'parked-report': async (overdue) => {
    await reviewParkedReport(overdue.platform, JSON.parse(overdue.row.body) as ReportJob, overdue.now)
    await done(overdue)
  },
  'inbound-parts': async (overdue) => {
    const { connectionId, groupKey, jobId } = JSON.parse(overdue.row.body) as {
      connectionId: ReportJob['connectionId']
      groupKey: string
      jobId: RequestId
    }
    await applyPartial(overdue.platform, connectionId, groupKey, jobId)
    await done(overdue)
  },
}

async function sweepShard(platform: Platform, shard: number, now: EpochMs): Promise<number> {
  const db = shardOfEnv(platform.env, shard)
  let swept = 0
  let after: { dueAt: EpochMs; id: string } | undefined
  while (swept < RUN_LIMIT) {
    const rows = await overdueWork(db, now, PAGE, after)
    for (const row of rows) {
      try {
        const sweep = SWEEPS[row.kind]
        if (!sweep) throw new TypeError(`no sweep knows work of the kind ${row.kind}`)
        await sweep({ platform, shard, row, now })
      } catch (error) {
        platform.log('sweep.failed', { shard, kind: row.kind, reason: errorLabel(error) })
      }
    }
    swept += rows.length
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) break
    after = { dueAt: last.dueAt, id: last.id }
  }
  return swept
}

/** Does what is overdue on every shard. `now` is the cron's scheduled time, so the clock can be moved from outside. */
export async function sweep(platform: Platform, now: EpochMs): Promise<void> {
  const clocked: Platform = { ...platform, now: () => Math.max(now, platform.now()) }
  for (const shard of boundShards(platform.env)) {
    const swept = await sweepShard(clocked, shard, now)
    if (swept > 0) platform.log('sweep.done', { shard, rows: swept })
  }
}
