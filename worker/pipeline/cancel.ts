import type { ChannelName } from '../domain/channel.ts'
import { type MessageId, shardOf, timeOfId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { absenceOf } from '../domain/retention.ts'
import { decodeText } from '../store/codec.ts'
import { shardOfEnv } from '../store/ledger.ts'
import { batchIdOfRow, entryJson, type NewMessage } from '../store/message-rows.ts'
import { type ChangedRow, cancelStatement } from '../store/message-writes.ts'
import { insertWorks } from '../store/work.ts'
import { emissionOf, emit } from './emit.ts'
import { messageEvent } from './events.ts'
import type { Platform } from './platform.ts'
import type { Principal } from './principal.ts'

/** A row that a later claim fills with the message's own words but does not revive. */
function tombstoneOf(principal: Principal, id: MessageId, now: number): NewMessage {
  return {
    tenantId: principal.tenantId,
    id,
    direction: 'outbound',
    // Known when dispatch fills the row, like everything that is blank here.
    channel: '' as ChannelName,
    mode: principal.credential.mode,
    status: 'canceled',
    attempt: 0,
    connectionId: null,
    providerRef: null,
    partyKey: '',
    party: '',
    line: '',
    content: 'null',
    units: 0,
    encoding: '',
    purpose: principal.policy.defaultPurpose,
    clientRef: null,
    metadata: null,
    batched: false,
    inReplyTo: null,
    validUntil: null,
    failure: null,
    acceptedAt: timeOfId(id),
    timeline: entryJson({ at: now, status: 'canceled', by: 'tenant' }),
  }
}

/**
 * Cancels a message: resolves only if no carrier will ever be called for it, else throws `not-cancelable`.
 * A message that dispatch has not seen yet leaves a tombstone, and its event comes when dispatch fills it.
 */
export async function cancel(platform: Platform, principal: Principal, id: MessageId): Promise<void> {
  const now = platform.now()
  const absence = absenceOf(timeOfId(id), now)
  const shard = shardOf(id)
  const db = shardOfEnv(platform.env, shard)
  if (absence === 'purged') throw new Problem('gone')
  const { results } = await cancelStatement(db, tombstoneOf(principal, id, now), now).all<ChangedRow>()
  const row = results[0]
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
  const emission = emissionOf(principal.policy, principal.tenantId, shard, event ? [event] : [], now)
  if (emission.rows.length > 0) await insertWorks(db, emission.rows).run()
  await emit(platform, emission)
}
