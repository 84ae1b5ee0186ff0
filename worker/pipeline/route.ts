import type { ConnectionId } from '../domain/ids.ts'
import type { Policy } from '../domain/tenant.ts'
import type { SendJob } from '../env.ts'

/**
 * The connections that a job may go over, in order. A pinned job has one. A sender that belongs to a connection goes over
 * that one; connections that deferred the job in this round come no more.
 */
export function routeOf(
  policy: Policy,
  job: SendJob,
  from: string | undefined,
  senderKeys: readonly string[] = from === undefined ? [] : [from],
): readonly ConnectionId[] {
  if (job.pin) return [job.pin.connectionId]
  const route = policy.routes.find((candidate) => candidate.channel === job.channel && candidate.mode === job.mode)
  if (!route) return []
  const own = policy.senders.filter((candidate) => candidate.channel === job.channel)
  const sender = senderKeys.map((key) => own.find(({ address }) => address.value === key)).find(Boolean)
  const home = sender?.connectionId
  const open = route.connections.filter(
    (id) => home === null || home === undefined || id === home || job.mode === 'test',
  )
  const left = open.filter((id) => !job.tried?.includes(id))
  return left.length > 0 ? left : open
}

const BACKOFF_FIRST = 5
const BACKOFF_MOST = 900

/** Seconds until a deferred message is tried again: 5 s doubling to 15 min, up to a fifth shorter by `chance` (0 … 1). */
export function backoff(attempt: number, chance: number): number {
  const full = Math.min(BACKOFF_MOST, BACKOFF_FIRST * 2 ** Math.min(attempt - 1, 10))
  return Math.max(1, Math.round(full * (1 - 0.2 * chance)))
}
