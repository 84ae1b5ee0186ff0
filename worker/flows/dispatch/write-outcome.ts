import type { Provider } from '#worker/domain/carriers/provider.ts'
import type { ConnectionId } from '#worker/domain/ids.ts'
import type { TenantEvent } from '#worker/domain/messages/events.ts'
import { packIds } from '#worker/domain/messages/id-sets.ts'
import type { Outcome, TimelineEntry } from '#worker/domain/messages/message.ts'
import type { MessageStatus } from '#worker/domain/messages/status.ts'
import { REPORT_DEADLINE } from '#worker/domain/messages/validity.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import { type EpochMs, SECOND } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { messageEvent } from '#worker/flows/events/events.ts'
import { type SendJob, type WorkKey, workRow } from '#worker/jobs.ts'
import { isDefinite } from '#worker/lib/definite-error.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { entryJson } from '#worker/store/messages/rows.ts'
import { type AttemptRecord, recordStatement, refsStatement } from '#worker/store/messages/writes.ts'
import { tallyStatement } from '#worker/store/tallies.ts'
import { deleteWork, insertWorks, type WorkRow } from '#worker/store/work.ts'
import { queueRecords } from './late-records.ts'
import type { AttemptResult } from './submit.ts'
import { subjectOf, type Unit } from './unit.ts'

/** A unit with what came of its attempt, in the ledger's words. */
export interface Settled {
  readonly unit: Unit
  readonly result: AttemptResult
  readonly outcome: Outcome
  readonly status: MessageStatus
}

/** The outcome a result is recorded with. An unclear attempt is sent again only if the tenant chose so. */
export function settle(unit: Unit, result: AttemptResult, policy: Policy): Settled {
  switch (result.outcome) {
    case 'accepted':
      return { unit, result, outcome: 'accepted', status: 'submitted' }
    case 'rejected':
      return { unit, result, outcome: 'rejected', status: 'rejected' }
    case 'deferred':
      // Of a repeat it is certain only that this call was not taken; the unclear one before it may have been.
      return { unit, result, outcome: unit.job.pin ? 'repeat' : 'deferred', status: 'accepted' }
    case 'repeat':
      return { unit, result, outcome: 'repeat', status: 'accepted' }
    case 'unknown':
      return policy.onUnknown === 'resubmit'
        ? { unit, result, outcome: 'deferred', status: 'accepted' }
        : { unit, result, outcome: 'unknown', status: 'unknown' }
  }
}

/**
 * In the ledger a next attempt after one that was submitted is `again`: `deferred` says that no carrier ever had the
 * message, and a claim would not believe it.
 */
const ledgerOutcome = ({ unit, outcome }: Settled): AttemptRecord['outcome'] =>
  unit.job.again !== undefined && (outcome === 'deferred' || outcome === 'repeat') ? 'again' : outcome

function recordOf(settled: Settled, connection: ConnectionId, now: EpochMs): AttemptRecord {
  const { unit, result, status } = settled
  const failure = 'failure' in result ? result.failure : null
  const entry: TimelineEntry = {
    at: now,
    status,
    attempt: unit.job.attempt,
    connection,
    ...(failure === null ? {} : { code: failure.code }),
    ...(failure?.carrierCode === undefined ? {} : { carrierCode: failure.carrierCode }),
    ...(failure === null ? {} : { detail: failure.detail }),
    by: 'gateway',
  }
  return {
    realm: unit.job.realm,
    id: unit.id,
    attempt: unit.job.attempt,
    outcome: ledgerOutcome(settled),
    status,
    providerRef: result.outcome === 'accepted' ? result.providerRef : null,
    failure: failure === null || status === 'accepted' ? null : JSON.stringify(failure),
    entry: entryJson(entry),
  }
}

/** The events of recorded attempts; deferred ones make none, and that a message was submitted is told once. */
export const recordedEvents = (settled: readonly Settled[], now: EpochMs): TenantEvent[] =>
  settled.flatMap(({ unit, result, status }) => {
    const event =
      status === 'accepted' || (status === 'submitted' && unit.job.again !== undefined)
        ? null
        : messageEvent(subjectOf(unit), status, now, 'failure' in result ? result.failure : null)
    return event ? [event] : []
  })

/** When reports are due. Of a provider that reports nothing none is: its messages end `submitted`. */
function deadlineRow(
  settled: readonly Settled[],
  connection: ConnectionId,
  provider: Provider,
  now: EpochMs,
): WorkRow[] {
  if (!provider.features.includes('receipts')) return []
  const submitted = settled.filter(({ outcome }) => outcome === 'accepted')
  const first = submitted[0]
  if (!first) return []
  const body = { connectionId: connection, ids: packIds(submitted.map(({ unit }) => unit.id)) }
  const { realm } = first.unit.job
  return [workRow({ kind: 'report-deadline', body }, { dueAt: now + REPORT_DEADLINE, id: crypto.randomUUID(), realm })]
}

interface SliceRecord {
  readonly shard: number
  readonly connection: ConnectionId
  readonly provider: Provider
  readonly settled: readonly Settled[]
  /** The claim's work row, done now. */
  readonly claim: WorkKey
  /** Work rows of what follows: notify jobs, deferred jobs. */
  readonly follow: readonly WorkRow[]
  readonly now: EpochMs
}

const RECORD_TRIES = 3

/**
 * Writes down what came of a slice, together with the work that follows from it. If the ledger will not take it, the
 * outcomes go to the queue: what a carrier answered is never forgotten.
 */
export async function recordSlice(platform: Platform, slice: SliceRecord): Promise<void> {
  const { shard, connection, provider, settled, now } = slice
  const db = shardOfEnv(platform.env, shard)
  const records = settled.map((one) => recordOf(one, connection, now))
  const counts: Record<string, number> = {}
  for (const { outcome } of settled)
    counts[`outcome:${connection}:${outcome}`] = (counts[`outcome:${connection}:${outcome}`] ?? 0) + 1
  const refs = provider.echoesRef
    ? []
    : records.flatMap(({ providerRef, realm, id }) =>
        providerRef === null ? [] : [{ connectionId: connection, ref: providerRef, realm, id }],
      )
  const work = [...slice.follow, ...deadlineRow(settled, connection, provider, now)]
  const statements = () => [
    recordStatement(db, records, now),
    deleteWork(db, slice.claim),
    ...(work.length > 0 ? [insertWorks(db, work)] : []),
    ...(refs.length > 0 ? [refsStatement(db, refs)] : []),
    tallyStatement(db, counts, now),
  ]
  for (let attempt = 1; ; attempt++) {
    try {
      await db.batch(statements())
      return
    } catch (error) {
      platform.log('message.record-failed', {
        shard,
        connection,
        messages: records.length,
        attempt,
        reason: errorLabel(error),
      })
      // A row that is refused is refused again: the queue's consumer looks for it.
      if (attempt === RECORD_TRIES || isDefinite(error)) break
      await scheduler.wait(attempt * SECOND)
    }
  }
  await queueRecords(platform, { shard, at: now, records, refs, work })
}

/** A job for the same messages' next attempt. Deferred ones leave the ref and connection free; repeats keep both. */
export function successorOf(
  job: SendJob,
  units: readonly Unit[],
  connection: ConnectionId,
  provider: Provider,
  outcome: 'deferred' | 'repeat',
  now: EpochMs,
): SendJob {
  const { request: _, batch: __, work: ___, pin, tried, ...rest } = job
  const next = { ...rest, items: units.map(({ item }) => item), attempt: job.attempt + 1 }
  if (outcome === 'deferred') return { ...next, tried: [...(tried ?? []), connection] }
  const until = pin?.until ?? now + (provider.dedupeWindow ?? 0) * SECOND
  return { ...next, pin: { connectionId: connection, refAttempt: pin?.refAttempt ?? job.attempt, until } }
}
