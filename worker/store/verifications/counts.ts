import { CHANNELS, type ChannelName } from '#worker/domain/channel-names.ts'
import { GUARD_REASONS, isNumber, prefixesOf } from '#worker/domain/guard/verdict.ts'
import { DAY_SLOTS, SLOT } from '#worker/domain/statistics/counts.ts'
import type { VerificationRecord } from './read.ts'

/** Counts of verifications, as they are kept and added up. */

/** What came of a verification. `pending` is also one that nobody ended: that its codes have expired is seen at reading. */
const OUTCOMES = ['pending', 'approved', 'failed', 'blocked', 'canceled'] as const
export type Outcome = (typeof OUTCOMES)[number]

/**
 * Why a verification was held back, or would have been: what the guard had against it, or too many wrong checks of its recipient.
 * Kept by their places: new ones go to the end.
 */
export const BLOCK_REASONS = [...GUARD_REASONS, 'too-many-checks'] as const
export type BlockReason = (typeof BLOCK_REASONS)[number]

/** Verifications that are alike. */
export interface VerificationGroup {
  /** Half hour of their start, since the epoch. */
  readonly slot: number
  /** Beginning of their numbers; '': of no number, or not counted apart. */
  readonly prefix: string
  /** Of the last code, or the first that was offered. */
  readonly channel: ChannelName
  readonly outcome: Outcome
  /**
   * True if a code went out; if one arrived, as a carrier reported or its use proves; and if none is known to have, and the last
   * one is known not to.
   */
  readonly isSent: boolean
  readonly isDelivered: boolean
  readonly isUndelivered: boolean
  readonly reason: BlockReason | null
  readonly n: number
}

/** Counts of a day by beginnings of numbers: a list of slots of the day, ways and numbers in turn. */
export type PackedDay = Readonly<Record<string, readonly number[]>>

/** Most beginnings of numbers that one day tells apart; what comes behind them is counted under none. */
const MOST_PREFIXES = 500

function outcomeOf({ facts: { status, feedback } }: VerificationRecord): Outcome {
  if (feedback === 'approved') return 'approved'
  return feedback === 'failed' && status === 'pending' ? 'failed' : status
}

/** Says what a verification counts as. */
export function groupOf(record: VerificationRecord): VerificationGroup {
  const { facts, order } = record
  const last = facts.codes.at(-1)
  const outcome = outcomeOf(record)
  const isSent = last !== undefined
  const isDelivered = isSent && (outcome === 'approved' || facts.codes.some((code) => code.isDelivered))
  return {
    slot: Math.floor(facts.startedAt / SLOT),
    prefix: isNumber(order.to) ? (prefixesOf(order.to)[0] ?? '') : '',
    channel: last?.channel ?? order.channels[0] ?? 'sms',
    outcome,
    isSent,
    isDelivered,
    isUndelivered: last?.isUnsent === true && !isDelivered,
    reason: facts.status === 'blocked' && !facts.guard?.enforced ? 'too-many-checks' : (facts.guard?.reason ?? null),
    n: 1,
  }
}

/** Numbers that a way is made of, the last one first: each is below its bound. */
const BOUNDS = { outcome: 8, sent: 2, delivered: 2, undelivered: 2, reason: 16 } as const

/** One number for all that a group is told apart by, but its slot and the beginning of its numbers. */
function wayOf({ channel, outcome, isSent, isDelivered, isUndelivered, reason }: VerificationGroup): number {
  const why = reason === null ? 0 : BLOCK_REASONS.indexOf(reason) + 1
  const parts = [
    [why, BOUNDS.reason],
    [Number(isUndelivered), BOUNDS.undelivered],
    [Number(isDelivered), BOUNDS.delivered],
    [Number(isSent), BOUNDS.sent],
    [OUTCOMES.indexOf(outcome), BOUNDS.outcome],
  ] as const
  return parts.reduce((sum, [part, bound]) => sum * bound + part, CHANNELS.indexOf(channel))
}

/** Undoes `wayOf`; throws a RangeError for a number that no version wrote. */
function ofWay(way: number): Omit<VerificationGroup, 'slot' | 'prefix' | 'n'> {
  let rest = way
  const next = (bound: number): number => {
    const part = rest % bound
    rest = Math.floor(rest / bound)
    return part
  }
  const outcome = OUTCOMES[next(BOUNDS.outcome)]
  const isSent = next(BOUNDS.sent) === 1
  const isDelivered = next(BOUNDS.delivered) === 1
  const isUndelivered = next(BOUNDS.undelivered) === 1
  const why = next(BOUNDS.reason)
  const channel = CHANNELS[rest]
  if (!outcome || !channel) throw new RangeError(`no verifications are of the way ${way}`)
  return { outcome, isSent, isDelivered, isUndelivered, reason: BLOCK_REASONS[why - 1] ?? null, channel }
}

/** UTC day of a slot. */
export const dayOfSlot = (slot: number): number => Math.floor(slot / DAY_SLOTS)

/** Opens packed counts of a day. */
export function groupsOfDay(packed: PackedDay, day: number): VerificationGroup[] {
  return Object.entries(packed).flatMap(([prefix, numbers]) =>
    Array.from({ length: numbers.length / 3 }, (_, i) => {
      const [slot = 0, way = 0, n = 0] = numbers.slice(3 * i, 3 * i + 3)
      return { slot: day * DAY_SLOTS + slot, prefix, ...ofWay(way), n }
    }),
  )
}

/**
 * Adds groups of one day to its packed counts. A beginning of numbers that is new goes under none where the day has too many:
 * so it does for ever, as those that are there stay.
 */
export function withGroups(before: PackedDay, groups: readonly VerificationGroup[]): PackedDay {
  const sums = new Map(
    Object.entries(before).map(([prefix, numbers]) => {
      const own = new Map<string, number>()
      for (let i = 0; i < numbers.length; i += 3) own.set(`${numbers[i]},${numbers[i + 1]}`, numbers[i + 2] ?? 0)
      return [prefix, own] as const
    }),
  )
  for (const group of groups) {
    const prefix = sums.has(group.prefix) || sums.size < MOST_PREFIXES ? group.prefix : ''
    const own = sums.get(prefix) ?? new Map<string, number>()
    sums.set(prefix, own)
    const key = `${group.slot % DAY_SLOTS},${wayOf(group)}`
    own.set(key, (own.get(key) ?? 0) + group.n)
  }
  return Object.fromEntries(
    [...sums].map(([prefix, own]) => [
      prefix,
      [...own].filter(([, n]) => n !== 0).flatMap(([key, n]) => [...key.split(',').map(Number), n]),
    ]),
  )
}
