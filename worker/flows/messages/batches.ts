import { type BatchId, countOf, idFloor, type MessageId, shardOf, timeOfId } from '#worker/domain/ids.ts'
import { Problem } from '#worker/domain/problem.ts'
import { absenceOf } from '#worker/domain/tenants/retention.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { commitWhatHappened } from '#worker/flows/events/commit.ts'
import { emissionOf, transitionWatch } from '#worker/flows/events/emit.ts'
import { chunksBySize } from '#worker/lib/chunks.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { aroundChange } from '#worker/store/messages/around-change.ts'
import { COUNTED_WHEN_ASKED, storedCounts } from '#worker/store/messages/batch-counts.ts'
import type { BatchRow } from '#worker/store/messages/batch-writes.ts'
import { countsOfBatches, listBatches as newestBatches, stopBatch } from '#worker/store/messages/batches.ts'
import { changedRows, closedRow, type RawRow } from '#worker/store/messages/rows.ts'
import { clientKeysOf, sealEntries } from '#worker/store/messages/sealed.ts'
import { cancelOpenStatement } from '#worker/store/messages/writes.ts'
import { canceledEvent } from './cancel.ts'
import { type BatchState, batchState, lookUpBatch } from './look-up.ts'

/** Messages of small batches that one list counts in all, of the newest: each is a row read. Larger ones keep their counts. */
const COUNTED_IN_ALL = 400
/** Waiting messages that one commit cancels: what a statement and a work row take well. */
const CANCELED_AT_ONCE = 1_000

interface BatchQuery {
  readonly clientRef?: string | undefined
  readonly after?: EpochMs | undefined
  readonly before?: EpochMs | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** Batch of a list. `counts` null: the newer ones before it have so many messages that it is not counted there. */
interface ListedBatch extends Omit<BatchState, 'counts'> {
  readonly id: BatchId
  readonly counts: BatchState['counts'] | null
}

async function counted(db: D1Database, rows: readonly BatchRow[]): Promise<readonly ListedBatch[]> {
  let sum = 0
  const small = rows.filter(({ total, counts }) => {
    if (counts !== null || total > COUNTED_WHEN_ASKED || sum + total > COUNTED_IN_ALL) return false
    sum += total
    return true
  })
  const realm = small[0]?.realm
  const counts = realm
    ? await countsOfBatches(
        db,
        realm,
        small.map(({ id }) => id),
      )
    : []
  const byBatch = Map.groupBy(counts, ({ id }) => id)
  const isCounted = new Set(small.map(({ id }) => id))
  return rows.map((row) => {
    const stored = storedCounts(row)
    const state = batchState(row.total, row.acceptedAt, row, stored ?? byBatch.get(row.id) ?? [])
    return { ...state, id: row.id, counts: stored || isCounted.has(row.id) ? state.counts : null }
  })
}

/** Lists at most `limit` of the realm's batches over all of its shards, newest first. Those that wait whole have no row yet. */
export async function listBatches(
  { env, keys }: Platform,
  { realm, policy }: Principal,
  { clientRef, after = 0, before, cursor = 'bat_~', limit }: BatchQuery,
): Promise<readonly ListedBatch[]> {
  const end = before === undefined ? 'bat_~' : idFloor('bat', before)
  const range = { from: idFloor('bat', after), before: cursor < end ? cursor : end }
  const clientKeys =
    clientRef === undefined ? null : await clientKeysOf(keys, 'batches', { realm, clientRef, since: after })
  const found = await Promise.all(
    policy.shards.map(async (shard) => {
      const db = shardOfEnv(env, shard)
      const rows = await newestBatches(db, keys, { realm, ...range, clientKeys, limit })
      // Two refs may have one hash, but an altered one cannot be compared.
      const named = rows.filter((row) => clientRef === undefined || row.isAltered || row.clientRef === clientRef)
      return counted(db, named)
    }),
  )
  return found
    .flat()
    .toSorted((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, limit)
}

/** Ends messages that wait for a next attempt, and tells of it. */
async function cancelOpen(
  platform: Platform,
  { policy, realm }: Principal,
  shard: number,
  ids: readonly MessageId[],
): Promise<void> {
  const now = platform.now()
  const audience = { policy, realm, shard }
  const db = shardOfEnv(platform.env, shard)
  const entry = { at: now, status: 'canceled', by: 'tenant' } as const
  for (const part of chunksBySize(ids, () => 1, CANCELED_AT_ONCE)) {
    const changes = part.map((id) => ({ realm, id, status: 'canceled' as const, entry }))
    const watch = transitionWatch(audience, changes, now)
    const { before, after } = aroundChange(db, changes, now)
    const ending = cancelOpenStatement(db, await sealEntries(platform.keys, changes), now)
    const statements = [...before, ending, ...after]
    await commitWhatHappened<RawRow>(platform, statements, watch, async (results) => {
      const result = results[before.length]
      const rows = await changedRows(platform.keys, (result?.results ?? []).map(closedRow))
      const events = rows.flatMap((row) => canceledEvent(row, now) ?? [])
      return emissionOf(audience, events, now)
    })
  }
}

interface CanceledBatch {
  readonly canceledAt: EpochMs
  /** Messages that no carrier will be called for. */
  readonly canceled: number
  /** Messages that are with a carrier, or have ended. */
  readonly notCanceled: number
}

/**
 * Cancels what has not been submitted of a batch, and answers how many messages are canceled now. The mark on the batch is
 * written first, and claims obey it, so a run that dies here has canceled them all: those that have no row, or are deferred once
 * more, are told of when dispatch takes them up.
 */
export async function cancelBatch(platform: Platform, principal: Principal, id: BatchId): Promise<CanceledBatch> {
  const { realm } = principal
  const now = platform.now()
  const acceptedAt = timeOfId(id)
  if (absenceOf(acceptedAt, now, platform.config.queueRetention) === 'purged') throw new Problem('gone')
  const shard = shardOf(id)
  const db = shardOfEnv(platform.env, shard)
  const blank = { realm, id, total: countOf(id), accepted: null, acceptedAt, canceledAt: now }
  const { canceledAt, open } = await stopBatch(db, blank)
  await cancelOpen(platform, principal, shard, open)
  const { counts } = await lookUpBatch(platform, principal, id)
  const all = Object.values(counts).reduce((sum, n) => sum + n, 0)
  const canceled = counts['canceled'] ?? 0
  return { canceledAt, canceled, notCanceled: all - canceled }
}
