/*
 * Does every minute the work that should have been done and was not.
 * 1. sweep() takes each shard in turn; sweepShard() reads its overdue rows of `work`, oldest first.
 * 2. sweepRow() gives a row to the flow that SWEEPS names for its kind; a new kind of work is a line there.
 * 3. The flow deletes the row when the work is done. What fails stays, and is found at the next run.
 * 4. fill-parties.ts fills what waits for the index by party.
 * 5. count-messages.ts and count-verifications.ts count for statistics.
 */

import { unpackTransitions } from '#worker/domain/messages/id-sets.ts'
import { DAY, type EpochMs, MINUTE } from '#worker/domain/time.ts'
import { sendQueue } from '#worker/env.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { commit } from '#worker/flows/events/commit.ts'
import { audienceOf, emissionOf } from '#worker/flows/events/emit.ts'
import { rebuildEvents } from '#worker/flows/events/events.ts'
import { requeueLostJobs } from '#worker/flows/events/notify/requeue-lost.ts'
import { applyPartial } from '#worker/flows/inbound/inbound.ts'
import { reviewParkedReport } from '#worker/flows/reports/parked.ts'
import { endOverdueReports } from '#worker/flows/reports/report-deadline.ts'
import { reviewClaim } from '#worker/flows/reports/stale-claims.ts'
import { type SendJob, sealedWorkRow, type WorkBody, type WorkKind, workBody } from '#worker/jobs.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { boundShards, shardOfEnv } from '#worker/store/ledger.ts'
import { tallyStatement } from '#worker/store/tallies.ts'
import { deleteWork, insertWorks, overdueWork, sealWork, type WorkRow, WorkUnopened } from '#worker/store/work.ts'
import { countMessages } from './count-messages.ts'
import { countVerifications } from './count-verifications.ts'
import { fillWaiting } from './fill-parties.ts'

/** Rows that are read at a time, and most rows of one run: the next run finds the others. */
const PAGE = 50
const RUN_LIMIT = 2_000
/** Time until a next attempt that was queued here is overdue once more. */
const REQUEUE_GRACE = 5 * MINUTE
/**
 * Time for which a row that does not open waits: a control database may have been restored to before its keys were made, and an
 * altered row may be brought back.
 */
const UNOPENED_GRACE = 7 * DAY

interface Overdue<Kind extends WorkKind> {
  readonly platform: Platform
  readonly shard: number
  readonly row: WorkRow
  readonly body: WorkBody<Kind>
  readonly now: EpochMs
}
type Sweep<Kind extends WorkKind> = (overdue: Overdue<Kind>) => Promise<void>

const forget = ({ platform, shard, row }: Overdue<WorkKind>) => deleteWork(shardOfEnv(platform.env, shard), row).run()

/** Queues a next attempt whose queue message was lost. If it was only late, the claim drops the second copy. */
async function requeue({ platform, shard, row, body, now }: Overdue<'send'>): Promise<void> {
  const work = { shard, dueAt: now + REQUEUE_GRACE, id: crypto.randomUUID() }
  const job: SendJob = { ...body, work }
  const db = shardOfEnv(platform.env, shard)
  const next = await sealWork(platform.keys, [
    sealedWorkRow({ kind: 'send', body: job }, { ...work, realm: row.realm }),
  ])
  await db.batch([deleteWork(db, row), insertWorks(db, next)])
  await sendQueue(platform.env, job.channel).send(job)
}

/** Makes the events of transitions from the ledger and sends them, under the ids that they always have. */
async function tellLostEvents({ platform, shard, row, body, now }: Overdue<'events'>): Promise<void> {
  const transitions = unpackTransitions(row.realm, body)
  const events = await rebuildEvents(platform, row.realm, transitions)
  const emission = emissionOf(await audienceOf(platform, row.realm, shard), events, now)
  await commit(platform, [deleteWork(shardOfEnv(platform.env, shard), row)], emission)
}

/** Makes a sweep that deletes the row after the work. If the work fails, the next run finds the row. */
const thenDone =
  <Kind extends WorkKind>(work: Sweep<Kind>): Sweep<Kind> =>
  async (overdue) => {
    await work(overdue)
    await forget(overdue)
  }

/** Sweeps by kind of work. */
const SWEEPS: { readonly [Kind in WorkKind]: Sweep<Kind> } = {
  send: requeue,
  events: tellLostEvents,
  notify: async ({ platform, shard, row, now }) => {
    await requeueLostJobs(platform, shard, [row], now)
  },
  claim: thenDone(({ platform, shard, row, body, now }) =>
    reviewClaim(platform, { ...body, realm: row.realm, shard }, now),
  ),
  'report-deadline': thenDone(({ platform, shard, row, body, now }) =>
    endOverdueReports(platform, { ...body, realm: row.realm, shard }, now),
  ),
  'parked-report': thenDone(({ platform, body, now }) => reviewParkedReport(platform, body, now)),
  'inbound-parts': thenDone(({ platform, body }) => applyPartial(platform, body)),
}

/**
 * Gives up a row that does not open, once it is overdue by so long that an operator would have brought back what it takes: its
 * content is lost, and it would be found for ever.
 */
async function giveUp(
  { platform, shard, row, now }: Omit<Overdue<WorkKind>, 'body'>,
  { isAltered }: WorkUnopened,
): Promise<boolean> {
  if (row.dueAt > now - UNOPENED_GRACE) return false
  const db = shardOfEnv(platform.env, shard)
  await db.batch([deleteWork(db, row), tallyStatement(db, { lost: 1 }, now)])
  platform.log(isAltered ? 'sweep.altered' : 'sweep.keys-gone', { shard, kind: row.kind, realm: row.realm })
  return true
}

const isKnown = (kind: string): kind is WorkKind => Object.hasOwn(SWEEPS, kind)

const sweepRow = async <Kind extends WorkKind>(kind: Kind, overdue: Omit<Overdue<Kind>, 'body'>): Promise<void> =>
  SWEEPS[kind]({ ...overdue, body: await workBody(kind, overdue.platform.keys, overdue.row) })

async function sweepShard(platform: Platform, shard: number, now: EpochMs): Promise<number> {
  const db = shardOfEnv(platform.env, shard)
  let swept = 0
  let after: { dueAt: EpochMs; id: string } | undefined
  while (swept < RUN_LIMIT) {
    const rows = await overdueWork(db, now, PAGE, after)
    for (const row of rows) {
      try {
        if (!isKnown(row.kind)) throw new TypeError(`no sweep knows work of the kind ${row.kind}`)
        await sweepRow(row.kind, { platform, shard, row, now })
      } catch (error) {
        if (error instanceof WorkUnopened && (await giveUp({ platform, shard, row, now }, error))) continue
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

/** Does the overdue work of every shard. `now` is the cron's scheduled time, so that tests can move the clock. */
export async function sweep(platform: Platform, now: EpochMs): Promise<void> {
  const clocked: Platform = { ...platform, now: () => Math.max(now, platform.now()) }
  for (const shard of boundShards(platform.env)) {
    const swept = await sweepShard(clocked, shard, now)
    if (swept > 0) platform.log('sweep.done', { shard, rows: swept })
    await fillWaiting(clocked, shard, now)
    await countMessages(platform, shard, now)
    await countVerifications(platform, shard)
  }
}
