import { type MessageStatus, rankOf, STATUS_CODES } from '#worker/domain/messages/status.ts'
import type { CampaignRow } from './campaign.ts'
import type { ReceivedEvent } from './receiver.ts'

/** One batch call of the campaign, with its rows and its answer. */
export interface SentBatch {
  readonly id: string
  /** Rows of the campaign, by their index in the call. */
  readonly rows: readonly CampaignRow[]
  readonly accepted: readonly { readonly index: number; readonly id: string }[]
  readonly rejected: readonly { readonly index: number }[]
}

interface Difference {
  readonly ref: string
  readonly expected: string
  readonly found: string
}

/** Events of these batches' messages: the endpoint hears also what the tenant sends beside the campaign. */
export function eventsOfBatches(
  events: Iterable<ReceivedEvent>,
  batches: readonly Pick<SentBatch, 'id'>[],
): ReceivedEvent[] {
  const ours = new Set(batches.map(({ id }) => id))
  return [...events].filter(({ data }) => ours.has(String(data['batchId'])))
}

/** Status that each message has reached by its events: the highest rank wins, as in the ledger. */
export function statusesByEvents(events: Iterable<ReceivedEvent>): Map<string, MessageStatus> {
  const reached = new Map<string, MessageStatus>()
  for (const { type, data } of events) {
    const status = type.startsWith('message.') ? type.slice('message.'.length) : ''
    if (!(status in STATUS_CODES) || status === 'received') continue
    const id = String(data['id'])
    const before = reached.get(id)
    if (before === undefined || rankOf(status as MessageStatus) > rankOf(before))
      reached.set(id, status as MessageStatus)
  }
  return reached
}

/** Compares what was said at accept and in webhooks with what the campaign expects, message by message. */
export function differences(batches: readonly SentBatch[], reached: ReadonlyMap<string, MessageStatus>): Difference[] {
  const found: Difference[] = []
  const known = new Set<string>()
  for (const { rows, accepted, rejected } of batches) {
    const ids = new Map(accepted.map(({ index, id }) => [index, id]))
    const refused = new Set(rejected.map(({ index }) => index))
    rows.forEach(({ ref, expected }, index) => {
      const id = ids.get(index)
      if (id !== undefined) known.add(id)
      const status = refused.has(index) ? 'refused' : id === undefined ? 'no answer' : (reached.get(id) ?? 'no event')
      const twice = id !== undefined && refused.has(index)
      if (status !== expected || twice) found.push({ ref, expected, found: twice ? 'accepted and refused' : status })
    })
  }
  for (const [id, status] of reached)
    if (!known.has(id)) found.push({ ref: id, expected: 'not of this campaign', found: status })
  return found
}

/** Number of a batch's messages that must end in each status. */
export function expectedCounts({ rows }: SentBatch): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { expected } of rows) if (expected !== 'refused') counts[expected] = (counts[expected] ?? 0) + 1
  return counts
}

/** True if two counts by status agree; a missing status counts as zero. */
export function countsAgree(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((status) => (a[status] ?? 0) === (b[status] ?? 0))
}

/** Percentile by nearest rank: the value below which `share` of the values lie, 0 for no values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}
