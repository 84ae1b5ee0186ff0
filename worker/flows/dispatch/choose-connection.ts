import type { Channel } from '#worker/domain/carriers/channel.ts'
import { covers } from '#worker/domain/carriers/features.ts'
import type { Connection, Provider } from '#worker/domain/carriers/provider.ts'
import type { ConnectionId } from '#worker/domain/ids.ts'
import type { ThrottleSettlement } from '#worker/domain/limits/breaker.ts'
import type { ConnectionConfig } from '#worker/domain/tenants/tenant.ts'
import { SECOND, type Seconds } from '#worker/domain/time.ts'
import { connectionConfig } from '#worker/flows/carriers/connections.ts'
import { openConnection } from '#worker/flows/carriers/ports.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { BrokenSeal } from '#worker/lib/seal.ts'
import { stoppedOf } from '#worker/store/messages/batches.ts'
import { type Recipients, recipientsOf } from './recipients.ts'
import { type Group, type Unit, type Verdict, waitsUntil } from './unit.ts'

/** Most messages of a slice: what one statement takes well. A slice is also at most six batches of its provider. */
const SLICE_LIMIT = 1_000

/** Wait after a half-open breaker was probed in vain. */
const WAIT_AFTER_PROBE: Seconds = 10

/** A connection ready for use. */
interface Bound {
  readonly config: ConnectionConfig
  readonly provider: Provider
  readonly connection: Connection
}

/** Leave to submit `messages` over a connection now, as its throttle gave it. */
export interface Place {
  readonly bound: Bound
  readonly messages: number
  /** Bound of what the slice may gamble (limits/breaker.ts); null: the provider drops doubles. */
  readonly inFlight: number | null
  /** Who is meant by the messages, asked for beside the place. */
  readonly recipients: Promise<Recipients>
  /** Gives the permit back with what came of the submits. Only the first call counts, all wait for it, and none throws. */
  readonly settle: (told: Omit<ThrottleSettlement, 'permit'>) => Promise<void>
}

/** Messages of a group that are worked together. */
export interface Slice {
  readonly group: Group
  readonly units: readonly Unit[]
  /** Null: no connection takes them, so that they end at their claim. */
  readonly place: Place | null
  /** The connection that their claim names. */
  readonly connectionId: ConnectionId | null
  /** Who is meant by its units, and perhaps by further ones; absent: the claim asks. */
  readonly recipients?: Promise<Recipients>
  /** Set where all of them end alike; absent: the claim judges each. */
  readonly verdict?: Verdict
}

const NO_ROUTE: Verdict = {
  status: 'failed',
  failure: { code: 'no-route', detail: 'no active connection carries this message' },
}
/** `unknown`, because the provider of a pinned job may have the message, and its connection is gone. */
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
  let told: Promise<void> | null = null
  const tell = async ({ unknownStreak, certain, retryAfter }: Omit<ThrottleSettlement, 'permit'>): Promise<void> => {
    const wait = retryAfter === undefined ? {} : { retryAfter }
    try {
      await platform.env.THROTTLE.getByName(id).settle({ permit, unknownStreak, certain, ...wait })
    } catch (error) {
      // The permit ends by itself; what the carrier answered must still be written down.
      platform.log('throttle.unsettled', { connection: id, reason: errorLabel(error) })
    }
  }
  return (settlement) => {
    told ??= tell(settlement)
    return told
  }
}

/**
 * A place at the first connection of the route that gives one, or the wait until one may; null: none carries these. Who has opted
 * out is asked at the same time, since most places are given. Throws if nothing is left but a connection whose row was altered:
 * the messages wait for the operator to mend it.
 */
async function takePlace(
  platform: Platform,
  group: Group,
  units: readonly Unit[],
): Promise<Place | { readonly wait: Seconds } | null> {
  let wait: Seconds | null = null
  let altered: BrokenSeal | null = null
  for (const id of group.candidates) {
    const bound = await bind(platform, group.channel, id).catch((error: unknown) => {
      if (!(error instanceof BrokenSeal)) throw error
      altered = error
      return null
    })
    if (!bound || !covers(bound.provider.features, group.needs)) continue
    const throttle = platform.env.THROTTLE.getByName(id)
    const repeats = bound.provider.dedupeWindow !== undefined
    const limit = Math.min(units.length, SLICE_LIMIT, 6 * bound.provider.batch)
    const recipients = recipientsOf(platform, group, units.slice(0, limit))
    // Fails the claim, which awaits it; without a place nobody does.
    recipients.catch(() => undefined)
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
      wait = Math.min(wait ?? Number.POSITIVE_INFINITY, WAIT_AFTER_PROBE)
      continue
    }
    const settle = settleOnce(platform, id, grant.permit)
    return { bound, messages: grant.messages, inFlight: grant.inFlight, recipients, settle }
  }
  if (wait === null && altered) throw altered
  return wait === null ? null : { wait }
}

/** Probes a connection whose breaker is half open: by `health`, or, where the provider drops repeats, by the next submit. */
async function isHealthy({ connection, provider }: Bound): Promise<boolean> {
  if (!connection.health) return provider.dedupeWindow !== undefined
  try {
    return await connection.health()
  } catch {
    return false
  }
}

const NO_BASES: ReadonlySet<string> = new Set()

/** Bases of the batches that were canceled, so that what waits of them ends at its claim without a place. */
async function stoppedBases({ db, realm }: Group, units: readonly Unit[]): Promise<ReadonlySet<string>> {
  const bases = new Set(units.flatMap(({ job }) => (job.batched ? [job.base] : [])))
  return bases.size === 0 ? NO_BASES : stoppedOf(db, realm, [...bases])
}

/** Slices that are worked next, and the units that are left of the group. */
export interface Cut {
  readonly slices: readonly Slice[]
  readonly left: readonly Unit[]
  /** Time until a connection may take what is left; 0: one may now. */
  readonly wait: Seconds
}

/**
 * Cuts the next slices off `rest`: the messages that a connection takes now; without any connection, messages that end for
 * want of one; while all connections must wait, messages that wait no longer or whose batch was canceled.
 */
export async function cutSlices(platform: Platform, group: Group, rest: readonly Unit[]): Promise<Cut> {
  const place = await takePlace(platform, group, rest)
  if (place === null) {
    const pin = rest[0]?.job.pin
    const verdict = pin ? PIN_LOST : NO_ROUTE
    const slice = { group, units: rest.slice(0, SLICE_LIMIT), place, connectionId: pin?.connectionId ?? null, verdict }
    return { slices: [slice], left: rest.slice(SLICE_LIMIT), wait: 0 }
  }
  if ('wait' in place) {
    const now = platform.now()
    const stopped = await stoppedBases(group, rest)
    const isOver = (unit: Unit): boolean => now > waitsUntil(unit) || (!unit.job.pin && stopped.has(unit.job.base))
    const over = rest.filter(isOver)
    const slices: Slice[] = []
    for (let i = 0; i < over.length; i += SLICE_LIMIT)
      slices.push({ group, units: over.slice(i, i + SLICE_LIMIT), place: null, connectionId: null })
    const left = rest.filter((unit) => !isOver(unit))
    // One millisecond more: until its end a message may still go.
    const soonest = left.reduce((least, unit) => Math.min(least, waitsUntil(unit) + 1 - now), Number.POSITIVE_INFINITY)
    return { slices, left, wait: Math.ceil(Math.min(place.wait, soonest / SECOND)) }
  }
  const { messages, recipients, bound } = place
  const slice = { group, units: rest.slice(0, messages), place, connectionId: bound.config.id, recipients }
  return { slices: [slice], left: rest.slice(place.messages), wait: 0 }
}
