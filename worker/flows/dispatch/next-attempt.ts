import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { Provider } from '#worker/domain/carriers/provider.ts'
import type { ConnectionId } from '#worker/domain/ids.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import { type EpochMs, MINUTE, SECOND } from '#worker/domain/time.ts'
import { sendQueue } from '#worker/env.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { type SendJob, workRow } from '#worker/jobs.ts'
import { errorLabel } from '#worker/lib/log.ts'
import type { WorkRow } from '#worker/store/work.ts'
import { backoff, routeOf } from './route.ts'
import type { Unit } from './unit.ts'
import { type Settled, successorOf } from './write-outcome.ts'

/** A next attempt, and the work row that brings it back if its queue message is lost. */
export interface FollowUp {
  readonly job: SendJob
  readonly delaySeconds: number
  readonly row: WorkRow
}

const FOLLOW_UP_GRACE = 5 * MINUTE

/**
 * The next attempt and the seconds until it: at once while the route has a connection that has not deferred in this round,
 * else a new round after the provider's word or the back-off.
 */
function paced(
  policy: Policy,
  channel: Channel,
  job: SendJob,
  units: readonly Unit[],
  retryAfter: number | undefined,
): { job: SendJob; delaySeconds: number } {
  const tried = job.tried ?? []
  const hasMore = ({ item, body }: Unit) =>
    routeOf(policy, job, channel, { to: item.to, body }).some((id) => !tried.includes(id))
  if (!job.pin && units.every(hasMore)) return { job, delaySeconds: 0 }
  const { tried: _, ...round } = job
  return { job: round, delaySeconds: Math.max(retryAfter ?? 0, backoff(job.attempt - 1, Math.random())) }
}

/** The job with a row that brings it back some minutes after it should have run. */
export function watched(
  bare: SendJob,
  shard: number,
  delaySeconds: number,
  now: EpochMs,
): Omit<FollowUp, 'delaySeconds'> {
  const work = { shard, dueAt: now + delaySeconds * SECOND + FOLLOW_UP_GRACE, id: crypto.randomUUID() }
  const job: SendJob = { ...bare, work }
  return { job, row: workRow({ kind: 'send', body: job }, { ...work, realm: job.realm }) }
}

/** The next attempts of deferred and unclear messages, an envelope each. */
export function followUps(
  policy: Policy,
  channel: Channel,
  shard: number,
  connection: ConnectionId,
  provider: Provider,
  settled: readonly Settled[],
  retryAfter: number | undefined,
  now: EpochMs,
): FollowUp[] {
  const again = settled.filter(({ outcome }) => outcome === 'deferred' || outcome === 'repeat')
  const groups = Map.groupBy(
    again,
    ({ unit, outcome }) =>
      `${outcome}|${unit.job.base}|${unit.job.attempt}|${unit.job.items.length}|${unit.job.items[0]?.n}`,
  )
  return [...groups.values()].flatMap((group) => {
    const first = group[0]
    if (!first) return []
    const outcome = first.outcome === 'repeat' ? 'repeat' : 'deferred'
    const units = group.map(({ unit }) => unit)
    const successor = successorOf(first.unit.job, units, connection, provider, outcome, now)
    const { job: bare, delaySeconds } = paced(policy, channel, successor, units, retryAfter)
    return [{ delaySeconds, ...watched(bare, shard, delaySeconds, now) }]
  })
}

/** Sends next attempts; what the queue refuses comes back by its work row. */
export async function sendFollowUps(platform: Platform, followUps: readonly FollowUp[]): Promise<void> {
  for (const { job, delaySeconds } of followUps) {
    try {
      await sendQueue(platform.env, job.channel).send(job, delaySeconds > 0 ? { delaySeconds } : undefined)
    } catch (error) {
      platform.log('message.requeue-refused', { messages: job.items.length, reason: errorLabel(error) })
    }
  }
}
