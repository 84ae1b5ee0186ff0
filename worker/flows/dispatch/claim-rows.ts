import type { ConnectionId } from '#worker/domain/ids.ts'
import type { TimelineEntry } from '#worker/domain/messages/message.ts'
import { failing } from '#worker/domain/messages/timeline.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { RequestRow, SendBody, SendJob } from '#worker/jobs.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { batchStatement, contentStatement, type NewBatch } from '#worker/store/messages/batch-writes.ts'
import { type NewMessage, redactedContent } from '#worker/store/messages/rows.ts'
import { sealContents } from '#worker/store/messages/sealed.ts'
import { sealBatches } from '#worker/store/messages/sealed-batches.ts'
import { insertRequestsStatement, sealRequests } from '#worker/store/requests.ts'
import { deleteWorks } from '#worker/store/work.ts'
import type { Unit, Verdict } from './unit.ts'

/** A message at its claim: whose it is, and how it stands. */
export interface Standing {
  readonly unit: Unit
  /** Key of the person in the ledger (core/person.ts). */
  readonly partyKey: string
  readonly verdict: Verdict
}

function claimTimeline(
  { unit, verdict }: Omit<Standing, 'partyKey'>,
  connection: ConnectionId | null,
  now: EpochMs,
): readonly TimelineEntry[] {
  const { job } = unit
  const entries: TimelineEntry[] = []
  if (job.attempt === 1) entries.push({ at: job.acceptedAt, status: 'accepted', by: 'gateway' })
  if (verdict.status !== 'accepted') {
    entries.push({ at: now, status: verdict.status, ...failing(verdict.failure), by: 'gateway' })
  } else if (job.attempt > 1) {
    entries.push({
      at: now,
      status: 'accepted',
      attempt: job.attempt,
      ...(connection ? { connection } : {}),
      by: 'gateway',
    })
  }
  return entries
}

/** JSON of a content; of one that holds a code only that it did. */
const storedContent = ({ content, code }: SendBody): string =>
  code === undefined ? JSON.stringify(content) : redactedContent('code')

/** The ledger row that claims an attempt. Content that the whole envelope shares stands once, in `contents`. */
export function claimRow(
  standing: Omit<Standing, 'partyKey'>,
  connection: ConnectionId | null,
  now: EpochMs,
): NewMessage {
  const { unit, verdict } = standing
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
    party: item.to,
    line: body.from,
    content: own ? storedContent(body) : null,
    units: body.units,
    encoding: body.encoding,
    purpose: body.purpose,
    clientRef: body.clientRef ?? null,
    metadata: body.metadata ?? null,
    batched: job.batched,
    ...(body.code === undefined ? {} : { isCode: true }),
    refersTo: body.resendOf ?? null,
    validUntil: body.validUntil ?? null,
    acceptedAt: job.acceptedAt,
    timeline: claimTimeline(standing, connection, now),
  }
}

/** Rows of the access log, each from the first envelope of its request. */
export const requestsOf = (jobs: readonly SendJob[]): RequestRow[] =>
  jobs.flatMap((job) => (job.request ? [job.request] : []))

/** Statement for the batches of envelopes. It stands before those that change their messages. */
export async function batchStatements(
  db: D1Database,
  keys: Keyring,
  jobs: readonly SendJob[],
): Promise<D1PreparedStatement[]> {
  const batches = jobs.flatMap((job): NewBatch[] =>
    job.batch
      ? [
          {
            realm: job.realm,
            id: job.batch.id,
            total: job.batch.total,
            accepted: job.batch.accepted,
            clientRef: job.batch.clientRef ?? null,
            acceptedAt: job.acceptedAt,
            canceledAt: null,
          },
        ]
      : [],
  )
  return batches.length > 0 ? [batchStatement(db, await sealBatches(keys, batches))] : []
}

/**
 * Statements for the rest of an envelope: its rows of the access log, its shared content, and the end of the work row that
 * watched over it.
 */
export async function envelopeStatements(
  db: D1Database,
  keys: Keyring,
  jobs: readonly SendJob[],
): Promise<D1PreparedStatement[]> {
  const requests = requestsOf(jobs)
  const contents = jobs.flatMap((job) =>
    job.batched && job.shared.content !== undefined && job.attempt === 1
      ? [{ realm: job.realm, base: job.base, content: JSON.stringify(job.shared.content) }]
      : [],
  )
  const works = jobs.flatMap((job) => (job.work ? [job.work] : []))
  const [sealedRequests, sealedContents] = await Promise.all([
    sealRequests(keys, requests),
    sealContents(keys, contents),
  ])
  return [
    ...(requests.length > 0 ? [insertRequestsStatement(db, sealedRequests)] : []),
    ...(contents.length > 0 ? [contentStatement(db, sealedContents)] : []),
    ...(works.length > 0 ? [deleteWorks(db, works)] : []),
  ]
}
