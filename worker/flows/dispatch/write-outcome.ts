import { priced } from '#worker/domain/carriers/money.ts'
import type { ConnectionId, MessageId } from '#worker/domain/ids.ts'
import type { TenantEvent, Transition } from '#worker/domain/messages/events.ts'
import { packIds } from '#worker/domain/messages/id-sets.ts'
import { failing } from '#worker/domain/messages/timeline.ts'
import { REPORT_DEADLINE } from '#worker/domain/messages/validity.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { type EpochMs, SECOND } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { commit } from '#worker/flows/events/commit.ts'
import { emissionOf, emit } from '#worker/flows/events/emit.ts'
import { messageEvent, rebuildEvents } from '#worker/flows/events/events.ts'
import { tellUnsentCodes } from '#worker/flows/verifications/tell-recipients.ts'
import { workRow } from '#worker/jobs.ts'
import { isDefinite } from '#worker/lib/definite-error.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { changing } from '#worker/store/messages/around-change.ts'
import {
  type AttemptRecord,
  recordStatement,
  type SealedOutcomes,
  sealOutcomes,
} from '#worker/store/messages/attempts.ts'
import { refsStatement } from '#worker/store/messages/refs.ts'
import { tallyStatement } from '#worker/store/tallies.ts'
import { deleteWork, insertWorks, type PlainWork, sealWork, type WorkRow } from '#worker/store/work.ts'
import { blockRefused } from './block-refused.ts'
import type { ClaimedSlice } from './claim.ts'
import { type OutcomeRows, queueRecords } from './late-records.ts'
import { nextAttempts, repeatsUntil, sendNextAttempts } from './next-attempt.ts'
import type { Answered, AnsweredSlice } from './submit.ts'
import { expiresAt, subjectOf, type Unit } from './unit.ts'

/**
 * Events of messages that the claim ended before any carrier was called. Those of canceled messages are made from the ledger,
 * which has the time at which the tenant canceled them.
 */
async function endedEvents(platform: Platform, { group, ended, claimedAt }: ClaimedSlice): Promise<TenantEvent[]> {
  const { realm } = group
  const events: TenantEvent[] = []
  const canceled: Transition[] = []
  for (const { unit, verdict } of ended) {
    const event = messageEvent(subjectOf(unit), { ...verdict, at: claimedAt })
    if (verdict.status === 'canceled') canceled.push({ realm, id: unit.id, status: 'canceled' })
    else if (event) events.push(event)
  }
  if (canceled.length > 0) events.push(...(await rebuildEvents(platform, realm, canceled)))
  return events
}

/** Ends a slice of which nothing is to be submitted: its claim is done, and its events are told. */
export async function closeClaim(platform: Platform, claimed: ClaimedSlice): Promise<void> {
  const { group, work } = claimed
  const events = await endedEvents(platform, claimed)
  await commit(platform, [deleteWork(group.db, work)], emissionOf(group, events, platform.now()))
  await tellUnsentCodes(
    platform,
    claimed.ended.map(({ unit }) => unit),
  )
}

/**
 * Writes `again` instead of `deferred` or `repeat` once a carrier accepted an earlier attempt: for the claim, those mean
 * that the message was never submitted (store/messages/writes.ts).
 */
const ledgerOutcome = ({ unit, outcome }: Answered): AttemptRecord['outcome'] =>
  unit.job.again !== undefined && (outcome === 'deferred' || outcome === 'repeat') ? 'again' : outcome

function attemptRecordOf(slice: AnsweredSlice, answered: Answered): AttemptRecord {
  const { unit, result, status, outcome, at } = answered
  const connection = slice.place.bound.config.id
  const failure = 'failure' in result ? result.failure : null
  const entry = {
    at,
    status,
    attempt: unit.job.attempt,
    connection,
    ...failing(failure),
    ...('price' in result ? priced(result.price) : {}),
    ...(outcome === 'repeat' ? { until: Math.min(repeatsUntil(slice, unit), expiresAt(unit)) } : {}),
    by: 'gateway',
  } as const
  return {
    realm: unit.job.realm,
    id: unit.id,
    attempt: unit.job.attempt,
    outcome: ledgerOutcome(answered),
    status,
    entry,
  }
}

/**
 * The events of answered attempts. Deferred ones make none, and `message.submitted` is told only for the first attempt
 * that a carrier took.
 */
const answeredEvents = ({ answered }: AnsweredSlice): TenantEvent[] =>
  answered.flatMap(({ unit, result, status, at }) => {
    const event =
      status === 'accepted' || (status === 'submitted' && unit.job.again !== undefined)
        ? null
        : messageEvent(subjectOf(unit), {
            status,
            at,
            failure: 'failure' in result ? result.failure : null,
            price: 'price' in result ? result.price : null,
          })
    return event ? [event] : []
  })

/** The work row that ends messages of which no report comes (reports/report-deadline.ts); none for no messages. */
export function reportDeadline(
  realm: Realm,
  connectionId: ConnectionId | null,
  ids: readonly MessageId[],
  now: EpochMs,
): WorkRow[] {
  if (ids.length === 0) return []
  const body = { connectionId, ids: packIds(ids) }
  return [workRow({ kind: 'report-deadline', body }, { dueAt: now + REPORT_DEADLINE, id: crypto.randomUUID(), realm })]
}

/** The rows of a slice's outcome. A provider without `receipts` gets no report deadline: its messages end `submitted`. */
function rowsOf(slice: AnsweredSlice, follow: readonly (PlainWork | WorkRow)[]): OutcomeRows {
  const { group, answered, answeredAt: at } = slice
  const { config, provider } = slice.place.bound
  const records = answered.map((one) => attemptRecordOf(slice, one))
  const refs = provider.echoesRef
    ? []
    : answered.flatMap(({ unit: { job, id }, result }) =>
        result.outcome === 'accepted'
          ? [{ connectionId: config.id, ref: result.providerRef, realm: job.realm, id }]
          : [],
      )
  const awaited = provider.features.includes('receipts') ? answered.filter(({ outcome }) => outcome === 'accepted') : []
  const ids = awaited.map(({ unit }) => unit.id)
  return {
    shard: group.shard,
    at,
    records,
    refs,
    work: [...follow, ...reportDeadline(group.realm, config.id, ids, at)],
  }
}

function outcomeStatements(
  slice: AnsweredSlice,
  { records, refs }: SealedOutcomes,
  work: readonly WorkRow[],
): D1PreparedStatement[] {
  const { db } = slice.group
  const at = slice.answeredAt
  const connection = slice.place.bound.config.id
  const counts: Record<string, number> = {}
  for (const { outcome } of slice.answered)
    counts[`outcome:${connection}:${outcome}`] = (counts[`outcome:${connection}:${outcome}`] ?? 0) + 1
  return [
    recordStatement(db, records, at),
    deleteWork(db, slice.work),
    ...(work.length > 0 ? [insertWorks(db, work)] : []),
    ...(refs.length > 0 ? [refsStatement(db, refs)] : []),
    tallyStatement(db, counts, at),
  ]
}

const RECORD_TRIES = 3

/**
 * Writes the outcomes of a slice, and the work that follows, in one batch. If the ledger refuses three times, they go to the
 * queue: what a carrier answered is never forgotten.
 */
async function writeOrQueue(
  platform: Platform,
  slice: AnsweredSlice,
  follow: readonly (PlainWork | WorkRow)[],
): Promise<void> {
  const { shard, db } = slice.group
  const connection = slice.place.bound.config.id
  const rows = rowsOf(slice, follow)
  for (let attempt = 1; ; attempt++) {
    try {
      const [outcomes, work] = await Promise.all([
        sealOutcomes(platform.keys, rows.records, rows.refs),
        sealWork(platform.keys, rows.work),
      ])
      await changing(db, rows.records, platform.now(), outcomeStatements(slice, outcomes, work))
      return
    } catch (error) {
      const messages = rows.records.length
      platform.log('message.record-failed', { shard, connection, messages, attempt, reason: errorLabel(error) })
      // A refused row would be refused at every try: late-records.ts finds it, and writes the others.
      if (attempt === RECORD_TRIES || isDefinite(error)) break
      await scheduler.wait(attempt * SECOND)
    }
  }
  await queueRecords(platform, rows)
}

/** Messages that did not go out, or maybe not: refused or unclear ones, and those that the claim ended. */
const unsentOf = ({ answered, ended }: AnsweredSlice): readonly Unit[] => [
  ...answered.filter(({ status }) => status === 'unknown' || status === 'rejected').map(({ unit }) => unit),
  ...ended.map(({ unit }) => unit),
]

/**
 * Writes what came of a slice, then tells it, then sends the next attempts of what was deferred or unclear. Blocks of recipients
 * are written first: a run that dies in between forgets none that its outcomes show.
 */
export async function writeOutcome(platform: Platform, slice: AnsweredSlice): Promise<void> {
  await blockRefused(platform, slice)
  const events = [...(await endedEvents(platform, slice)), ...answeredEvents(slice)]
  const emission = emissionOf(slice.group, events, slice.answeredAt)
  const next = nextAttempts(slice)
  await writeOrQueue(platform, slice, [...emission.rows, ...next.map(({ row }) => row)])
  await emit(platform, emission)
  await tellUnsentCodes(platform, unsentOf(slice))
  await sendNextAttempts(platform, next)
}
