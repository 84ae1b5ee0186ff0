import type { EpochMs } from '#worker/domain/time.ts'
import type { RequestRow } from '#worker/jobs.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'

/** Refused sign-ins that get a row each, per address and second (requirements S6-15). Further ones are counted in one row. */
const OWN_ROWS_A_SECOND = 10
/** Milliseconds that single rows wait for others, so that one queue message carries many. */
const ROWS_WAIT = 1_000
/** Milliseconds that further refusals wait in one row for like ones: an isolate that ends forgets only those of this time. */
const GATHER_WAIT = 5_000
/** Most rows held, about 1 MB. With more, all are due at once. */
const MOST_HELD = 2_000
/** Most addresses whose refusals are counted at a time. One that is forgotten has its own rows anew. */
const ADDRESSES = 10_000

/** Refused sign-ins of one isolate, on their way to the access log. */
interface Refusals {
  /** Notes a refusal. Answers after how many milliseconds the caller must `take` and send, or null: another caller does. */
  add(row: RequestRow, now: EpochMs): number | null
  /** Removes and answers the rows that are due. `count` of a row is how many refusals it stands for. */
  take(now: EpochMs): readonly RequestRow[]
  /** Puts rows back that could not be sent. Answers how many refusals did not fit and are lost. */
  restore(rows: readonly RequestRow[]): number
}

/** Row that stands for `count` refusals of one address, credential and status. */
interface Gathered {
  readonly row: RequestRow
  count: number
}

/** Counts one more refusal of an address. True if its own rows of this second are used up. */
function exceedsOwnRows(
  seconds: BoundedMap<string, { second: number; count: number }>,
  ip: string,
  now: EpochMs,
): boolean {
  const second = Math.floor(now / 1000)
  const kept = seconds.get(ip)
  if (kept?.second === second) return ++kept.count > OWN_ROWS_A_SECOND
  seconds.delete(ip)
  seconds.set(ip, { second, count: 1 })
  return false
}

export function newRefusals(): Refusals {
  const seconds = new BoundedMap<string, { second: number; count: number }>(ADDRESSES)
  const gathered = new Map<string, Gathered>()
  let rows: RequestRow[] = []
  // Times at which a caller has promised to take the rows, and the gathered ones. If one has passed, the request of that
  // caller was ended before, and the next caller promises anew.
  let rowsDueAt = 0
  let gatheredDueAt = 0

  const addOwn = (row: RequestRow, now: EpochMs): number | null => {
    rows.push(row)
    if (rows.length + gathered.size >= MOST_HELD) return 0
    if (rowsDueAt > now) return null
    rowsDueAt = now + ROWS_WAIT
    return ROWS_WAIT
  }

  const gather = (row: RequestRow, now: EpochMs): number | null => {
    const key = `${row.ip}|${row.actor ?? ''}|${row.status}`
    const kept = gathered.get(key)
    if (kept) kept.count += row.count
    else gathered.set(key, { row, count: row.count })
    if (rows.length + gathered.size >= MOST_HELD) return 0
    if (gatheredDueAt > now) return null
    gatheredDueAt = now + GATHER_WAIT
    return GATHER_WAIT
  }

  return {
    add: (row, now) => (exceedsOwnRows(seconds, row.ip, now) ? gather(row, now) : addOwn(row, now)),
    take(now) {
      const due: RequestRow[] = rows
      rows = []
      rowsDueAt = 0
      // Takes gathered rows up to `ROWS_WAIT` before they are due: the timer of their caller may fire early, and that caller
      // does not come again.
      if (due.length + gathered.size < MOST_HELD && gatheredDueAt > now + ROWS_WAIT) return due
      for (const { row, count } of gathered.values()) due.push({ ...row, count })
      gathered.clear()
      gatheredDueAt = 0
      return due
    },
    restore(unsent) {
      const room = Math.max(0, MOST_HELD - rows.length - gathered.size)
      rows.push(...unsent.slice(0, room))
      return unsent.slice(room).reduce((lost, { count }) => lost + count, 0)
    },
  }
}
