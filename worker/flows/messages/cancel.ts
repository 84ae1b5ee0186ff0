import { type MessageId, shardOf, timeOfId } from '#worker/domain/ids.ts'
import type { TenantEvent } from '#worker/domain/messages/events.ts'
import { Problem } from '#worker/domain/problem.ts'
import { absenceOf } from '#worker/domain/tenants/retention.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { commitWhatHappened } from '#worker/flows/events/commit.ts'
import { emissionOf, nothingToTell, transitionWatch } from '#worker/flows/events/emit.ts'
import { messageEvent, subjectOfRow } from '#worker/flows/events/events.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { aroundChange } from '#worker/store/messages/around-change.ts'
import { type ChangedRow, changedRows, closedRow, type RawRow } from '#worker/store/messages/rows.ts'
import { sealMessages } from '#worker/store/messages/sealed.ts'
import { cancelStatement } from '#worker/store/messages/writes.ts'
import { blankMessage } from './blank-message.ts'

/** Makes the event of a message that its tenant canceled; null where nobody is told. */
export const canceledEvent = (row: ChangedRow, now: EpochMs): TenantEvent | null =>
  messageEvent(subjectOfRow(row), { status: 'canceled', at: now })

/**
 * Cancels a message: resolves only if no carrier will ever be called for it, else throws `not-cancelable`. For a message
 * that dispatch has not seen yet a blank row (a tombstone) is written: dispatch will fill it and send nothing.
 */
export async function cancel(platform: Platform, principal: Principal, id: MessageId): Promise<void> {
  const now = platform.now()
  const absence = absenceOf(timeOfId(id), now, platform.config.queueRetention)
  const shard = shardOf(id)
  const db = shardOfEnv(platform.env, shard)
  if (absence === 'purged') throw new Problem('gone')
  const tombstone = blankMessage(principal, id, { at: now, status: 'canceled', by: 'tenant' })
  const audience = { policy: principal.policy, realm: principal.realm, shard }
  const watch = transitionWatch(audience, [{ id, status: 'canceled' }], now)
  const sealed = await sealMessages(platform.keys, [tombstone])
  const { before, after } = aroundChange(db, [tombstone], now)
  const statements = [...before, ...sealed.map((row) => cancelStatement(db, row, now)), ...after]
  const results = await commitWhatHappened<RawRow>(platform, statements, watch, async (changed) => {
    const result = changed[before.length]
    const [row] = await changedRows(platform.keys, (result?.results ?? []).map(closedRow))
    // Dispatch emits the event of a tombstone when it fills it; a message that was canceled earlier has emitted its own.
    if (!row || row.party === '') return nothingToTell(shard)
    const event = canceledEvent(row, now)
    return emissionOf(audience, event ? [event] : [], now)
  })
  if (!results[before.length]?.results[0]) throw new Problem('not-cancelable')
}
