import type { PastAttempt, Receipt } from '#worker/domain/carriers/provider.ts'
import { type AttemptRef, attemptRefOf, type ConnectionId } from '#worker/domain/ids.ts'
import type { Transition } from '#worker/domain/messages/events.ts'
import { unpackIds } from '#worker/domain/messages/id-sets.ts'
import { STATUS_CODES, statusOf } from '#worker/domain/messages/status.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { connectionConfig } from '#worker/flows/carriers/connections.ts'
import { openConnection } from '#worker/flows/carriers/ports.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { queueRecords } from '#worker/flows/dispatch/late-records.ts'
import { reportDeadline } from '#worker/flows/dispatch/write-outcome.ts'
import { commit } from '#worker/flows/events/commit.ts'
import { audienceOf, emissionOf } from '#worker/flows/events/emit.ts'
import { rebuildEvents } from '#worker/flows/events/events.ts'
import type { ClaimedSet } from '#worker/jobs.ts'
import { bisect } from '#worker/lib/bisect.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { changing } from '#worker/store/messages/around-change.ts'
import { type AttemptRecord, recordStatement, sealOutcomes } from '#worker/store/messages/attempts.ts'
import { partiesOf, type StateRow, statesOf } from '#worker/store/messages/reads.ts'
import { insertWorks } from '#worker/store/work.ts'
import { applyReports } from './report.ts'

/** A claim whose work row is overdue: the run that made it died before it wrote the outcomes. */
interface StaleClaim extends ClaimedSet {
  readonly realm: Realm
  readonly shard: number
}

/** Asks the carrier what became of attempts that were never recorded; no receipts if it cannot be asked. */
async function queryCarrier(
  platform: Platform,
  connectionId: ConnectionId,
  past: readonly PastAttempt[],
): Promise<readonly Receipt[]> {
  const config = await connectionConfig(platform, connectionId)
  const channel = config ? platform.channels[config.channel] : undefined
  if (!config || !channel) return []
  try {
    return (await openConnection(platform, channel, config).query?.(past)) ?? []
  } catch (error) {
    platform.log('claim.query-failed', { connection: connectionId, messages: past.length, reason: errorLabel(error) })
    return []
  }
}

const refOf = (row: StateRow, { refAttempt }: StaleClaim): AttemptRef =>
  attemptRefOf(row.realm, row.id, refAttempt ?? row.attempt)

/** The attempts as a carrier is asked about them. It never told us its refs of them. */
async function pastAttempts(
  platform: Platform,
  claim: StaleClaim,
  open: readonly StateRow[],
): Promise<readonly PastAttempt[]> {
  if (open.length === 0) return []
  const keys = open.map(({ realm, id }) => [realm, id] as const)
  const people = await partiesOf(shardOfEnv(platform.env, claim.shard), platform.keys, keys)
  const byId = new Map(people.map(({ id, party }) => [id, party]))
  return open.flatMap((row) => {
    const to = byId.get(row.id) ?? ''
    // Nobody knows any more whom it went to: it ends as one that no carrier can be asked about.
    return to === '' ? [] : [{ ref: refOf(row, claim), providerRef: null, to, submittedAt: row.updatedAt }]
  })
}

/** The record of an attempt whose outcome was lost: `accepted` if the carrier knows it, else `unknown`. */
function lateRecordOf(row: StateRow, told: Receipt | undefined, now: EpochMs): AttemptRecord {
  const base = { realm: row.realm, id: row.id, attempt: row.attempt }
  if (told) {
    const entry = { at: now, status: 'submitted', attempt: row.attempt, by: 'query' } as const
    return { ...base, outcome: 'accepted', status: 'submitted', entry }
  }
  const failure = { code: 'attempt-lost', detail: 'the gateway stopped before the outcome was written down' } as const
  const entry = { at: now, status: 'unknown', attempt: row.attempt, ...failure, by: 'sweep' } as const
  return { ...base, outcome: 'unknown', status: 'unknown', entry }
}

/** The transitions of the claim's messages, including those that `records` are about to make. */
function transitionsOf(rows: readonly StateRow[], records: readonly AttemptRecord[]): readonly Transition[] {
  const after = new Map(records.map((record) => [record.id as string, record.status]))
  return rows.flatMap(({ realm, id, status: code }) => {
    const status = after.get(id) ?? statusOf(code)
    return status === 'accepted' ? [] : [{ realm, id, status }]
  })
}

const isUnrecorded = ({ outcome, attempt, connectionId, status }: StateRow): boolean =>
  outcome === null && attempt > 0 && connectionId !== null && status < STATUS_CODES.failed

/**
 * Finishes a slice whose run died after the claim. The carrier is asked about unrecorded attempts, which else end `unknown`;
 * recorded ones get their events and their report deadline anew, for the run may have died before it wrote those.
 */
export async function reviewClaim(platform: Platform, claim: StaleClaim, now: EpochMs): Promise<void> {
  const { realm, shard, connectionId } = claim
  const db = shardOfEnv(platform.env, shard)
  const rows = await statesOf(
    db,
    platform.keys,
    unpackIds(claim.ids).map((id) => [realm, id] as const),
  )
  const open = rows.filter(isUnrecorded)
  const past = connectionId ? await pastAttempts(platform, claim, open) : []
  const receipts = past.length > 0 && connectionId ? await queryCarrier(platform, connectionId, past) : []
  const byRef = new Map(
    receipts.flatMap((receipt) => ('attemptRef' in receipt ? [[receipt.attemptRef, receipt] as const] : [])),
  )
  const records = open.map((row) => lateRecordOf(row, byRef.get(refOf(row, claim)), now))
  const transitions = transitionsOf(rows, records)
  const submitted = transitions.filter(({ status }) => status === 'submitted').map(({ id }) => id)
  const deadline = reportDeadline(realm, connectionId, submitted, now)
  if (deadline.length > 0) await insertWorks(db, deadline).run()
  const failed = await bisect(records, async (part) => {
    const outcomes = await sealOutcomes(platform.keys, part, [])
    return changing(db, part, platform.now(), [recordStatement(db, outcomes.records, now)])
  })
  // A row that the ledger refuses becomes a dead letter by way of its record job, where an operator sees it. No event of it can
  // be made from the ledger before.
  if (failed.length > 0) {
    const refused = failed.map(({ item }) => item)
    await queueRecords(platform, { shard, at: now, records: refused, refs: [], work: [], isUntold: true })
  }
  const events = await rebuildEvents(platform, realm, transitions)
  await commit(platform, [], emissionOf(await audienceOf(platform, realm, shard), events, now))
  if (receipts.length > 0 && connectionId) await applyAnswers(platform, connectionId, receipts, now)
  platform.log('claim.reviewed', { shard, messages: rows.length, unrecorded: open.length, answered: receipts.length })
}

/** Applies the carrier's answers as reports. They name the channel only where a report may lead to a next attempt. */
async function applyAnswers(
  platform: Platform,
  connectionId: ConnectionId,
  receipts: readonly Receipt[],
  receivedAt: EpochMs,
): Promise<void> {
  const config = await connectionConfig(platform, connectionId)
  const heard = receipts.map((receipt) => ({ ...receipt, at: receivedAt }))
  const named = config && platform.channels[config.channel]?.again ? { channel: config.channel } : {}
  const id = crypto.randomUUID()
  await applyReports(platform, [
    { kind: 'report', id, connectionId, receivedAt, receipts: heard, proof: 'query', ...named },
  ])
}
