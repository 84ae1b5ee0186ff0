import type { EpochMs } from '#worker/domain/time.ts'
import type { RequestRow } from '#worker/jobs.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'

/** Refused sign-ins of an address that get a row of their own, a second (requirements S6-15); more are gathered. */
const OWN_ROWS_A_SECOND = 10
/** How long rows of their own wait for company, so that one queue message carries many. */
const ROWS_WAIT = 1_000
/** How long an address and credential are gathered. The ten rows a second are the cost; this only bounds what a lost isolate forgets. */
const GATHER_WAIT = 5_000
/** Rows and gathered rows held at most: about 1 MB. Beyond, they go out at once. */
const HELD = 2_000
const ADDRESSES = 10_000

/** Refused sign-ins of one isolate, on their way to the IP log. */
interface Refusals {
  /** Notes one. Null, or after how many milliseconds the caller must `take` and send. */
  add(row: RequestRow, now: EpochMs): number | null
  /** Removes and returns what is due; gathered rows say in `count` how many they stand for. */
  take(now: EpochMs): readonly RequestRow[]
  /** Puts rows back that could not be sent; what does not fit is counted into the return value and lost. */
  restore(rows: readonly RequestRow[]): number
}

interface Gathered {
  readonly row: RequestRow
  count: number
}

/** Counts an address's refusals in the present second. */
function overSecond(seconds: BoundedMap<string, { second: number; count: number }>, ip: string, now: EpochMs): boolean {
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
  // When somebody is to take them; a time gone by means that he never came (his request was ended).
  let rowsDueAt = 0
  let gatheredDueAt = 0

  const addOwn = (row: RequestRow, now: EpochMs): number | null => {
    rows.push(row)
    if (rows.length + gathered.size >= HELD) return 0
    if (rowsDueAt > now) return null
    rowsDueAt = now + ROWS_WAIT
    return ROWS_WAIT
  }

  const gather = (row: RequestRow, now: EpochMs): number | null => {
    const key = `${row.ip}|${row.actor ?? ''}|${row.status}`
    const kept = gathered.get(key)
    if (kept) kept.count += row.count
    else gathered.set(key, { row, count: row.count })
    if (rows.length + gathered.size >= HELD) return 0
    if (gatheredDueAt > now) return null
    gatheredDueAt = now + GATHER_WAIT
    return GATHER_WAIT
  }

  return {
    add: (row, now) => (overSecond(seconds, row.ip, now) ? gather(row, now) : addOwn(row, now)),
    take(now) {
      const due: RequestRow[] = rows
      rows = []
      rowsDueAt = 0
      // Timers may fire a little early; a whole round more would outlive the request that waits.
      if (due.length + gathered.size < HELD && gatheredDueAt > now + ROWS_WAIT) return due
      for (const { row, count } of gathered.values()) due.push({ ...row, count })
      gathered.clear()
      gatheredDueAt = 0
      return due
    },
    restore(unsent) {
      const room = Math.max(0, HELD - rows.length - gathered.size)
      rows.push(...unsent.slice(0, room))
      return unsent.slice(room).reduce((lost, { count }) => lost + count, 0)
    },
  }
}
