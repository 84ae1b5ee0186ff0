import type { EventId } from '#worker/domain/ids.ts'
import { transitionOf } from '#worker/domain/messages/event-refs.ts'
import type { EventType, TenantEvent } from '#worker/domain/messages/events.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { sendWatched } from '#worker/flows/events/notify/notify.ts'
import { jobChunks, watchedJob } from '#worker/flows/events/notify/retry.ts'
import type { Webhook } from '#worker/store/control/webhooks.ts'
import { undeliveredEvents } from '#worker/store/deliveries.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { insertWorks } from '#worker/store/work.ts'
import { rebuildEvents } from './events.ts'

/** Events looked up in one call. */
const MOST = 2_000

interface Redelivered {
  readonly queued: number
  /** Events that no message's timeline tells: of endpoints and suppressions, or past their retention. */
  readonly skipped: readonly EventId[]
}

/** Events again by their ids, from the ledger, in the ids' order: the same ids, the same words. */
async function eventsByIds(platform: Platform, realm: Realm, ids: readonly EventId[]): Promise<TenantEvent[]> {
  const found = await Promise.all(ids.map((id) => transitionOf(platform.config.idKeys, realm, id)))
  const transitions = found.filter((transition) => transition !== null)
  const rebuilt = await rebuildEvents(platform, realm, transitions)
  const byId = new Map(rebuilt.map((event) => [event.id, event]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/** An endpoint that events are sent to again, and the tenant's home shard, which keeps the work rows of the jobs. */
interface Redelivery {
  readonly webhook: Webhook
  readonly shard: number
  /** Only these; null: all. */
  readonly types: readonly EventType[] | null
}

/** Sends events to one endpoint again, from the first attempt on. */
export async function redeliverEvents(
  platform: Platform,
  { webhook, shard, types }: Redelivery,
  eventIds: readonly EventId[],
): Promise<Redelivered> {
  const { realm, id: endpointId } = webhook
  const events = await eventsByIds(platform, realm, eventIds)
  const told = new Set(events.map(({ id }) => id))
  const wanted = events.filter(({ type }) => types === null || types.includes(type))
  const now = platform.now()
  const watched = jobChunks(wanted).map((chunk) =>
    watchedJob({ realm, events: chunk, endpointId, attempt: 1 }, { shard, now }, 0),
  )
  const db = shardOfEnv(platform.env, shard)
  // One by one: together the bodies could pass what one parameter holds.
  for (const { row } of watched) await insertWorks(db, [row]).run()
  await sendWatched(platform, watched)
  return { queued: wanted.length, skipped: eventIds.filter((id) => !told.has(id)) }
}

/** Sends what did not arrive: events in the log's range (delivery ids) that no POST brought through. */
export async function redeliverSince(
  platform: Platform,
  redelivery: Redelivery,
  range: { readonly from: string; readonly until: string; readonly after: string },
): Promise<Redelivered & { readonly nextCursor: string | null }> {
  const { webhook, shard } = redelivery
  const db = shardOfEnv(platform.env, shard)
  const found = await undeliveredEvents(db, webhook.realm, webhook.id, { ...range, limit: MOST })
  // The last row of a full page may be cut: it is left to the next page, where it is whole.
  const cut = found.length === MOST ? found.at(-1)?.deliveryId : undefined
  const whole = cut === undefined ? found : found.filter(({ deliveryId }) => deliveryId !== cut)
  const eventIds = whole.map(({ eventId }) => eventId)
  const done = await redeliverEvents(platform, redelivery, eventIds)
  return { ...done, nextCursor: cut === undefined ? null : (whole.at(-1)?.deliveryId ?? null) }
}
