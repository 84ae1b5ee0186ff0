const HOURS = { '1h': 1, '24h': 24, '7d': 168, '30d': 720 } as const

/** A time back from now that is offered by name. */
export type Within = keyof typeof HOURS

/** The times back from now. */
export const WITHIN = Object.keys(HOURS) as readonly Within[]

/** Time that a list is narrowed to: a name of a time back from now, or two times in UTC. */
export interface TimeSearch {
  readonly within?: string
  readonly after?: string
  readonly before?: string
}

/** True of such a name. */
export const isWithin = (value: string | undefined): value is Within => WITHIN.some((name) => name === value)

/** Milliseconds of an hour. */
export const HOUR = 3_600_000
const MINUTE = 60_000

/** Gives the times that a search stands for, whole minutes, so that it stays one question for a while. */
export function timesOf({ within, after, before }: TimeSearch, now = Date.now()): Omit<TimeSearch, 'within'> {
  if (isWithin(within)) {
    const since = Math.floor((now - HOURS[within] * HOUR) / MINUTE) * MINUTE
    return { after: new Date(since).toISOString() }
  }
  return { ...(after === undefined ? {} : { after }), ...(before === undefined ? {} : { before }) }
}
