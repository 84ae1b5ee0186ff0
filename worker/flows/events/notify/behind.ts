import type { EndpointId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'

/**
 * What this isolate still waits for behind the ends of its queue batches: POSTs that were not answered at once. It is no state
 * that must last: who starts without it finds out anew which endpoints do not answer.
 */

/** Queue that a batch is of: first attempts, or all that comes later. */
export type Lane = 'first' | 'again'

/** Tenants' shares of batches that may be waited for, of one tenant in one lane and in all. Each has connections of its own. */
const MOST_OF_TENANT = 2
const MOST = 60

const endpoints = new Map<EndpointId, number>()
const shares = new Map<string, number>()
let all = 0

const add = <Key>(counts: Map<Key, number>, key: Key, more: 1 | -1): void => {
  const count = (counts.get(key) ?? 0) + more
  if (count > 0) counts.set(key, count)
  else counts.delete(key)
}

export const isWaitedFor = (id: EndpointId): boolean => endpoints.has(id)

/** True if so many shares of the tenant are waited for that no further one may begin. */
export const isFull = (lane: Lane, realm: Realm): boolean => (shares.get(`${lane} ${realm}`) ?? 0) >= MOST_OF_TENANT

/** True if a share may go on behind its batch's end. */
export const hasRoom = (): boolean => all < MOST

/** Counts a share, with the endpoints that have not answered it, until `ended`. */
export async function countBehind(
  share: { readonly lane: Lane; readonly realm: Realm },
  unanswered: readonly EndpointId[],
  ended: Promise<unknown>,
): Promise<void> {
  const key = `${share.lane} ${share.realm}`
  all++
  add(shares, key, 1)
  for (const id of unanswered) add(endpoints, id, 1)
  try {
    await ended
  } finally {
    all--
    add(shares, key, -1)
    for (const id of unanswered) add(endpoints, id, -1)
  }
}
