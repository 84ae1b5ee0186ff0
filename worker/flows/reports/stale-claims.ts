import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { PastAttempt, Receipt } from '#worker/domain/carriers/provider.ts'
import { attemptRefOf, type ConnectionId } from '#worker/domain/ids.ts'
import { packIds, unpackIds } from '#worker/domain/messages/id-sets.ts'
import { STATUS_CODES, statusOf } from '#worker/domain/messages/status.ts'
import { REPORT_DEADLINE } from '#worker/domain/messages/validity.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { connectionConfig } from '#worker/flows/carriers/connections.ts'
import { openConnection } from '#worker/flows/carriers/ports.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { queueRecords } from '#worker/flows/dispatch/late-records.ts'
import { commit } from '#worker/flows/events/commit.ts'
import { audienceOf, emissionOf } from '#worker/flows/events/emit.ts'
import { rebuildEvents } from '#worker/flows/events/events.ts'
import { type ClaimedSet, workRow } from '#worker/jobs.ts'
import { bisect } from '#worker/lib/bisect.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { decodeText } from '#worker/store/codec.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { type StateRow, statesOf } from '#worker/store/messages/reads.ts'
import { entryJson } from '#worker/store/messages/rows.ts'
import { type AttemptRecord, recordStatement } from '#worker/store/messages/writes.ts'
import { insertWorks, type WorkRow } from '#worker/store/work.ts'
import { applyReports } from './report.ts'

/** Asks the carrier what became of attempts that were never recorded; an empty answer where it cannot be asked. */
async function ask(
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

function recordOf(row: StateRow, known: Receipt | undefined, now: EpochMs): AttemptRecord {
  const base = { realm: row.realm, id: row.id, attempt: row.attempt }
  if (known) {
    const entry = entryJson({ at: now, status: 'submitted', attempt: row.attempt, by: 'query' })
    const providerRef = 'providerRef' in known ? known.providerRef : null
    return { ...base, outcome: 'accepted', status: 'submitted', providerRef, failure: null, entry }
  }
  const failure = { code: 'attempt-lost', detail: 'the gateway stopped before the outcome was written down' } as const
  const entry = entryJson({ at: now, status: 'unknown', attempt: row.attempt, ...failure, by: 'sweep' })
  return { ...base, outcome: 'unknown', status: 'unknown', providerRef: null, failure: JSON.stringify(failure), entry }
}

/**
 * What became of a slice that was claimed and not seen through: unrecorded attempts are asked for or end `unknown`,
 * recorded ones get their events and report deadline again.
 */
export async function reviewClaim(
  platform: Platform,
  shard: number,
  realm: Realm,
  set: ClaimedSet,
  now: EpochMs,
): Promise<void> {
  const db = shardOfEnv(platform.env, shard)
  const keys = unpackIds(set.ids).map((id) => [realm, id] as const)
  const rows = await statesOf(db, keys)
  const open = rows.filter(
    (row) => row.outcome === null && row.attempt > 0 && row.connection_id !== null && row.status < STATUS_CODES.failed,
  )
  const receipts =
    open.length > 0 && set.connectionId
      ? await ask(
          platform,
          set.connectionId,
          open.map((row) => pastOf(row, set)),
        )
      : []
  const byRef = new Map(
    receipts.flatMap((receipt) => ('attemptRef' in receipt ? [[receipt.attemptRef, receipt] as const] : [])),
  )
  const records = open.map((row) => recordOf(row, byRef.get(pastOf(row, set).ref), now))
  const after = new Map(records.map((record) => [record.id as string, record.status]))
  const transitions = rows.flatMap(({ id, status }) => {
    const state = after.get(id) ?? statusOf(status)
    return state === 'accepted' ? [] : [{ realm, id, status: state }]
  })
  const submitted = transitions.filter(({ status }) => status === 'submitted').map(({ id }) => id)
  const deadline: WorkRow[] =
    submitted.length > 0
      ? [
          workRow(
            { kind: 'report-deadline', body: { connectionId: set.connectionId, ids: packIds(submitted) } },
            { dueAt: now + REPORT_DEADLINE, id: crypto.randomUUID(), realm },
          ),
        ]
      : []
  if (deadline.length > 0) await insertWorks(db, deadline).run()
  const failed = await bisect(records, (part) => recordStatement(db, part, now).run())
  // A row that the ledger refuses goes the way of the dead letters, where an operator sees it.
  if (failed.length > 0)
    await queueRecords(platform, { shard, at: now, records: failed.map(({ item }) => item), refs: [], work: [] })
  const events = await rebuildEvents(platform, realm, transitions)
  await commit(platform, [], emissionOf(await audienceOf(platform, realm, shard), events, now))
  if (receipts.length > 0 && set.connectionId) {
    await applyReports(platform, [
      {
        kind: 'report',
        id: crypto.randomUUID(),
        connectionId: set.connectionId,
        receivedAt: now,
        receipts,
        proof: 'query',
        ...(await retryChannel(platform, set.connectionId)),
      },
    ])
  }
  platform.log('claim.reviewed', { shard, messages: rows.length, unrecorded: open.length, answered: receipts.length })
}

/** Names the channel of a connection if its messages may be tried again after a report. */
async function retryChannel(platform: Platform, id: ConnectionId): Promise<{ readonly channel?: ChannelName }> {
  const config = await connectionConfig(platform, id)
  return config && platform.channels[config.channel]?.again ? { channel: config.channel } : {}
}

const pastOf = (row: StateRow, set: ClaimedSet): PastAttempt => ({
  ref: attemptRefOf(row.realm, row.id, set.refAttempt ?? row.attempt),
  providerRef: row.provider_ref,
  to: decodeText(row.party),
  submittedAt: row.updated_at,
})
