import {
  baseOf,
  batchOfId,
  countOf,
  isBatchId,
  isMessageId,
  type MessageId,
  shardOf,
  timeOfId,
} from '#worker/domain/ids.ts'
import type { Message } from '#worker/domain/messages/message.ts'
import { statusOf } from '#worker/domain/messages/status.ts'
import { Problem } from '#worker/domain/problem.ts'
import { absenceOf } from '#worker/domain/tenants/retention.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { changing } from '#worker/store/messages/around-change.ts'
import { type StatusCount, storedCounts } from '#worker/store/messages/batch-counts.ts'
import { batchById } from '#worker/store/messages/batches.ts'
import { countByStatus } from '#worker/store/messages/list.ts'
import { messageById } from '#worker/store/messages/reads.ts'
import { fromRow } from '#worker/store/messages/rows.ts'
import { sealMessages } from '#worker/store/messages/sealed.ts'
import { insertStatement } from '#worker/store/messages/writes.ts'
import { tallyStatement } from '#worker/store/tallies.ts'
import { blankMessage } from './blank-message.ts'

/** The id, checked by its MAC; throws `not-found`, without a look-up, if we did not give it to this tenant. */
export async function requireMessageId(platform: Platform, principal: Principal, id: string): Promise<MessageId> {
  if (!(await isMessageId(platform.config.idKeys, principal.realm, id))) throw new Problem('not-found')
  return id as MessageId
}

export async function requireBatchId(platform: Platform, principal: Principal, id: string): Promise<`bat_${string}`> {
  if (!(await isBatchId(platform.config.idKeys, principal.realm, id))) throw new Problem('not-found')
  return id as `bat_${string}`
}

const LOST = { code: 'lost', detail: 'the message did not reach the ledger' } as const

/** True for the id of a rejected batch item, which nobody was given: all accepted items of its batch have rows. */
async function wasRejected(platform: Platform, { realm }: Principal, id: MessageId): Promise<boolean> {
  const db = shardOfEnv(platform.env, shardOf(id))
  const base = baseOf(id)
  const batchId = batchOfId(id)
  const batch = batchId === null ? null : await batchById(db, platform.keys, realm, batchId)
  if (!batch || batch.accepted === null || batch.accepted === batch.total) return false
  const counts = storedCounts(batch) ?? (await countByStatus(db, realm, `msg_${base}`, `msg_${base}~`))
  return counts.reduce((sum, { n }) => sum + n, 0) >= batch.accepted
}

/** Writes that a message is lost, and adds to the tally of the operators' health only if no earlier look-up did. */
async function writeLost(platform: Platform, principal: Principal, id: MessageId): Promise<void> {
  const db = shardOfEnv(platform.env, shardOf(id))
  const now = platform.now()
  const row = blankMessage(principal, id, { at: now, status: 'failed', ...LOST, by: 'gateway' })
  const [inserted] = await changing(db, [row], now, [
    insertStatement(db, await sealMessages(platform.keys, [row]), now),
  ])
  if (inserted && inserted.meta.changes > 0) await tallyStatement(db, { lost: 1 }, now).run()
}

/** State of a message that was accepted and that dispatch has not written yet. `canceledAt`: it was canceled with its batch. */
export type Queued = { readonly acceptedAt: EpochMs; readonly canceledAt: EpochMs | null }

/** The message. Without a row it is queued still, purged (throws `gone`), or lost, which is then written down. */
export async function lookUpMessage(
  platform: Platform,
  principal: Principal,
  id: MessageId,
): Promise<Message | Queued> {
  const db = shardOfEnv(platform.env, shardOf(id))
  const row = await messageById(db, platform.keys, [principal.realm, id])
  if (row) return fromRow(row)
  const acceptedAt = timeOfId(id)
  const absence = absenceOf(acceptedAt, platform.now(), platform.config.queueRetention)
  if (absence === 'purged') throw new Problem('gone')
  if (absence === 'queued') {
    const batchId = batchOfId(id)
    const batch = batchId === null ? null : await batchById(db, platform.keys, principal.realm, batchId)
    return { acceptedAt, canceledAt: batch?.canceledAt ?? null }
  }
  if (await wasRejected(platform, principal, id)) throw new Problem('not-found')
  await writeLost(platform, principal, id)
  const lost = await messageById(db, platform.keys, [principal.realm, id])
  if (!lost) throw new Problem('gone')
  return fromRow(lost)
}

export interface BatchState {
  readonly total: number
  readonly accepted: number | null
  readonly clientRef: string | null
  readonly acceptedAt: EpochMs
  /** Time since which nothing more of it is submitted; null: it was not canceled. */
  readonly canceledAt: EpochMs | null
  readonly counts: Readonly<Record<string, number>>
  /** The client ref is not told: the row was altered in the database. */
  readonly isAltered?: true
}

type StoredBatch = Pick<BatchState, 'accepted' | 'clientRef' | 'acceptedAt' | 'canceledAt' | 'isAltered'>

/**
 * State of a batch by its row (null: there is none yet) and the counts of its messages' rows. The others wait, or are canceled
 * with it.
 */
export function batchState(
  total: number,
  madeAt: EpochMs,
  row: StoredBatch | null,
  found: readonly StatusCount[],
): BatchState {
  const { accepted = null, clientRef = null, acceptedAt = madeAt, canceledAt = null } = row ?? {}
  const counts: Record<string, number> = {}
  let seen = 0
  for (const { status, n } of found) {
    counts[statusOf(status)] = n
    seen += n
  }
  const waiting = (accepted ?? total) - seen
  const status = canceledAt === null ? 'accepted' : 'canceled'
  if (waiting > 0) counts[status] = (counts[status] ?? 0) + waiting
  return { total, accepted, clientRef, acceptedAt, canceledAt, counts, ...(row?.isAltered && { isAltered: true }) }
}

/**
 * Counts a batch's messages by status. Those that dispatch has not written yet count as `accepted`, or as `canceled` with their
 * batch.
 */
export async function lookUpBatch(platform: Platform, principal: Principal, id: `bat_${string}`): Promise<BatchState> {
  const db = shardOfEnv(platform.env, shardOf(id))
  const total = countOf(id)
  const acceptedAt = timeOfId(id)
  const row = await batchById(db, platform.keys, principal.realm, id)
  if (!row && absenceOf(acceptedAt, platform.now(), platform.config.queueRetention) === 'purged')
    throw new Problem('gone')
  const base = baseOf(id)
  // A large batch without counts has no row yet, and at most a few messages that were canceled alone; or its row is older.
  const found = (row && storedCounts(row)) ?? (await countByStatus(db, principal.realm, `msg_${base}`, `msg_${base}~`))
  return batchState(total, acceptedAt, row, found)
}
