import type { Attempt } from '#worker/domain/carriers/provider.ts'
import { type AttemptRef, attemptRefOf, type ConnectionId, parseAttemptRef, shardOf } from '#worker/domain/ids.ts'
import type { Message } from '#worker/domain/messages/message.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { boundShards, shardOfEnv } from '#worker/store/ledger.ts'
import { messageById } from '#worker/store/messages/reads.ts'
import { fromRow } from '#worker/store/messages/rows.ts'

/**
 * Finds the message that an attempt ref names. Null if that attempt was not claimed, or the message is not kept here, or nobody
 * can read any more to whom it was.
 */
export async function messageOfAttempt(platform: Platform, ref: AttemptRef): Promise<Message | null> {
  const parsed = parseAttemptRef(ref)
  if (!parsed || !boundShards(platform.env).includes(shardOf(parsed.id))) return null
  const row = await messageById(shardOfEnv(platform.env, shardOf(parsed.id)), platform.keys, [parsed.realm, parsed.id])
  return row?.direction === 'outbound' && row.attempt >= parsed.attempt && row.party !== '' ? fromRow(row) : null
}

/**
 * Finds an attempt as it was claimed. Null if the ref names none that went over this connection, so that a carrier learns
 * nothing of what another carries, and for one whose content is kept nowhere.
 */
export async function findAttempt(
  platform: Platform,
  connection: ConnectionId,
  ref: AttemptRef,
): Promise<Attempt | null> {
  const parsed = parseAttemptRef(ref)
  const message = await messageOfAttempt(platform, ref)
  if (!parsed || message?.connectionId !== connection || message.redacted !== undefined || message.isAltered)
    return null
  const { realm, id, to, from, content, validUntil } = message
  return {
    ref: attemptRefOf(realm, id, parsed.attempt),
    id,
    to,
    from,
    content,
    ...(validUntil === null ? {} : { validUntil }),
  }
}
