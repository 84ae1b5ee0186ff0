import type { Channel } from '#worker/domain/carriers/channel.ts'
import { covers, type Need } from '#worker/domain/carriers/features.ts'
import type { Connection, Provider } from '#worker/domain/carriers/provider.ts'
import { type ConnectionId, shardOf } from '#worker/domain/ids.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import type { ConnectionConfig, Policy } from '#worker/domain/tenants/tenant.ts'
import { connectionConfig } from '#worker/flows/carriers/connections.ts'
import { openConnection } from '#worker/flows/carriers/ports.ts'
import { policyNow } from '#worker/flows/core/admission.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { SendJob } from '#worker/jobs.ts'
import { backoff, routeOf } from './route.ts'
import { type Unit, unitsOf } from './unit.ts'

/** Messages of one slice: six submits of the provider's batch, within what one statement takes well. */
export const SLICE_LIMIT = 1_000

/** A connection ready for use. */
interface Bound {
  readonly config: ConnectionConfig
  readonly provider: Provider
  readonly connection: Connection
}

/** Units that share realm, shard, attempt and way: they go in the same slices. */
export interface Group {
  readonly policy: Policy
  readonly realm: Realm
  readonly shard: number
  readonly channel: Channel
  readonly candidates: readonly ConnectionId[]
  /** What a connection must have to carry these. */
  readonly needs: readonly Need[]
  readonly units: readonly Unit[]
}

/** The messages of some envelopes by the way they go. Throws a TypeError for what cannot be read (a poison envelope). */
export async function groupsOf(platform: Platform, jobs: readonly SendJob[]): Promise<Group[]> {
  const groups = new Map<string, { group: Omit<Group, 'units'>; units: Unit[] }>()
  const policies = new Map<Realm, Policy | null>()
  for (const realm of new Set(jobs.map((job) => job.realm)))
    policies.set(realm, await policyNow(platform, tenantOf(realm)))
  for (const job of jobs) {
    const policy = policies.get(job.realm)
    if (!policy) throw new TypeError('a job names a tenant that does not exist')
    const shard = shardOf(`bat_${job.base}`)
    for (const unit of unitsOf(job)) {
      const channel = platform.channels[job.channel]
      const candidates = routeOf(policy, job, channel, { to: unit.item.to, body: unit.body })
      const needs = channel.needs(unit.body.content, unit.item.to)
      const key = `${job.realm}|${shard}|${job.attempt}|${candidates.join()}|${needs.join()}|${job.pin?.refAttempt ?? ''}`
      const found = groups.get(key)
      if (found) found.units.push(unit)
      else
        groups.set(key, {
          group: { policy, realm: job.realm, shard, channel, candidates, needs },
          units: [unit],
        })
    }
  }
  return [...groups.values()].map(({ group, units }) => ({ ...group, units }))
}

async function bind(platform: Platform, channel: Channel, id: ConnectionId): Promise<Bound | null> {
  const config = await connectionConfig(platform, id)
  const provider = config ? channel.providers[config.provider] : undefined
  if (!config || !provider || config.status !== 'active') return null
  return { config, provider, connection: openConnection(platform, channel, config) }
}

/** A place at a connection for so many messages now. */
export interface Place {
  readonly bound: Bound
  readonly messages: number
  readonly inFlight: number | null
  readonly permit: string
}

/** The first connection of the route that takes messages now, or how long to wait; null: there is none at all. */
export async function takePlace(
  platform: Platform,
  group: Group,
  want: number,
): Promise<Place | { readonly wait: number } | null> {
  let wait: number | null = null
  for (const id of group.candidates) {
    const bound = await bind(platform, group.channel, id)
    if (!bound || !covers(bound.provider.features, group.needs)) continue
    const throttle = platform.env.THROTTLE.getByName(id)
    const repeats = bound.provider.dedupeWindow !== undefined
    const limit = Math.min(want, SLICE_LIMIT, 6 * bound.provider.batch)
    const grant = await throttle.admit({
      want: limit,
      rate: bound.config.rate,
      concurrency: repeats ? null : bound.config.concurrency,
    })
    if (!grant.ok) {
      wait = Math.min(wait ?? Number.POSITIVE_INFINITY, grant.retryAfter)
      continue
    }
    if (grant.probe && !(await isHealthy(bound))) {
      await throttle.settle({ permit: grant.permit, unknownStreak: 2, certain: false })
      wait = Math.min(wait ?? Number.POSITIVE_INFINITY, backoff(2, 0))
      continue
    }
    return { bound, messages: grant.messages, inFlight: grant.inFlight, permit: grant.permit }
  }
  return wait === null ? null : { wait }
}

/** A half-open breaker is probed without gambling a message: by `health`, or by a submit that the provider can drop. */
async function isHealthy({ connection, provider }: Bound): Promise<boolean> {
  if (!connection.health) return provider.dedupeWindow !== undefined
  try {
    return await connection.health()
  } catch {
    return false
  }
}
