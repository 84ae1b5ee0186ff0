import type { EndpointId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'

/**
 * What this isolate still waits for behind the ends of its queue batches: POSTs that were not answered at once. It is no state
 * that must last: who starts without it finds out anew which endpoints do not answer.
 */

/** Queue that a batch is of: first attempts, or all that comes later. */
export type Lane = 'first' | 'again'

/** A count of tenants' shares of batches, each with connections of its own, and of their events, which take memory. */
interface Load {
  readonly shares: number
  readonly events: number
}

/** What may be waited for of one tenant in one lane, and in all: an event takes about 600 bytes, and an isolate has 128 MB. */
const MOST_OF_TENANT: Load = { shares: 2, events: 5_000 }
const MOST: Load = { shares: 60, events: 60_000 }

const endpoints = new Map<EndpointId, number>()
const shares = new Map<string, number>()
const events = new Map<string, number>()
const all = { shares: 0, events: 0 }

const add = <Key>(counts: Map<Key, number>, key: Key, more: number): void => {
  const count = (counts.get(key) ?? 0) + more
  if (count > 0) counts.set(key, count)
  else counts.delete(key)
}

export const isWaitedFor = (id: EndpointId): boolean => endpoints.has(id)

/** True if so much of the tenant is waited for that no further share may begin. */
export function isTenantFull(lane: Lane, realm: Realm): boolean {
  const key = `${lane} ${realm}`
  return (shares.get(key) ?? 0) >= MOST_OF_TENANT.shares || (events.get(key) ?? 0) >= MOST_OF_TENANT.events
}

/** True if a share may go on behind its batch's end. */
export const hasRoom = (): boolean => all.shares < MOST.shares && all.events < MOST.events

/** Counts a share of so many events, with the endpoints that have not answered it, until `ended`. */
export async function countBehind(
  share: { readonly lane: Lane; readonly realm: Realm; readonly events: number },
  unanswered: readonly EndpointId[],
  ended: Promise<unknown>,
): Promise<void> {
  const key = `${share.lane} ${share.realm}`
  const count = (more: 1 | -1): void => {
    all.shares += more
    all.events += more * share.events
    add(shares, key, more)
    add(events, key, more * share.events)
    for (const id of unanswered) add(endpoints, id, more)
  }
  count(1)
  try {
    await ended
  } finally {
    count(-1)
  }
}
