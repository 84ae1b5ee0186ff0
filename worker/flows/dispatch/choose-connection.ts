import type { Channel } from '#worker/domain/carriers/channel.ts'
import { covers } from '#worker/domain/carriers/features.ts'
import type { Connection, Provider } from '#worker/domain/carriers/provider.ts'
import type { ConnectionId } from '#worker/domain/ids.ts'
import type { ThrottleSettlement } from '#worker/domain/limits/breaker.ts'
import type { ConnectionConfig } from '#worker/domain/tenants/tenant.ts'
import type { Seconds } from '#worker/domain/time.ts'
import { connectionConfig } from '#worker/flows/carriers/connections.ts'
import { openConnection } from '#worker/flows/carriers/ports.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { expiresAt, type Group, type Unit, type Verdict } from './unit.ts'

/** Messages of one slice: six submits of the provider's batch, within what one statement takes well. */
const SLICE_LIMIT = 1_000

/** A connection whose breaker was probed in vain is tried again after this. */
const PROBE_RETRY: Seconds = 10

/** A connection ready for use. */
export interface Bound {
  readonly config: ConnectionConfig
  readonly provider: Provider
  readonly connection: Connection
}

/** A place at a connection for so many messages now. */
export interface Place {
  readonly bound: Bound
  readonly messages: number
  readonly inFlight: number | null
  /** Gives the permit back, with what came of the submits. The first call counts; it never throws. */
  readonly settle: (told: Omit<ThrottleSettlement, 'permit'>) => Promise<void>
}

/** Messages of a group that are worked together. */
export interface Slice {
  readonly group: Group
  readonly units: readonly Unit[]
  /** Null: no connection takes them, and they end at their claim. */
  readonly place: Place | null
  /** The connection that their claim names. */
  readonly connectionId: ConnectionId | null
  /** How they all end, where that is decided before each is looked at. */
  readonly verdict?: Verdict
}

const NO_ROUTE: Verdict = {
  status: 'failed',
  failure: { code: 'no-route', detail: 'no active connection carries this message' },
}
/** A pinned job's provider may have the message already: with its connection gone nobody can say. */
const PIN_LOST: Verdict = {
  status: 'unknown',
  failure: { code: 'provider-timeout', detail: 'the provider never answered clearly, and its connection is gone' },
}

async function bind(platform: Platform, channel: Channel, id: ConnectionId): Promise<Bound | null> {
  const config = await connectionConfig(platform, id)
  const provider = config ? channel.providers[config.provider] : undefined
  if (!config || !provider || config.status !== 'active') return null
  return { config, provider, connection: openConnection(platform, channel, config) }
}

function settleOnce(platform: Platform, id: ConnectionId, permit: string): Place['settle'] {
  let isSettled = false
  return async ({ unknownStreak, certain, retryAfter }) => {
    if (isSettled) return
    isSettled = true
    const wait = retryAfter === undefined ? {} : { retryAfter }
    try {
      await platform.env.THROTTLE.getByName(id).settle({ permit, unknownStreak, certain, ...wait })
    } catch (error) {
      // The permit ends by itself; what the carrier answered must still be written down.
      platform.log('throttle.unsettled', { connection: id, reason: errorLabel(error) })
    }
  }
}

/** The first connection of the route that takes messages now, or how long to wait; null: there is none at all. */
async function takePlace(
  platform: Platform,
  group: Group,
  want: number,
): Promise<Place | { readonly wait: Seconds } | null> {
  let wait: Seconds | null = null
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
      wait = Math.min(wait ?? Number.POSITIVE_INFINITY, PROBE_RETRY)
      continue
    }
    const settle = settleOnce(platform, id, grant.permit)
    return { bound, messages: grant.messages, inFlight: grant.inFlight, settle }
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

/** The slices of a group that are worked next, and the units that are left. */
interface Cut {
  readonly slices: readonly Slice[]
  readonly left: readonly Unit[]
  /** Until a connection may take what is left; 0: one may now. */
  readonly wait: Seconds
}

/**
 * Cuts the next slices off `rest`: what the first free connection takes; where there is none, messages that end for want of
 * one; where all must wait, those whose validity is over.
 */
export async function cutSlices(platform: Platform, group: Group, rest: readonly Unit[]): Promise<Cut> {
  const place = await takePlace(platform, group, rest.length)
  if (place === null) {
    const pin = rest[0]?.job.pin
    const verdict = pin ? PIN_LOST : NO_ROUTE
    const slice = { group, units: rest.slice(0, SLICE_LIMIT), place, connectionId: pin?.connectionId ?? null, verdict }
    return { slices: [slice], left: rest.slice(SLICE_LIMIT), wait: 0 }
  }
  if ('wait' in place) {
    const now = platform.now()
    const over = rest.filter((unit) => now > expiresAt(unit))
    const slices: Slice[] = []
    for (let i = 0; i < over.length; i += SLICE_LIMIT)
      slices.push({ group, units: over.slice(i, i + SLICE_LIMIT), place: null, connectionId: null })
    return { slices, left: rest.filter((unit) => now <= expiresAt(unit)), wait: Math.ceil(place.wait) }
  }
  const slice = { group, units: rest.slice(0, place.messages), place, connectionId: place.bound.config.id }
  return { slices: [slice], left: rest.slice(place.messages), wait: 0 }
}
