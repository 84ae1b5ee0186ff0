import { transitionOf } from '../domain/event-refs.ts'
import type { TenantEvent } from '../domain/events.ts'
import type { EndpointId, EventId, TenantId } from '../domain/ids.ts'
import { shardOfEnv } from '../store/ledger.ts'
import { insertWorks } from '../store/work.ts'
import { rebuildEvents } from './events.ts'
import { sendFollowers } from './notify.ts'
import { followerOf, jobChunks } from './notify-retry.ts'
import type { Platform } from './platform.ts'

export interface Rebuilt {
  /** In the order of the ids. */
  readonly events: readonly TenantEvent[]
  /** Events that no message's timeline tells: of endpoints and suppressions, or past their retention. */
  readonly skipped: readonly EventId[]
}

/** Events again by their ids, from the ledger: the same ids, the same words. */
export async function eventsByIds(platform: Platform, tenantId: TenantId, ids: readonly EventId[]): Promise<Rebuilt> {
  const found = await Promise.all(ids.map((id) => transitionOf(platform.config.idKeys, tenantId, id)))
  const rebuilt = await rebuildEvents(
    platform,
    tenantId,
    found.filter((transition) => transition !== null),
  )
  const byId = new Map(rebuilt.map((event) => [event.id, event]))
  return { events: ids.flatMap((id) => byId.get(id) ?? []), skipped: ids.filter((id) => !byId.has(id)) }
}

/** Sends events to one endpoint from the first attempt on, each job watched over by a work row on `shard`. */
export async function redeliver(
  platform: Platform,
  tenantId: TenantId,
  shard: number,
  endpointId: EndpointId,
  events: readonly TenantEvent[],
): Promise<void> {
  const now = platform.now()
  const followers = jobChunks(events).map((chunk) =>
    followerOf({ tenantId, events: chunk, endpointId, attempt: 1 }, shard, now, 0),
  )
  const db = shardOfEnv(platform.env, shard)
  // One by one: together the bodies could pass what one parameter holds.
  for (const { row } of followers) await insertWorks(db, [row]).run()
  await sendFollowers(platform, followers)
}
