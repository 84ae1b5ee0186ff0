import type { Failure } from '#worker/domain/carriers/provider.ts'
import type { TimelineEntry } from './message.ts'
import { type MessageStatus, rankOf } from './status.ts'

/** Failure that an entry tells of. */
export const failureOf = (entry: TimelineEntry): Failure | null =>
  entry.code === undefined
    ? null
    : {
        code: entry.code,
        ...(entry.carrierCode === undefined ? {} : { carrierCode: entry.carrierCode }),
        detail: entry.detail ?? '',
      }

/** Members of an entry that tell of a failure; none for none. */
export const failing = (failure: Failure | null | undefined): Pick<TimelineEntry, 'code' | 'carrierCode' | 'detail'> =>
  failure
    ? {
        code: failure.code,
        ...(failure.carrierCode === undefined ? {} : { carrierCode: failure.carrierCode }),
        detail: failure.detail,
      }
    : {}

/** Finds the entry by which the message reached `status`. Entries that did not advance the state were no transitions. */
export function transitionEntry(timeline: readonly TimelineEntry[], status: MessageStatus): TimelineEntry | undefined {
  let rank = -1
  for (const entry of timeline) {
    if (rankOf(entry.status) <= rank) continue
    rank = rankOf(entry.status)
    if (entry.status === status) return entry
  }
  return undefined
}

/** Failure that led to a message's status. Being accepted is none, though an entry of a deferred attempt has a code. */
export function failureThatLed(timeline: readonly TimelineEntry[], status: MessageStatus): Failure | null {
  const entry = transitionEntry(timeline, status)
  return entry ? failureOf(entry) : null
}

/** What an entry says beside its time, for comparison: a carrier that repeats a report says the same later. */
export const saidBy = ({ at: _, price, ...entry }: TimelineEntry): string =>
  JSON.stringify([
    entry.status,
    entry.by,
    entry.carrierAt,
    entry.attempt,
    entry.connection,
    entry.code,
    entry.carrierCode,
    entry.detail,
    price?.amount,
    price?.currency,
    entry.until,
  ])
