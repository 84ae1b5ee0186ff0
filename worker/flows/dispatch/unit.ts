import type { Attempt, Failure } from '#worker/domain/carriers/provider.ts'
import { attemptRefOf, batchIdOf, type MessageId, messageId } from '#worker/domain/ids.ts'
import type { TimelineEntry } from '#worker/domain/messages/message.ts'
import type { MessageStatus } from '#worker/domain/messages/status.ts'
import { expiryOf } from '#worker/domain/messages/validity.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { EventSubject } from '#worker/flows/events/events.ts'
import type { SendBody, SendItem, SendJob } from '#worker/jobs.ts'
import { entryJson, type NewMessage } from '#worker/store/messages/rows.ts'

/** One message of an envelope in dispatch. */
export interface Unit {
  readonly job: SendJob
  readonly item: SendItem
  readonly id: MessageId
  readonly body: SendBody
}

/** The envelope's messages; throws a TypeError if one has no whole body (a poison envelope). */
export function unitsOf(job: SendJob): Unit[] {
  return job.items.map((item) => {
    const body = (item.own === undefined ? job.shared : { ...job.shared, ...item.own }) as SendBody
    if (typeof item.to !== 'string' || body.content === undefined || typeof body.from !== 'string') {
      throw new TypeError('an envelope holds a message without recipient, sender or content')
    }
    return { job, item, id: messageId(job.base, item.n), body }
  })
}

export const expiresAt = (unit: Unit): EpochMs => expiryOf(unit.job.acceptedAt, unit.body.validUntil)

export const subjectOf = ({ id, job, item, body }: Unit): EventSubject => ({
  id,
  direction: 'outbound',
  channel: job.channel,
  to: item.to,
  from: body.from,
  units: body.units,
  purpose: body.purpose,
  clientRef: body.clientRef ?? null,
  batchId: job.batched ? batchIdOf(job.base) : null,
  metadata: body.metadata ?? null,
})

/** How a message stands before its carrier is called: to be submitted, or ended already. */
export interface Verdict {
  readonly status: MessageStatus
  readonly failure: Failure | null
}

function claimTimeline(unit: Unit, verdict: Verdict, connection: NewMessage['connectionId'], now: EpochMs): string {
  const { job } = unit
  const entries: TimelineEntry[] = []
  if (job.attempt === 1) entries.push({ at: job.acceptedAt, status: 'accepted', by: 'gateway' })
  if (verdict.status !== 'accepted') {
    const { code, detail } = verdict.failure ?? { code: undefined, detail: undefined }
    entries.push({ at: now, status: verdict.status, ...(code ? { code, detail } : {}), by: 'gateway' })
  } else if (job.attempt > 1) {
    entries.push({
      at: now,
      status: 'accepted',
      attempt: job.attempt,
      ...(connection ? { connection } : {}),
      by: 'gateway',
    })
  }
  return entries.map(entryJson).join(',')
}

/** The ledger row that claims this attempt. Content that the whole envelope shares is left to `contents`. */
export function claimRow(
  unit: Unit,
  partyKey: string,
  verdict: Verdict,
  connection: NewMessage['connectionId'],
  now: EpochMs,
): NewMessage {
  const { job, item, id, body } = unit
  const own = item.own?.content !== undefined || !job.batched
  return {
    realm: job.realm,
    id,
    direction: 'outbound',
    channel: job.channel,
    status: verdict.status,
    attempt: job.attempt,
    connectionId: connection,
    providerRef: null,
    partyKey,
    party: item.to,
    line: body.from,
    content: own ? JSON.stringify(body.content) : null,
    units: body.units,
    encoding: body.encoding,
    purpose: body.purpose,
    clientRef: body.clientRef ?? null,
    metadata: body.metadata ?? null,
    batched: job.batched,
    inReplyTo: null,
    validUntil: body.validUntil ?? null,
    failure: verdict.failure,
    acceptedAt: job.acceptedAt,
    timeline: claimTimeline(unit, verdict, connection, now),
  }
}

/** The message as its provider sees it. */
export function attemptOf({ job, item, id, body }: Unit): Attempt {
  return {
    ref: attemptRefOf(job.realm, id, job.pin?.refAttempt ?? job.attempt),
    id,
    to: item.to,
    from: body.from,
    content: body.content,
    ...(body.validUntil === undefined ? {} : { validUntil: body.validUntil }),
  }
}
