/*
 * Advances messages by their carriers' reports. A report that comes twice, late or out of order changes nothing.
 * 1. findMessages(): the message of each receipt, by our ref or by the carrier's.
 * 2. dispatch/next-attempt-after-report.ts: a receipt that ends only an attempt (a busy line) opens the next one.
 * 3. applyOnShard(): of several receipts for one message the highest rank is applied; events/commit.ts writes the change
 *    with the
 *    work row of its events, and sends these.
 * 4. carrier-blocks.ts: recipients whom the carrier blocks become suppressions.
 * 5. append-receipts.ts: receipts that change nothing go into the timelines.
 * 6. keepMissing(): receipts whose message is not recorded yet are applied later; parked.ts gives up after a day.
 * The sweep calls report-deadline.ts (no report came in 72 hours) and stale-claims.ts (outcomes that were never written).
 */

import { asksSuppression } from '#worker/domain/carriers/provider.ts'
import type { ConnectionId } from '#worker/domain/ids.ts'
import { parseAttemptRef, shardOf } from '#worker/domain/ids.ts'
import { eventTypeOf } from '#worker/domain/messages/events.ts'
import { rankOf, STATUS_CODES } from '#worker/domain/messages/status.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import { type EpochMs, HOUR, MINUTE, SECOND } from '#worker/domain/time.ts'
import { policyNow } from '#worker/flows/core/admission.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import {
  openNextAttempts,
  type ReportOnShard,
  type Resolved,
} from '#worker/flows/dispatch/next-attempt-after-report.ts'
import { commitWhatHappened } from '#worker/flows/events/commit.ts'
import { type Emission, isHeard, splitNotifyJob, transitionRow } from '#worker/flows/events/emit.ts'
import { messageEvent, subjectOfRow } from '#worker/flows/events/events.ts'
import { tellReportedCodes } from '#worker/flows/verifications/tell-recipients.ts'
import { type HeardReceipt, type NotifyJob, type ReportJob, sealedWorkRow } from '#worker/jobs.ts'
import { bisect } from '#worker/lib/bisect.ts'
import { boundShards, shardOfEnv } from '#worker/store/ledger.ts'
import { aroundChange } from '#worker/store/messages/around-change.ts'
import { partiesOf, statesOf } from '#worker/store/messages/reads.ts'
import { askedRefs, resolveRefs } from '#worker/store/messages/refs.ts'
import { type ChangedRow, type ClosedRow, changedRows, closedRow, type RawRow } from '#worker/store/messages/rows.ts'
import { sealEntries } from '#worker/store/messages/sealed.ts'
import { reportStatement } from '#worker/store/messages/writes.ts'
import { insertWorks, type PlainWork, sealWork, type WorkRow } from '#worker/store/work.ts'
import { appendRest, changeOf } from './append-receipts.ts'
import { type BlockedMessage, blockReported } from './carrier-blocks.ts'

/** Time for which the queue redelivers a report whose message is not recorded yet; then it is parked for the sweep. */
const EARLY_LIMIT = 10 * MINUTE
/** Seconds until an early report is applied once more. Most are early by a moment. */
const earlyDelay = (waited: EpochMs): number => (waited < 10 * SECOND ? 2 : 15)
/** Time between two looks for the message of a parked report. */
const PARKED_WAIT = HOUR
/** Most receipts whose events share one work row and one notify job. */
const CHUNK = 500

interface Resolution {
  readonly byShard: ReadonlyMap<number, readonly Resolved[]>
  readonly missing: readonly HeardReceipt[]
}

/** Finds the messages of receipts: by our ref, which names tenant and shard, or by the carrier's, on every shard. */
async function findMessages(
  platform: Platform,
  connection: ConnectionId,
  receipts: readonly HeardReceipt[],
): Promise<Resolution> {
  const shards = boundShards(platform.env)
  const byShard = new Map<number, Resolved[]>(shards.map((shard) => [shard, []]))
  const theirs = new Map<string, HeardReceipt[]>()
  for (const receipt of receipts) {
    const parsed = 'attemptRef' in receipt ? parseAttemptRef(receipt.attemptRef) : null
    const shard = parsed ? byShard.get(shardOf(parsed.id)) : undefined
    if (parsed && shard) {
      shard.push({ realm: parsed.realm, id: parsed.id, receipt })
    } else if ('providerRef' in receipt && receipt.providerRef !== undefined) {
      const same = theirs.get(receipt.providerRef)
      if (same) same.push(receipt)
      else theirs.set(receipt.providerRef, [receipt])
    }
  }
  const asked = new Map(theirs.size === 0 ? [] : await askedRefs(platform.keys, connection, theirs.keys()))
  for (const shard of shards) {
    if (theirs.size === 0) break
    const rows = await resolveRefs(shardOfEnv(platform.env, shard), connection, asked)
    for (const row of rows) {
      for (const receipt of theirs.get(row.ref) ?? []) {
        byShard.get(shard)?.push({ realm: row.realm, id: row.messageId, receipt, refKey: row.refKey })
      }
      theirs.delete(row.ref)
      asked.delete(row.refKey)
    }
  }
  return { byShard, missing: [...theirs.values()].flat() }
}

/** Keeps the receipt of the highest rank for each message, for in one SQL statement any of several could win. */
function collapse(receipts: readonly Resolved[]): { best: Resolved[]; others: Resolved[] } {
  const best = new Map<string, Resolved>()
  const others: Resolved[] = []
  for (const next of receipts) {
    const present = best.get(next.id)
    if (!present) best.set(next.id, next)
    else if (rankOf(next.receipt.status) > rankOf(present.receipt.status)) {
      best.set(next.id, next)
      others.push(present)
    } else others.push(next)
  }
  return { best: [...best.values()], others }
}

/** Receipts of one tenant whose events somebody hears and go in one job, with the work row that is written beside the change. */
interface Chunk {
  readonly realm: Realm
  readonly receipts: readonly Resolved[]
  readonly row: WorkRow
}

async function chunksOf(platform: Platform, resolved: readonly Resolved[], now: EpochMs): Promise<Chunk[]> {
  const chunks: Chunk[] = []
  for (const [realm, own] of Map.groupBy(resolved, (one) => one.realm)) {
    const policy = await policyNow(platform, tenantOf(realm))
    const heard = policy ? own.filter(({ receipt }) => isHeard(policy, realm, eventTypeOf(receipt.status))) : own
    for (let i = 0; i < heard.length; i += CHUNK) {
      const receipts = heard.slice(i, i + CHUNK)
      const transitions = receipts.map(({ id, receipt }) => ({ id, status: receipt.status }))
      chunks.push({ realm, receipts, row: transitionRow(realm, transitions, now) })
    }
  }
  return chunks
}

/**
 * The events of the messages that changed. Metadata can make a chunk's job larger than a queue message: it goes in
 * pieces.
 */
function emissionOfChunks(shard: number, chunks: readonly Chunk[], changed: ReadonlyMap<string, ChangedRow>): Emission {
  const jobs: NotifyJob[] = []
  const rows: (PlainWork | WorkRow)[] = []
  for (const { realm, receipts, row: watch } of chunks) {
    const events = receipts.flatMap(({ id, receipt }) => {
      const row = changed.get(id)
      const event = row ? messageEvent(subjectOfRow(row), receipt) : null
      return event ? [event] : []
    })
    if (events.length === 0) continue
    const work = { shard, dueAt: watch.dueAt, id: watch.id }
    const pieces = splitNotifyJob({ kind: 'notify', realm, events, work, attempt: 1 })
    jobs.push(...pieces.jobs)
    rows.push(watch, ...pieces.rows)
  }
  return { shard, jobs, rows }
}

interface Report extends ReportOnShard {
  readonly proof: ReportJob['proof']
}

/** Applies the receipts of one connection on one shard. Answers those whose message is not recorded yet. */
async function applyOnShard(
  platform: Platform,
  report: Report,
  receipts: readonly Resolved[],
): Promise<readonly HeardReceipt[]> {
  const { shard, db } = report
  const now = platform.now()
  const { live, early, past } = await openNextAttempts(platform, report, receipts)
  const { best, others } = collapse(live)
  const chunks = await chunksOf(platform, best, now)
  const changes = await sealEntries(
    platform.keys,
    best.map((one) => changeOf(one, report)),
  )
  let changed: ReadonlyMap<string, ClosedRow> = new Map()
  const { before, after } = aroundChange(db, changes, platform.now())
  await commitWhatHappened<RawRow>(
    platform,
    [...before, reportStatement(db, changes, report.connection, now), ...after],
    { shard, jobs: [], rows: chunks.map(({ row }) => row) },
    async (results) => {
      changed = new Map((results[before.length]?.results ?? []).map(closedRow).map((row) => [row.id, row]))
      const told = chunks.flatMap((chunk) => chunk.receipts.flatMap(({ id }) => changed.get(id) ?? []))
      const opened = await changedRows(platform.keys, told)
      return emissionOfChunks(shard, chunks, new Map(opened.map((row) => [row.id, row])))
    },
  )
  await tellReportedCodes(platform, [...changed.values()])
  await blockReported(platform, report, await blockedOf(platform, report, [...best, ...others], changed))
  const rest = [...best.filter(({ id }) => !changed.has(id)), ...others, ...past]
  return rest.length === 0 ? early : [...early, ...(await appendRest(platform, report, rest, now))]
}

/**
 * Applies receipts so that one whose message the ledger refuses to change holds no other back. Answers the first such
 * error too.
 */
async function applyApart(
  platform: Platform,
  report: Report,
  receipts: readonly Resolved[],
): Promise<{ readonly early: readonly HeardReceipt[]; readonly error: unknown }> {
  const early: HeardReceipt[] = []
  const failed = await bisect(receipts, async (part) => {
    early.push(...(await applyOnShard(platform, report, part)))
  })
  return { early, error: failed[0]?.error }
}

/**
 * True if the receipt counts though it changed nothing. What speaks of the recipient, a hard bounce or a complaint, counts
 * whatever the message's status: a server may deliver a mail first and learn later that nobody reads it. A carrier's block
 * counts only if the message stands as the receipt says, for a delivered one was not blocked.
 */
const agrees = (status: number, { status: reported, suppress }: HeardReceipt): boolean =>
  suppress !== undefined ||
  status === STATUS_CODES[reported] ||
  (reported === 'delivered' && status === STATUS_CODES.read)

/**
 * Messages that the carrier reports as blocked or complained about. A repeated report counts too, for the first may have
 * died before the suppression was written.
 */
async function blockedOf(
  { keys }: Pick<Platform, 'keys'>,
  { db, connection }: Report,
  receipts: readonly Resolved[],
  changed: ReadonlyMap<string, ClosedRow>,
): Promise<BlockedMessage[]> {
  const blocked = receipts.filter(({ receipt }) => asksSuppression(receipt))
  if (blocked.length === 0) return []
  const repeated = blocked.filter(({ id }) => !changed.has(id)).map(({ realm, id }) => [realm, id] as const)
  const states = repeated.length === 0 ? [] : await statesOf(db, keys, repeated)
  const ours = states.filter((row) => row.connectionId === connection).map(({ realm, id }) => [realm, id] as const)
  const [now, before] = await Promise.all([
    changedRows(
      keys,
      blocked.flatMap(({ id }) => changed.get(id) ?? []),
    ),
    ours.length === 0 ? [] : partiesOf(db, keys, ours),
  ])
  const rows = new Map<string, ChangedRow>([...now, ...before].map((row) => [row.id, row]))
  return blocked.flatMap(({ id, receipt }) => {
    const row = rows.get(id)
    return row && row.party !== '' && agrees(row.status, receipt) ? [{ row, receipt }] : []
  })
}

/** Puts receipts without a message back on the queue, and after ten minutes into a work row for the sweep. */
async function keepMissing(
  platform: Platform,
  job: Omit<ReportJob, 'receipts'>,
  receipts: readonly HeardReceipt[],
): Promise<void> {
  const now = platform.now()
  const later: ReportJob = { ...job, receipts }
  if (now - job.receivedAt < EARLY_LIMIT) {
    await platform.env.REPORT.send(later, { delaySeconds: earlyDelay(now - job.receivedAt) })
    return
  }
  const db = shardOfEnv(platform.env, 0)
  const row = sealedWorkRow(
    { kind: 'parked-report', body: later },
    { dueAt: now + PARKED_WAIT, id: crypto.randomUUID(), realm: '' as Realm },
  )
  await insertWorks(db, await sealWork(platform.keys, [row])).run()
  platform.log('report.parked', { connection: job.connectionId, receipts: receipts.length })
}

/** Applies the jobs of one connection and one proof, of which `first` is one. */
async function applyJobs(platform: Platform, first: ReportJob, jobs: readonly ReportJob[]): Promise<void> {
  const { connectionId: connection, proof } = first
  const named = first.channel === undefined ? undefined : platform.channels[first.channel]
  const receipts = jobs.flatMap((job) => job.receipts)
  const { byShard, missing } = await findMessages(platform, connection, receipts)
  const channel = named?.again ? named : null
  const by = proof === 'query' ? 'query' : 'report'
  const early: HeardReceipt[] = [...missing]
  let poison: unknown
  for (const [shard, own] of byShard) {
    const db = shardOfEnv(platform.env, shard)
    const applied = await applyApart(platform, { connection, proof, by, channel, shard, db }, own)
    early.push(...applied.early)
    poison ??= applied.error
  }
  if (early.length > 0) {
    const receivedAt = Math.min(...jobs.map((job) => job.receivedAt))
    await keepMissing(platform, { ...first, receivedAt }, early)
  }
  platform.log('report.applied', { connection, receipts: receipts.length, early: early.length })
  if (poison !== undefined) throw poison
}

/** Applies carriers' reports. After a throw all jobs must be redelivered, which changes nothing twice. */
export async function applyReports(platform: Platform, jobs: readonly ReportJob[]): Promise<void> {
  for (const own of Map.groupBy(jobs, (job) => `${job.connectionId}|${job.proof}`).values()) {
    if (own[0]) await applyJobs(platform, own[0], own)
  }
}
