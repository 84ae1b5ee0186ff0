import { type EpochMs, MINUTE, SECOND } from '#worker/domain/time.ts'
import type { RequestRow } from '#worker/jobs.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { subscriberNetwork } from '#worker/lib/http/ip-range.ts'

/** Refused calls that get a row each, per network and second (requirements S6-15). Further ones are counted in one row. */
export const OWN_ROWS_A_SECOND = 10
/** Milliseconds that single rows wait for others, so that one queue message carries many. */
const ROWS_WAIT = SECOND
/** Milliseconds that further refusals wait in one row for like ones: an isolate that ends forgets only those of this time. */
const GATHER_WAIT = 5 * SECOND
/** Most rows held, about 1 MB. With more, all are due at once. */
const MOST_HELD = 2_000
/** Most networks whose refusals are counted at a time. One that is forgotten has its own rows anew. */
const NETWORKS = 10_000
/**
 * Rows a minute that an isolate writes of callers who proved nothing. The law asks for the addresses of users, which these are
 * not: the rest is counted in one row.
 */
export const NOBODYS_ROWS_A_MINUTE = 600

/** Refused sign-ins of one isolate, on their way to the access log. */
interface Refusals {
  /** Notes a refusal. Answers after how many milliseconds the caller must `take` and send, or null: another caller does. */
  add(row: RequestRow, now: EpochMs): number | null
  /** Removes and answers the rows that are due. `count` of a row is how many refusals it stands for. */
  take(now: EpochMs): readonly RequestRow[]
  /** Puts rows back that could not be sent. Answers how many refusals did not fit and are lost. */
  restore(rows: readonly RequestRow[]): number
}

/** Row that stands for `count` refusals of one network, credential and status. */
interface Gathered {
  row: RequestRow
  count: number
}

/** True of refusals of callers who proved nothing; the others hold a good token, and are refused for another reason. */
const isNobodys = ({ status, actor }: RequestRow): boolean => status === 401 || status === 400 || actor === null

/** Makes the row that stands for refusals that have none of their own. */
const leftOutRow = (row: RequestRow): RequestRow => ({
  ...row,
  tenantId: '',
  ip: '*',
  country: null,
  asn: null,
  ray: null,
  actor: null,
  method: '*',
  route: '*',
})

/** Counts one more refusal of a network. True if its own rows of this second are used up. */
function exceedsOwnRows(
  seconds: BoundedMap<string, { second: number; count: number }>,
  network: string,
  now: EpochMs,
): boolean {
  const second = Math.floor(now / 1000)
  const kept = seconds.get(network)
  if (kept?.second === second) return ++kept.count > OWN_ROWS_A_SECOND
  seconds.delete(network)
  seconds.set(network, { second, count: 1 })
  return false
}

export function newRefusals(): Refusals {
  const seconds = new BoundedMap<string, { second: number; count: number }>(NETWORKS)
  const gathered = new Map<string, Gathered>()
  let rows: RequestRow[] = []
  // Times at which a caller has promised to take the rows, and the gathered ones. If one has passed, the request of that
  // caller was ended before, and the next caller promises anew.
  let rowsDueAt = 0
  let gatheredDueAt = 0
  let nobodys = { minute: 0, rows: 0 }

  const addOwn = (row: RequestRow, now: EpochMs): number | null => {
    rows.push(row)
    if (rows.length + gathered.size >= MOST_HELD) return 0
    if (rowsDueAt > now) return null
    rowsDueAt = now + ROWS_WAIT
    return ROWS_WAIT
  }

  const gatherUnder = (key: string, row: RequestRow, network: string, now: EpochMs): number | null => {
    const kept = gathered.get(key)
    if (kept) {
      kept.count += row.count
      // Names the network once its refusals came from several addresses.
      if (kept.row.ip !== row.ip) kept.row = { ...kept.row, ip: network }
    } else gathered.set(key, { row, count: row.count })
    if (rows.length + gathered.size >= MOST_HELD) return 0
    if (gatheredDueAt > now) return null
    gatheredDueAt = now + GATHER_WAIT
    return GATHER_WAIT
  }

  /** Takes one of the minute's rows of nobody's refusals; false if they are used up. */
  const hasRow = (now: EpochMs): boolean => {
    const minute = Math.floor(now / MINUTE)
    if (minute !== nobodys.minute) nobodys = { minute, rows: 0 }
    return ++nobodys.rows <= NOBODYS_ROWS_A_MINUTE
  }

  return {
    add(row, now) {
      const network = subscriberNetwork(row.ip)
      const own = !exceedsOwnRows(seconds, network, now)
      const key = `${network}|${row.actor ?? ''}|${row.status}`
      const needsRow = own || !gathered.has(key)
      if (needsRow && isNobodys(row) && !hasRow(now)) return gatherUnder('*', leftOutRow(row), '*', now)
      return own ? addOwn(row, now) : gatherUnder(key, row, network, now)
    },
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
