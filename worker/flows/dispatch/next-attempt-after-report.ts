import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { Failure, Receipt } from '#worker/domain/carriers/provider.ts'
import { baseOf, type ConnectionId, type MessageId, ordinalOf, parseAttemptRef } from '#worker/domain/ids.ts'
import type { Message, TimelineEntry } from '#worker/domain/messages/message.ts'
import { hasEnded, statusOf } from '#worker/domain/messages/status.ts'
import { expiryOf } from '#worker/domain/messages/validity.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { type EpochMs, SECOND } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { SendBody, SendItem, SendJob } from '#worker/jobs.ts'
import { chunksBySize } from '#worker/lib/chunks.ts'
import { NEXT_ENVELOPE_BYTES } from '#worker/queue-limits.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { messagesByKeys, type StateRow, statesOf } from '#worker/store/messages/reads.ts'
import { entryJson, fromRow, parseTimeline } from '#worker/store/messages/rows.ts'
import { type AttemptEnd, againStatement } from '#worker/store/messages/writes.ts'
import { insertWorks } from '#worker/store/work.ts'
import { type NextAttempt, sendNextAttempts, watched } from './next-attempt.ts'

/** A receipt with the message it speaks of. */
export interface Resolved {
  readonly realm: Realm
  readonly id: MessageId
  readonly receipt: Receipt
}

interface Sorted {
  /** To be applied as every report is. */
  readonly live: readonly Resolved[]
  /** Of an attempt that is over: told in the timeline, and nothing follows from them. */
  readonly past: readonly Resolved[]
  /** Of an attempt that is not recorded yet: they must come again. */
  readonly early: readonly Receipt[]
}

interface Candidate extends Resolved {
  readonly row: StateRow
  readonly failure: Failure
}

interface Retry {
  readonly message: Message
  readonly resolved: Candidate
  readonly delaySeconds: number
  /** Attempts before the next one that came to nothing. */
  readonly again: number
}

/** The entries by which attempts ended and the message went on: only they name an attempt in a report's words. */
const endsOf = (timeline: readonly TimelineEntry[]): readonly TimelineEntry[] =>
  timeline.filter(({ by, attempt, code }) => by !== 'gateway' && attempt !== undefined && code !== undefined)

const isSuccess = ({ status }: Receipt): boolean => status === 'delivered' || status === 'read'

/** Does the receipt speak of an attempt that was ended before? */
function isPast(receipt: Receipt, row: StateRow): boolean {
  const ended = Math.max(0, ...endsOf(parseTimeline(row.timeline)).map(({ attempt }) => attempt ?? 0))
  if (ended === 0) return false
  const parsed = 'attemptRef' in receipt ? parseAttemptRef(receipt.attemptRef) : null
  if (parsed) return parsed.attempt <= ended
  // The carrier's own ref of the next attempt is known only once that is recorded.
  if (row.outcome === 'again' || row.outcome === null) return true
  return !('providerRef' in receipt) || receipt.providerRef !== row.provider_ref
}

/** What is said of a past attempt must not look like the message's own end. */
const asPast = (resolved: Resolved): Resolved => ({
  ...resolved,
  receipt: { ...resolved.receipt, status: 'submitted' },
})

/** Sorts receipts by what is known of their messages; `candidates` may be tried again. Pure. */
export function sortReceipts(
  receipts: readonly Resolved[],
  rows: ReadonlyMap<string, StateRow>,
): { readonly live: Resolved[]; readonly past: Resolved[]; readonly candidates: Candidate[] } {
  const live: Resolved[] = []
  const past: Resolved[] = []
  const candidates: Candidate[] = []
  const delivered = new Set(receipts.filter(({ receipt }) => isSuccess(receipt)).map(({ id }) => id))
  for (const resolved of receipts) {
    const { receipt, id } = resolved
    const row = rows.get(id)
    if (!row || isSuccess(receipt)) live.push(resolved)
    else if (isPast(receipt, row)) past.push(asPast(resolved))
    else if (receipt.status === 'undelivered' && receipt.failure && !hasEnded(statusOf(row.status))) {
      const known = candidates.some((one) => one.id === id)
      if (delivered.has(id)) live.push(resolved)
      else if (known) past.push(asPast(resolved))
      else candidates.push({ ...resolved, row, failure: receipt.failure })
    } else live.push(resolved)
  }
  return { live, past, candidates }
}

/** How the message goes on after this receipt; null: it ends. A next attempt past its validity would reach nobody. */
export function retryOf(channel: Channel, message: Message, resolved: Candidate, now: EpochMs): Retry | null {
  if (message.direction !== 'outbound' || message.content === null) return null
  const again = endsOf(message.timeline).length + 1
  const delaySeconds = channel.again?.(message.content, resolved.failure, again) ?? null
  if (delaySeconds === null) return null
  const expiresAt = expiryOf(message.acceptedAt, message.validUntil ?? undefined)
  return now + delaySeconds * SECOND >= expiresAt ? null : { message, resolved, delaySeconds, again }
}

function itemOf(channel: Channel, message: Message): SendItem {
  const { from, content, units, encoding, purpose, clientRef, metadata, validUntil } = message
  const own: SendBody = {
    from,
    fromKind: channel.sender(from).kind,
    content,
    units,
    encoding,
    purpose,
    ...(clientRef === null ? {} : { clientRef }),
    ...(metadata === null ? {} : { metadata }),
    ...(validUntil === null ? {} : { validUntil }),
  }
  return { n: ordinalOf(message.id), to: message.to, own }
}

function jobOf({ message, again }: Retry, items: readonly SendItem[]): SendJob {
  return {
    kind: 'send',
    channel: message.channel,
    realm: message.realm,
    base: baseOf(message.id),
    acceptedAt: message.acceptedAt,
    shared: {},
    items,
    batched: message.batchId !== null,
    attempt: message.attempt + 1,
    again,
  }
}

/** The next attempts, messages of one request and delay in one envelope. */
function nextAttempts(channel: Channel, shard: number, retries: readonly Retry[], now: EpochMs): NextAttempt[] {
  const groups = Map.groupBy(
    retries,
    ({ message, delaySeconds, again }) =>
      `${message.realm}|${baseOf(message.id)}|${message.attempt}|${again}|${delaySeconds}`,
  )
  return [...groups.values()].flatMap((group) => {
    const first = group[0]
    if (!first) return []
    const items = group.map(({ message }) => itemOf(channel, message))
    const envelopes = chunksBySize(items, (item) => 2 * JSON.stringify(item).length, NEXT_ENVELOPE_BYTES)
    return envelopes.map((part) => ({
      delaySeconds: first.delaySeconds,
      ...watched(jobOf(first, part), shard, first.delaySeconds, now),
    }))
  })
}

function endOf({ resolved, message }: Retry, connection: ConnectionId, by: 'report' | 'query'): AttemptEnd {
  const { failure, receipt } = resolved
  const entry: TimelineEntry = {
    at: receipt.at,
    status: 'submitted',
    attempt: message.attempt,
    connection,
    code: failure.code,
    ...(failure.carrierCode === undefined ? {} : { carrierCode: failure.carrierCode }),
    detail: failure.detail,
    by,
  }
  return { realm: message.realm, id: message.id, attempt: message.attempt, entry: entryJson(entry) }
}

interface Report {
  readonly connection: ConnectionId
  readonly channel: Channel | null
}

/**
 * Takes the receipts out that end an attempt but not the message (`Channel.again`: a busy line), and opens the next attempt
 * for their messages: job and work row as for a deferred one. Free for channels that try nothing again.
 */
export async function tryAgain(
  platform: Platform,
  shard: number,
  { connection, channel }: Report,
  receipts: readonly Resolved[],
  by: 'report' | 'query',
): Promise<Sorted> {
  if (!channel) return { live: receipts, past: [], early: [] }
  const now = platform.now()
  const db = shardOfEnv(platform.env, shard)
  const keyOf = ({ realm, id }: Resolved) => [realm, id] as const
  const rows = new Map((await statesOf(db, receipts.map(keyOf))).map((row) => [row.id as string, row]))
  const { live, past, candidates } = sortReceipts(receipts, rows)
  if (candidates.length === 0) return { live, past, early: [] }
  const messages = new Map((await messagesByKeys(db, candidates.map(keyOf))).map((row) => [row.id, fromRow(row)]))
  const early: Receipt[] = []
  const retries: Retry[] = []
  for (const candidate of candidates) {
    const message = messages.get(candidate.id)
    const isOurs = candidate.row.connection_id === connection
    const retry = message && isOurs ? retryOf(channel, message, candidate, now) : null
    if (retry === null) live.push(candidate)
    else if (candidate.row.outcome === null) early.push(candidate.receipt)
    else if (candidate.row.outcome === 'accepted') retries.push(retry)
    else live.push(candidate)
  }
  if (retries.length > 0) {
    const next = nextAttempts(channel, shard, retries, now)
    const ends = retries.map((retry) => endOf(retry, connection, by))
    await db.batch([
      againStatement(db, ends, connection, now),
      insertWorks(
        db,
        next.map(({ row }) => row),
      ),
    ])
    await sendNextAttempts(platform, next)
    platform.log('message.again', { connection, messages: retries.length })
  }
  return { live, past, early }
}
