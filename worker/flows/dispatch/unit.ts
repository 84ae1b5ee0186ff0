import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { Need } from '#worker/domain/carriers/features.ts'
import type { Attempt, Failure } from '#worker/domain/carriers/provider.ts'
import {
  attemptRefOf,
  batchIdOf,
  type ConnectionId,
  type MessageId,
  messageId,
  shardOf,
  type TenantId,
} from '#worker/domain/ids.ts'
import type { MessageStatus } from '#worker/domain/messages/status.ts'
import { expiryOf } from '#worker/domain/messages/validity.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import { homeShard, type Policy } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { EventSubject } from '#worker/flows/events/events.ts'
import type { SendBody, SendItem, SendJob } from '#worker/jobs.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { routeOf } from './route.ts'

/** One message of an envelope in dispatch. */
export interface Unit {
  readonly job: SendJob
  readonly item: SendItem
  readonly id: MessageId
  readonly body: SendBody
}

/** Decision on a message before its carrier is called: to be submitted, or ended already. */
export interface Verdict {
  readonly status: MessageStatus
  readonly failure: Failure | null
}

/**
 * Units that share realm, shard, attempt, candidates and needs, so that they may go in the same slices. None is there twice: a
 * claim answers which messages it won, so that of two copies in one slice both would be sent.
 */
export interface Group {
  readonly policy: Policy
  readonly realm: Realm
  readonly shard: number
  /** Database of the shard: the messages, and the work rows that watch over them. */
  readonly db: D1Database
  /** Database of the tenant's home shard: opt-outs and devices. */
  readonly homeDb: D1Database
  readonly channel: Channel
  readonly candidates: readonly ConnectionId[]
  /** Features that a connection must have to carry these. */
  readonly needs: readonly Need[]
  readonly units: readonly Unit[]
}

/** The envelope's messages; throws a TypeError if one has no whole body (a poison envelope). */
export function unitsOf(job: SendJob): Unit[] {
  return job.items.map((item) => {
    const body = (item.own === undefined ? job.shared : { ...job.shared, ...item.own }) as SendBody
    if (typeof item.to !== 'string' || body.content === undefined || typeof body.from !== 'string') {
      throw new TypeError('an envelope holds a message without recipient, sender or content')
    }
    return { job, item, id: messageId(job.base, item.n), body }
  })
}

/** Says how often the nth message of an envelope was there before: a queue may bring a job twice at once. */
function copiesBefore(seen: Map<number, number>, n: number): number {
  const before = seen.get(n) ?? 0
  seen.set(n, before + 1)
  return before
}

/**
 * Groups the messages of envelopes by the way they go under these policies; a copy of one is in a later group, whose claim drops
 * it. Throws a TypeError for a poison envelope.
 */
export function groupsOf(
  platform: Platform,
  jobs: readonly SendJob[],
  policies: ReadonlyMap<TenantId, Policy | null>,
): Group[] {
  const seenOf = new Map<string, Map<number, number>>()
  const groups = new Map<string, { group: Omit<Group, 'units'>; units: Unit[] }>()
  for (const job of jobs) {
    const policy = policies.get(tenantOf(job.realm))
    if (!policy) throw new TypeError('a job names a tenant that does not exist')
    const { realm } = job
    const shard = shardOf(`bat_${job.base}`)
    const channel = platform.channels[job.channel]
    const attempt = `${realm}|${job.base}|${job.attempt}`
    const seen = seenOf.get(attempt) ?? new Map<number, number>()
    seenOf.set(attempt, seen)
    for (const unit of unitsOf(job)) {
      const candidates = routeOf(policy, job, channel, { to: unit.item.to, body: unit.body })
      const needs = channel.needs(unit.body.content, unit.item.to)
      const key = `${realm}|${shard}|${job.attempt}|${candidates.join()}|${needs.join()}|${job.pin?.refAttempt ?? ''}|${copiesBefore(seen, unit.item.n)}`
      const found = groups.get(key)
      if (found) found.units.push(unit)
      else {
        const db = shardOfEnv(platform.env, shard)
        const homeDb = shardOfEnv(platform.env, homeShard(policy))
        groups.set(key, { group: { policy, realm, shard, db, homeDb, channel, candidates, needs }, units: [unit] })
      }
    }
  }
  return [...groups.values()].map(({ group, units }) => ({ ...group, units }))
}

export const expiresAt = (unit: Unit): EpochMs => expiryOf(unit.job.acceptedAt, unit.body.validUntil)

/** Time after which the message waits no longer: its validity ends, or the repeats of an unclear attempt do. */
export const waitsUntil = (unit: Unit): EpochMs =>
  Math.min(expiresAt(unit), unit.job.pin?.until ?? Number.POSITIVE_INFINITY)

export const subjectOf = ({ id, job, item, body }: Unit): EventSubject => ({
  id,
  direction: 'outbound',
  channel: job.channel,
  to: item.to,
  from: body.from,
  units: body.units,
  purpose: body.purpose,
  clientRef: body.clientRef ?? null,
  batchId: job.batched ? batchIdOf(job.base) : null,
  metadata: body.metadata ?? null,
})

/** The message as its provider is given it. A repeat bears the ref of the attempt that it repeats. */
export function attemptOf({ job, item, id, body }: Unit): Attempt {
  return {
    ref: attemptRefOf(job.realm, id, job.pin?.refAttempt ?? job.attempt),
    id,
    to: item.to,
    from: body.from,
    content: body.content,
    ...(body.validUntil === undefined ? {} : { validUntil: body.validUntil }),
    ...(body.code === undefined ? {} : { code: body.code }),
  }
}
