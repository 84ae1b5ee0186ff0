import type { components } from '../../../generated/api.d.ts'
import type { RowOf } from '../../api/answers.ts'

export type Verification = RowOf<'/v1/verifications'>
/** Counts of verifications of one kind. */
export type Counts = components['schemas']['VerificationStatistic']

const DAY = 24 * 60 * 60_000

/** Days that the page looks back. By the beginning of numbers a month is the most that the API counts at once. */
const BACKS = { '24h': 1, '7d': 7, '30d': 30 } as const

/** Name of how long back. */
export type Back = keyof typeof BACKS

/** All of them, the shortest first. */
export const BACK_NAMES = Object.keys(BACKS) as readonly Back[]

/** Reads how long back an address asks for; a week unless it names another. */
export const backOf = (name: string | undefined): Back => BACK_NAMES.find((back) => back === name) ?? '7d'

/** Gives the time from which is counted. */
export const fromOf = (back: Back, now: number): string => new Date(now - BACKS[back] * DAY).toISOString()

/** Why a verification was held back; `too-many-checks`: its recipient had too many wrong ones. Null: it was not. */
export function blockOf({ status, guard }: Verification): string | null {
  if (status !== 'blocked') return null
  return guard?.enforced ? guard.reason : 'too-many-checks'
}

const NOTHING: Counts = {
  ...{ started: 0, sent: 0, delivered: 0, undelivered: 0, approved: 0 },
  ...{ failed: 0, blocked: 0, canceled: 0, expired: 0, pending: 0 },
}
const NUMBERS = Object.keys(NOTHING) as readonly (keyof Omit<Counts, 'at' | 'prefix' | 'channel' | 'reason'>)[]

/** Adds all counts together. */
export function sumOf(data: readonly Counts[]): Counts {
  const sum = { ...NOTHING }
  for (const one of data) for (const name of NUMBERS) sum[name] += one[name]
  return sum
}

/** Counts by the beginning of the number, most codes first; without those to which no code went. */
export const prefixesOf = (data: readonly Counts[]): readonly Counts[] =>
  data.filter(({ sent }) => sent > 0).toSorted((a, b) => b.sent - a.sent)

/** Counts by reason of those that were held back, or went out though the guard had something against them; the most first. */
export const blocksOf = (
  data: readonly Counts[],
  of: 'held' | 'watched',
): readonly (readonly [reason: string, count: number])[] =>
  data
    .flatMap(({ reason, started, blocked }) =>
      reason ? [[reason, of === 'held' ? blocked : started - blocked] as const] : [],
    )
    .filter(([, count]) => count > 0)
    .toSorted(([, a], [, b]) => b - a)
