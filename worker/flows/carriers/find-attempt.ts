import type { Attempt } from '#worker/domain/carriers/provider.ts'
import { type AttemptRef, attemptRefOf, type ConnectionId, parseAttemptRef, shardOf } from '#worker/domain/ids.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { boundShards, shardOfEnv } from '#worker/store/ledger.ts'
import { messageById } from '#worker/store/messages/reads.ts'
import { fromRow } from '#worker/store/messages/rows.ts'

/**
 * An attempt of ours as it was claimed; null if the ref names none that went over this connection: whoever is believed as
 * one carrier hears nothing of what another carries.
 */
export async function findAttempt(
  platform: Platform,
  connection: ConnectionId,
  ref: AttemptRef,
): Promise<Attempt | null> {
  const parsed = parseAttemptRef(ref)
  if (!parsed || !boundShards(platform.env).includes(shardOf(parsed.id))) return null
  const row = await messageById(shardOfEnv(platform.env, shardOf(parsed.id)), parsed.realm, parsed.id)
  if (row?.direction !== 1 || row.connection_id !== connection || row.attempt < parsed.attempt) return null
  const message = fromRow(row)
  return {
    ref: attemptRefOf(parsed.realm, parsed.id, parsed.attempt),
    id: parsed.id,
    to: message.to,
    from: message.from,
    content: message.content,
    ...(message.validUntil === null ? {} : { validUntil: message.validUntil }),
  }
}
