import { type EventId, idFloor, type MessageId } from '#worker/domain/ids.ts'
import { eventTypeOf, type TenantEvent } from '#worker/domain/messages/events.ts'
import type { Message } from '#worker/domain/messages/message.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { homeShard, type Policy } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { type Delivery, probeDeliveries } from '#worker/store/deliveries.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { rebuildEvents } from './events.ts'

/** Looks at the log for one message, and most rows of each. */
const PROBES = 4
const ROWS_AT_ONCE = 110

/** Whose message it is, and the policy that says where the log lies. */
interface Own {
  readonly realm: Realm
  readonly policy: Policy
}

/** POSTs of a message's events, oldest first. */
interface Told {
  readonly deliveries: readonly Delivery[]
  /** False: there was more of the log than one call looks at, and some may be missing. */
  readonly isWhole: boolean
}

/** Makes the events of a message, as its webhooks heard them, oldest first. */
export async function eventsOfMessage(
  platform: Platform,
  { realm }: Pick<Own, 'realm'>,
  { id, timeline }: Pick<Message, 'id' | 'timeline'>,
): Promise<readonly TenantEvent[]> {
  const statuses = [...new Set(timeline.map(({ status }) => status))].filter((one) => eventTypeOf(one) !== null)
  const events = await rebuildEvents(
    platform,
    realm,
    statuses.map((status) => ({ realm, id, status })),
  )
  return events.toSorted((a, b) => a.at - b.at)
}

/** Time from which a POST is looked for: that of an event, or of a next attempt. */
interface Due {
  readonly at: EpochMs
  readonly event?: EventId
}

/**
 * Finds the POSTs of a message's events in the log, which has no index by event: it looks from where each event began that it has
 * not met yet, and from where a next attempt was due, so many rows and no more.
 */
export async function deliveriesOfMessage(
  platform: Platform,
  { realm, policy }: Own,
  message: MessageId,
  events: readonly TenantEvent[],
): Promise<Told> {
  const db = shardOfEnv(platform.env, homeShard(policy))
  const found = new Map<string, Delivery>()
  const isMet = ({ event }: Due): boolean =>
    event !== undefined && [...found.values()].some(({ eventIds }) => eventIds.includes(event))
  let due: readonly Due[] = events.map(({ id, at }) => ({ at, event: id }))
  /** Id up to which the log was looked at; null: to its end. */
  let until: string | null = ''
  let hasGap = false
  for (let probes = 0; probes < PROBES && until !== null; probes++) {
    const [next, ...rest] = due.filter((one) => !isMet(one)).toSorted((a, b) => a.at - b.at)
    if (!next) break
    const floor = idFloor('dlv', next.at)
    hasGap ||= until !== '' && floor > until
    const from: string = floor > until ? floor : `${until}0`
    const probed = await probeDeliveries(db, realm, message, { from, rows: ROWS_AT_ONCE })
    for (const one of probed.found) found.set(one.id, one)
    due = [...rest, ...probed.found.flatMap(({ nextAt }) => (nextAt === null ? [] : [{ at: nextAt }]))]
    until = probed.until
  }
  return { deliveries: [...found.values()], isWhole: events.length === 0 || (until === null && !hasGap) }
}
