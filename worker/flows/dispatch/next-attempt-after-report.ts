import type { Channel } from '#worker/domain/carriers/channel.ts'
import { priced } from '#worker/domain/carriers/money.ts'
import type { Failure } from '#worker/domain/carriers/provider.ts'
import { baseOf, type ConnectionId, type MessageId, ordinalOf, parseAttemptRef } from '#worker/domain/ids.ts'
import type { Message, TimelineEntry } from '#worker/domain/messages/message.ts'
import { hasEnded, statusOf } from '#worker/domain/messages/status.ts'
import { failing } from '#worker/domain/messages/timeline.ts'
import { expiryOf } from '#worker/domain/messages/validity.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { type EpochMs, SECOND, type Seconds } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { HeardReceipt, SendBody, SendItem, SendJob } from '#worker/jobs.ts'
import { chunksBySize } from '#worker/lib/chunks.ts'
import { NEXT_ENVELOPE_BYTES } from '#worker/queue-limits.ts'
import { type AttemptEnd, againStatement } from '#worker/store/messages/attempts.ts'
import { messagesByKeys, type StateRow, statesOf } from '#worker/store/messages/reads.ts'
import { fromRow } from '#worker/store/messages/rows.ts'
import { sealEntries } from '#worker/store/messages/sealed.ts'
import { insertWorks, sealWork } from '#worker/store/work.ts'
import { type NextAttempt, sendNextAttempts, watched } from './next-attempt.ts'

/** A receipt with its message. */
export interface Resolved {
  readonly realm: Realm
  readonly id: MessageId
  readonly receipt: HeardReceipt
  /** Hash of the carrier's ref by which the message was found; absent: it was found by ours. */
  readonly refKey?: string
}

interface Sorted {
  /** Receipts that are applied as every report is. */
  readonly live: readonly Resolved[]
  /** Receipts of attempts that ended before: they go into the timeline, and nothing follows from them. */
  readonly past: readonly Resolved[]
  /** Receipts of attempts that are not recorded yet: their job is delivered once more later. */
  readonly early: readonly HeardReceipt[]
}

interface Candidate extends Resolved {
  readonly row: StateRow
  readonly failure: Failure
}

/** The next attempt of a message after one that came to nothing. */
interface Continuation {
  readonly message: Message
  readonly resolved: Candidate
  readonly delaySeconds: Seconds
  /** Number of attempts that have come to nothing by now (`SendJob.again`). */
  readonly again: number
}

/**
 * The timeline entries by which attempts ended while the message went on: only these have an attempt and a report's
 * code.
 */
const endsOf = (timeline: readonly TimelineEntry[]): readonly TimelineEntry[] =>
  timeline.filter(({ by, attempt, code }) => by !== 'gateway' && attempt !== undefined && code !== undefined)

const isSuccess = ({ status }: HeardReceipt): boolean => status === 'delivered' || status === 'read'

/** True if the receipt is of an attempt that ended before. */
function isOfEndedAttempt({ receipt, refKey }: Resolved, row: StateRow): boolean {
  const ended = Math.max(0, ...endsOf(row.timeline).map(({ attempt }) => attempt ?? 0))
  if (ended === 0) return false
  const parsed = 'attemptRef' in receipt ? parseAttemptRef(receipt.attemptRef) : null
  if (parsed) return parsed.attempt <= ended
  // A receipt by the carrier's ref: the ref of the next attempt is unknown until that is recorded, so this one is of the past.
  if (row.outcome === 'again' || row.outcome === null) return true
  return refKey === undefined || refKey !== row.refKey
}

/** The receipt as `submitted`, for a past attempt's failure would look like the end of the message. */
const asPast = (resolved: Resolved): Resolved => ({
  ...resolved,
  receipt: { ...resolved.receipt, status: 'submitted' },
})

/** Sorts receipts by the state of their messages. `candidates` end an attempt, and may be followed by a next one. Pure. */
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
    else if (isOfEndedAttempt(resolved, row)) past.push(asPast(resolved))
    else if (receipt.status === 'undelivered' && receipt.failure && !hasEnded(statusOf(row.status))) {
      const known = candidates.some((one) => one.id === id)
      if (delivered.has(id)) live.push(resolved)
      else if (known) past.push(asPast(resolved))
      else candidates.push({ ...resolved, row, failure: receipt.failure })
    } else live.push(resolved)
  }
  return { live, past, candidates }
}

/** Gives the next attempt of a message after this receipt; null: it ends, also where that would come after its validity. */
export function continuationOf(
  channel: Channel,
  message: Message,
  resolved: Candidate,
  now: EpochMs,
): Continuation | null {
  if (message.direction !== 'outbound' || message.content === null || message.isAltered) return null
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

function jobOf({ message, again }: Continuation, items: readonly SendItem[]): SendJob {
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

/** The next attempts. Messages of one request, attempt and delay share envelopes. */
function nextAttemptsOf(
  channel: Channel,
  shard: number,
  continued: readonly Continuation[],
  now: EpochMs,
): NextAttempt[] {
  const groups = Map.groupBy(
    continued,
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

function attemptEndOf({ resolved, message }: Continuation, { connection, by }: ReportOnShard): AttemptEnd {
  const { failure, receipt } = resolved
  const entry: TimelineEntry = {
    at: receipt.at,
    status: 'submitted',
    carrierAt: receipt.carrierAt,
    attempt: message.attempt,
    connection,
    ...failing(failure),
    ...priced(receipt.price),
    by,
  }
  return { realm: message.realm, id: message.id, attempt: message.attempt, entry }
}

/** Origin of a report, and the shard that it is applied on. */
export interface ReportOnShard {
  readonly connection: ConnectionId
  /** The channel, if its messages may have a next attempt after a report (`Channel.again`); else null. */
  readonly channel: Channel | null
  /** `query`: the carrier was asked. */
  readonly by: 'report' | 'query'
  readonly shard: number
  readonly db: D1Database
}

const keyOf = ({ realm, id }: Resolved) => [realm, id] as const

/** Sorts the receipts out that are followed by a next attempt (`continued`). */
async function continuedBy(
  { keys }: Pick<Platform, 'keys'>,
  report: ReportOnShard & { readonly channel: Channel },
  receipts: readonly Resolved[],
  now: EpochMs,
): Promise<Sorted & { readonly continued: readonly Continuation[] }> {
  const { connection, channel, db } = report
  const rows = new Map((await statesOf(db, keys, receipts.map(keyOf))).map((row) => [row.id as string, row]))
  const { live, past, candidates } = sortReceipts(receipts, rows)
  const early: HeardReceipt[] = []
  const continued: Continuation[] = []
  if (candidates.length === 0) return { live, past, early, continued }
  const found = await messagesByKeys(db, keys, candidates.map(keyOf))
  const messages = new Map(found.map((row) => [row.id, fromRow(row)]))
  for (const candidate of candidates) {
    const message = messages.get(candidate.id)
    const isOurs = candidate.row.connectionId === connection
    const continuation = message && isOurs ? continuationOf(channel, message, candidate, now) : null
    if (continuation === null) live.push(candidate)
    else if (candidate.row.outcome === null) early.push(candidate.receipt)
    else if (candidate.row.outcome === 'accepted') continued.push(continuation)
    else live.push(candidate)
  }
  return { live, past, early, continued }
}

/**
 * Takes out the receipts that end an attempt but not the message (`Channel.again`: a busy line), and opens the next attempt
 * of their messages with a job and a work row, as after a deferred one. Costs nothing on channels without `again`.
 */
export async function openNextAttempts(
  platform: Platform,
  report: ReportOnShard,
  receipts: readonly Resolved[],
): Promise<Sorted> {
  const { connection, channel, shard, db } = report
  if (!channel) return { live: receipts, past: [], early: [] }
  const now = platform.now()
  const { continued, ...sorted } = await continuedBy(platform, { ...report, channel }, receipts, now)
  if (continued.length === 0) return sorted
  const next = nextAttemptsOf(channel, shard, continued, now)
  const ends = continued.map((continuation) => attemptEndOf(continuation, report))
  const [sealed, rows] = await Promise.all([
    sealEntries(platform.keys, ends),
    sealWork(
      platform.keys,
      next.map(({ row }) => row),
    ),
  ])
  await db.batch([againStatement(db, sealed, connection, now), insertWorks(db, rows)])
  await sendNextAttempts(platform, next)
  platform.log('message.again', { connection, messages: continued.length })
  return sorted
}
