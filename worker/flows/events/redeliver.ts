import type { EventId } from '#worker/domain/ids.ts'
import { transitionOf } from '#worker/domain/messages/event-refs.ts'
import type { EventType, TenantEvent } from '#worker/domain/messages/events.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { sendWatched } from '#worker/flows/events/notify/on-queue.ts'
import { jobChunks, watchedJob } from '#worker/flows/events/notify/retry.ts'
import type { Webhook } from '#worker/store/control/webhooks.ts'
import { undeliveredEvents } from '#worker/store/deliveries.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { insertWorks, sealWork } from '#worker/store/work.ts'
import { rebuildEvents } from './events.ts'

/** Most events that one call looks up. */
const MOST = 2_000

interface Redelivered {
  readonly queued: number
  /** Events that the ledger cannot tell again: of endpoints and suppressions, or past their retention. */
  readonly skipped: readonly EventId[]
}

/** Makes the events of these ids from the ledger, in the order of the ids. */
export async function eventsByIds(platform: Platform, realm: Realm, ids: readonly EventId[]): Promise<TenantEvent[]> {
  const found = await Promise.all(ids.map((id) => transitionOf(platform.config.idKeys, realm, id)))
  const transitions = found.filter((transition) => transition !== null)
  const rebuilt = await rebuildEvents(platform, realm, transitions)
  const byId = new Map(rebuilt.map((event) => [event.id, event]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/** An endpoint to redeliver events to, and the tenant's home shard, which keeps the work rows of the jobs. */
interface Redelivery {
  readonly webhook: Webhook
  readonly shard: number
  /** Types of events that are redelivered; null for all. */
  readonly types: readonly EventType[] | null
}

/** Redelivers events to one endpoint, from the first attempt on. */
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
  // Writes the rows one by one: all bodies together could be too large for a bound parameter.
  for (const { row } of watched) await insertWorks(db, await sealWork(platform.keys, [row])).run()
  await sendWatched(platform, watched)
  return { queued: wanted.length, skipped: eventIds.filter((id) => !told.has(id)) }
}

/** Redelivers events of a range of the delivery log (by delivery ids) that no POST has brought through. */
export async function redeliverSince(
  platform: Platform,
  redelivery: Redelivery,
  range: { readonly from: string; readonly until: string; readonly after: string },
): Promise<Redelivered & { readonly nextCursor: string | null }> {
  const { webhook, shard } = redelivery
  const db = shardOfEnv(platform.env, shard)
  const found = await undeliveredEvents(db, webhook.realm, webhook.id, { ...range, limit: MOST })
  // Leaves the last delivery of a full page to the next one: some of its events may be missing here.
  const cut = found.length === MOST ? found.at(-1)?.deliveryId : undefined
  const whole = cut === undefined ? found : found.filter(({ deliveryId }) => deliveryId !== cut)
  const eventIds = whole.map(({ eventId }) => eventId)
  const done = await redeliverEvents(platform, redelivery, eventIds)
  return { ...done, nextCursor: cut === undefined ? null : (whole.at(-1)?.deliveryId ?? null) }
}
