import type { components } from '../../../generated/api.d.ts'

/** Counts of messages of one kind. */
export type Statistic = components['schemas']['Statistic']

/** An answer of the API with such counts. */
export type Statistics = components['schemas']['Statistics']

/** Counts of one direction; undefined: there were none. */
export const ofDirection = (data: readonly Statistic[] | undefined, direction: 'outbound' | 'inbound') =>
  data?.find((one) => one.direction === direction)

/** Share of those that ended which succeeded; null: none has ended. */
export function successOf(one: Statistic | undefined): number | null {
  const ended = one ? one.succeeded + one.unsuccessful : 0
  return one && ended > 0 ? one.succeeded / ended : null
}

const HOUR = 3_600_000

/** Messages that a carrier should have had long ago: those that count as accepted in hours that were looked at anew since. */
export function standingOf({ data, firmUntil }: Statistics): number {
  const firm = firmUntil === null ? 0 : Date.parse(firmUntil)
  return data
    .filter(({ at, direction }) => direction === 'outbound' && at !== undefined && Date.parse(at) + HOUR <= firm)
    .reduce((sum, { statuses }) => sum + (statuses['accepted'] ?? 0), 0)
}
