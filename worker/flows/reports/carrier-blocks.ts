import { asksSuppression, type PastAttempt } from '#worker/domain/carriers/provider.ts'
import { attemptRefOf, type ConnectionId, shardOf } from '#worker/domain/ids.ts'
import { connectionConfig } from '#worker/flows/carriers/connections.ts'
import { openConnection } from '#worker/flows/carriers/ports.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { blockRecipients } from '#worker/flows/people/block-recipients.ts'
import type { HeardReceipt, ReportJob } from '#worker/jobs.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { statesOf } from '#worker/store/messages/reads.ts'
import type { ChangedRow } from '#worker/store/messages/rows.ts'

export interface BlockedMessage {
  readonly row: ChangedRow
  readonly receipt: HeardReceipt
}

/** The attempts that were reported on, with the carrier's refs, by which most carriers are asked. */
async function pastAttempts(
  platform: Platform,
  blocked: readonly BlockedMessage[],
): Promise<(PastAttempt & { readonly id: string })[]> {
  const past: (PastAttempt & { readonly id: string })[] = []
  // The reports of a carrier that is asked by its own refs name them: the ledger has only their hashes.
  const refs = new Map<string, string>()
  for (const { row, receipt } of blocked)
    if ('providerRef' in receipt && !refs.has(row.id)) refs.set(row.id, receipt.providerRef)
  const parties = new Map<string, string>(blocked.map(({ row }) => [row.id, row.party]))
  for (const [shard, own] of Map.groupBy(blocked, ({ row }) => shardOf(row.id))) {
    const db = shardOfEnv(platform.env, shard)
    const rows = await statesOf(
      db,
      platform.keys,
      own.map(({ row }) => [row.realm, row.id] as const),
    )
    for (const row of rows) {
      past.push({
        id: row.id,
        ref: attemptRefOf(row.realm, row.id, row.attempt),
        providerRef: refs.get(row.id) ?? null,
        to: parties.get(row.id) ?? '',
        submittedAt: row.updatedAt,
      })
    }
  }
  return past
}

/** The messages, reported as blocked by an unsigned callback, of which the carrier says the same when it is asked. */
async function confirmed(
  platform: Platform,
  connection: ConnectionId,
  blocked: readonly BlockedMessage[],
): Promise<readonly BlockedMessage[]> {
  const config = await connectionConfig(platform, connection)
  const channel = config ? platform.channels[config.channel] : undefined
  if (!config || !channel?.providers[config.provider]) return []
  const open = openConnection(platform, channel, config)
  if (!open.query) return []
  try {
    const past = await pastAttempts(platform, blocked)
    const answers = await open.query(past)
    const refs = new Set(
      answers
        .filter(asksSuppression)
        .flatMap((answer) => [
          'providerRef' in answer ? answer.providerRef : undefined,
          'attemptRef' in answer ? answer.attemptRef : undefined,
        ])
        .filter((ref) => ref !== undefined),
    )
    const ids = new Set(
      past.filter(({ ref, providerRef }) => refs.has(ref) || refs.has(providerRef ?? '')).map(({ id }) => id),
    )
    return blocked.filter(({ row }) => ids.has(row.id))
  } catch (error) {
    platform.log('report.unconfirmed', { connection, messages: blocked.length, reason: errorLabel(error) })
    return []
  }
}

/**
 * Blocks the recipients that a report speaks of. An unsigned callback is believed only if the carrier says the same when asked.
 */
export async function blockReported(
  platform: Platform,
  report: { readonly connection: ConnectionId; readonly proof: ReportJob['proof'] },
  blocked: readonly BlockedMessage[],
): Promise<void> {
  if (blocked.length === 0) return
  const { connection } = report
  const certain = report.proof === 'path-secret' ? await confirmed(platform, connection, blocked) : blocked
  await blockRecipients(
    platform,
    connection,
    certain.map(({ row: { realm, id, channel, party, line }, receipt: { at, suppress = true } }) => ({
      realm,
      id,
      channel,
      party,
      line,
      at,
      suppress,
    })),
  )
}
