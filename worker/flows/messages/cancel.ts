import { type MessageId, shardOf, timeOfId } from '#worker/domain/ids.ts'
import { Problem } from '#worker/domain/problem.ts'
import { absenceOf } from '#worker/domain/tenants/retention.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { emissionOf, emit, transitionRow } from '#worker/flows/events/emit.ts'
import { messageEvent } from '#worker/flows/events/events.ts'
import { decodeText } from '#worker/store/codec.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { batchIdOfRow } from '#worker/store/messages/rows.ts'
import { type ChangedRow, cancelStatement } from '#worker/store/messages/writes.ts'
import { deleteWork, insertWorks } from '#worker/store/work.ts'
import { blankMessage } from './blank-message.ts'

/**
 * Cancels a message: resolves only if no carrier will be called for it from now on, else throws `not-cancelable`.
 * A message that dispatch has not seen yet leaves a tombstone, and its event comes when dispatch fills it.
 */
export async function cancel(platform: Platform, principal: Principal, id: MessageId): Promise<void> {
  const now = platform.now()
  const absence = absenceOf(timeOfId(id), now)
  const shard = shardOf(id)
  const db = shardOfEnv(platform.env, shard)
  if (absence === 'purged') throw new Problem('gone')
  const tombstone = blankMessage(principal, id, { at: now, status: 'canceled', by: 'tenant' }, null)
  const watch = transitionRow(principal.realm, [{ id, status: 'canceled' }], now)
  const [changed] = await db.batch<ChangedRow>([cancelStatement(db, tombstone, now), insertWorks(db, [watch])])
  const row = changed?.results[0]
  // A tombstone's event comes when dispatch fills it; one that was canceled before has told its own.
  if (!row || row.party === '') await deleteWork(db, watch).run()
  if (!row) throw new Problem('not-cancelable')
  if (row.party === '') return
  const subject = {
    id,
    direction: 'outbound' as const,
    channel: row.channel,
    to: decodeText(row.party),
    from: row.line,
    units: row.units,
    purpose: row.purpose,
    clientRef: row.client_ref,
    batchId: batchIdOfRow(row),
    metadata: row.metadata === null ? null : JSON.parse(row.metadata),
  }
  const event = messageEvent(subject, 'canceled', now, null)
  const emission = emissionOf(principal.policy, principal.realm, shard, event ? [event] : [], now)
  await db.batch([deleteWork(db, watch), ...(emission.rows.length > 0 ? [insertWorks(db, emission.rows)] : [])])
  await emit(platform, emission)
}
