import type { Channel } from '../domain/channel.ts'
import type { TenantEvent, Transition } from '../domain/events.ts'
import { type ConnectionId, shardOf, type TenantId } from '../domain/ids.ts'
import type { Connection, Provider } from '../domain/provider.ts'
import type { ConnectionConfig, Policy } from '../domain/tenant.ts'
import { MINUTE } from '../domain/time.ts'
import { type SendJob, sendQueue, type WorkKey } from '../env.ts'
import { isDefinite } from '../lib/definite-error.ts'
import { errorLabel } from '../lib/log.ts'
import { shardOfEnv } from '../store/ledger.ts'
import { deleteWork, insertWorks } from '../store/work.ts'
import { policyNow } from './admission.ts'
import { type ClaimedSlice, claimSlice } from './claim.ts'
import { connectionConfig } from './connections.ts'
import { type Emission, emissionOf, emit } from './emit.ts'
import { messageEvent, rebuildEvents } from './events.ts'
import { followUps, sendFollowUps, watched } from './follow-up.ts'
import type { Platform } from './platform.ts'
import { openConnection } from './ports.ts'
import { recordedEvents, recordSlice, settle } from './record.ts'
import { reemit } from './reemit.ts'
import { backoff, routeOf } from './route.ts'
import { type SliceResult, submitSlice } from './submit.ts'
import { attemptOf, expiresAt, subjectOf, type Unit, unitsOf, type Verdict } from './units.ts'

/** Envelopes are worked this long in one invocation (its wall limit is 15 minutes); the rest goes back as new jobs. */
const INVOCATION = 10 * MINUTE
/** Messages of one slice: six submits of the provider's batch, within what one statement takes well. */
const SLICE_LIMIT = 1_000
/** Slices of one invocation: about 15 statements each, and D1 allows 1,000 an invocation. */
const SLICES = 50

interface Bound {
  readonly config: ConnectionConfig
  readonly provider: Provider
  readonly connection: Connection
}

/** Units that share tenant, shard, attempt and way: they go in the same slices. */
interface Group {
  readonly policy: Policy
  readonly shard: number
  readonly channel: Channel
  readonly candidates: readonly ConnectionId[]
  readonly units: readonly Unit[]
}

async function groupsOf(platform: Platform, jobs: readonly SendJob[]): Promise<Group[]> {
  const groups = new Map<string, { group: Omit<Group, 'units'>; units: Unit[] }>()
  const policies = new Map<TenantId, Policy | null>()
  for (const tenantId of new Set(jobs.map((job) => job.tenantId)))
    policies.set(tenantId, await policyNow(platform, tenantId))
  for (const job of jobs) {
    const policy = policies.get(job.tenantId)
    if (!policy) throw new TypeError('a job names a tenant that does not exist')
    const shard = shardOf(`bat_${job.base}`)
    for (const unit of unitsOf(job)) {
      const candidates = routeOf(policy, job, unit.body.from)
      const key = `${job.tenantId}|${shard}|${job.attempt}|${candidates.join()}|${job.pin?.refAttempt ?? ''}`
      const found = groups.get(key)
      if (found) found.units.push(unit)
      else
        groups.set(key, {
          group: { policy, shard, channel: platform.channels[job.channel], candidates },
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

/**
 * Claimed and ended before any carrier: the events are due, and there is nothing to record. What was canceled is told as the
 * ledger has it, for the tenant said so earlier.
 */
async function finishEnded(platform: Platform, group: Group, claimed: ClaimedSlice): Promise<Emission> {
  const { tenantId } = group.policy
  const events: TenantEvent[] = []
  const canceled: Transition[] = []
  for (const { unit, verdict } of claimed.ended) {
    const event = messageEvent(subjectOf(unit), verdict.status, claimed.at, verdict.failure)
    if (verdict.status === 'canceled') canceled.push({ tenantId, id: unit.id, status: 'canceled' })
    else if (event) events.push(event)
  }
  if (canceled.length > 0) events.push(...(await rebuildEvents(platform, tenantId, canceled)))
  return emissionOf(group.policy, tenantId, group.shard, events, platform.now())
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

async function claimWithout(platform: Platform, group: Group, units: readonly Unit[]): Promise<void> {
  const pin = units[0]?.job.pin
  const verdict = pin ? PIN_LOST : NO_ROUTE
  const connection = pin?.connectionId ?? null
  await closeClaim(platform, group, await claimSlice(platform, group.policy, group.shard, units, connection, verdict))
}

/** Ends a slice of which nothing is left to submit. */
async function closeClaim(platform: Platform, group: Group, claimed: ClaimedSlice): Promise<void> {
  const emission = await finishEnded(platform, group, claimed)
  const db = shardOfEnv(platform.env, group.shard)
  await db.batch([deleteWork(db, claimed.work), ...(emission.rows.length > 0 ? [insertWorks(db, emission.rows)] : [])])
  await emit(platform, emission)
}

/** One slice over one connection: claim · submit · record · emit. `told` hears of the submits as soon as they are over. */
async function workSlice(
  platform: Platform,
  group: Group,
  { bound, inFlight }: Admitted,
  units: readonly Unit[],
  told: (slice: SliceResult) => Promise<void>,
): Promise<void> {
  const startedAt = platform.now()
  const claimed = await claimSlice(platform, group.policy, group.shard, units, bound.config.id)
  if (claimed.lost.length > 0) await reemit(platform, group.policy, group.shard, claimed.lost)
  if (claimed.won.length === 0) return closeClaim(platform, group, claimed)
  const slice = await submitSlice(bound.connection, bound.provider, claimed.won.map(attemptOf), inFlight)
  await told(slice)
  const now = platform.now()
  const settled = claimed.won.flatMap((unit, i) => {
    const result = slice.results[i]
    return result ? [settle(unit, result, group.policy)] : []
  })
  const ended = await finishEnded(platform, group, claimed)
  const emission = emissionOf(group.policy, group.policy.tenantId, group.shard, recordedEvents(settled, now), now)
  const next = followUps(group.policy, group.shard, bound.config.id, bound.provider, settled, slice.retryAfter, now)
  await recordSlice(platform, {
    shard: group.shard,
    connection: bound.config.id,
    provider: bound.provider,
    settled,
    claim: claimed.work,
    follow: [...ended.rows, ...emission.rows, ...next.map(({ row }) => row)],
    now,
  })
  await emit(platform, { jobs: [...ended.jobs, ...emission.jobs], rows: [] })
  await sendFollowUps(platform, next)
  platform.log('message.dispatched', {
    tenant: group.policy.tenantId,
    connection: bound.config.id,
    messages: units.length,
    won: claimed.won.length,
    ended: claimed.ended.length,
    lost: claimed.lost.length,
    accepted: settled.filter(({ outcome }) => outcome === 'accepted').length,
    streak: slice.unknownStreak,
    ms: now - startedAt,
  })
}

/**
 * Puts unclaimed units back on their queue as new jobs of the same attempt. The row that watches over a next attempt moves
 * along: left behind, it would bring another copy of a job that only waits.
 */
async function requeue(platform: Platform, shard: number, units: readonly Unit[], delaySeconds: number): Promise<void> {
  for (const [job, own] of Map.groupBy(units, (unit) => unit.job)) {
    const rest: SendJob = { ...job, items: own.map(({ item }) => item) }
    const next = job.work ? await rewatched(platform, shard, rest, job.work, delaySeconds) : rest
    await sendQueue(platform.env, job.channel).send(next, { delaySeconds })
  }
}

async function rewatched(
  platform: Platform,
  shard: number,
  job: SendJob,
  old: WorkKey,
  delaySeconds: number,
): Promise<SendJob> {
  const { job: next, row } = watched(job, shard, delaySeconds, platform.now())
  const db = shardOfEnv(platform.env, shard)
  await db.batch([deleteWork(db, old), insertWorks(db, [row])])
  return next
}

/** Ends those whose validity is over, for no connection takes them now; answers the others. */
async function expireWaiting(platform: Platform, group: Group, units: readonly Unit[]): Promise<readonly Unit[]> {
  const now = platform.now()
  const over = units.filter((unit) => now > expiresAt(unit))
  if (over.length === 0) return units
  await closeClaim(platform, group, await claimSlice(platform, group.policy, group.shard, over, null))
  return units.filter((unit) => !over.includes(unit))
}

interface Admitted {
  readonly bound: Bound
  readonly messages: number
  readonly inFlight: number | null
  readonly permit: string
}

/** The first connection of the route that takes messages now, or how long to wait; null: there is none at all. */
async function admitOne(
  platform: Platform,
  group: Group,
  want: number,
): Promise<Admitted | { readonly wait: number } | null> {
  let wait: number | null = null
  for (const id of group.candidates) {
    const bound = await bind(platform, group.channel, id)
    if (!bound) continue
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

/** Works an admitted slice; the throttle hears of it in any case, and of unclear submits before anything else can fail. */
async function workAdmitted(
  platform: Platform,
  group: Group,
  admitted: Admitted,
  units: readonly Unit[],
): Promise<void> {
  const throttle = platform.env.THROTTLE.getByName(admitted.bound.config.id)
  const settle = async (streak: number, certain: boolean, wait: { retryAfter?: number }) => {
    try {
      await throttle.settle({ permit: admitted.permit, unknownStreak: streak, certain, ...wait })
    } catch (error) {
      // The permit ends by itself; what the carrier answered must still be written down.
      platform.log('throttle.unsettled', { connection: admitted.bound.config.id, reason: errorLabel(error) })
    }
  }
  let isSettled = false
  const told = async ({ unknownStreak, certain, retryAfter }: SliceResult) => {
    isSettled = true
    await settle(unknownStreak, certain, retryAfter === undefined ? {} : { retryAfter })
  }
  try {
    await workSlice(platform, group, admitted, units, told)
  } finally {
    if (!isSettled) await settle(0, false, {})
  }
}

async function workGroup(run: Run, group: Group): Promise<void> {
  const { platform } = run
  let rest = group.units
  while (rest.length > 0) {
    if (platform.now() > run.deadline || run.slices >= SLICES) return requeue(platform, group.shard, rest, 0)
    run.slices++
    const admitted = await admitOne(platform, group, rest.length)
    if (admitted === null) {
      await claimWithout(platform, group, rest.slice(0, SLICE_LIMIT))
      rest = rest.slice(SLICE_LIMIT)
      continue
    }
    if ('wait' in admitted) {
      const waiting = await expireWaiting(platform, group, rest)
      return requeue(platform, group.shard, waiting, Math.ceil(admitted.wait))
    }
    const slice = rest.slice(0, admitted.messages)
    await workAdmitted(platform, group, admitted, slice)
    rest = rest.slice(slice.length)
  }
}

/** Failures of one invocation after which it gives up looking for the bad row: then it is an outage. */
const BAD_LIMIT = 40

/** `poison`: it would fail again for the same reason. */
export type JobVerdict = 'done' | 'retry' | 'poison'

interface Run {
  readonly platform: Platform
  readonly deadline: number
  slices: number
  failures: number
}

/** Works envelopes, with a verdict for each. A bad envelope never holds the others back. */
export async function dispatch(platform: Platform, jobs: readonly SendJob[]): Promise<readonly JobVerdict[]> {
  const run: Run = { platform, deadline: platform.now() + INVOCATION, slices: 0, failures: 0 }
  if ((await dispatchWhole(run, jobs)) === 'done') return jobs.map(() => 'done')
  const verdicts: JobVerdict[] = []
  for (const job of jobs) verdicts.push(await dispatchAlone(run, job))
  return verdicts
}

async function dispatchWhole(run: Run, jobs: readonly SendJob[]): Promise<JobVerdict> {
  try {
    for (const group of await groupsOf(run.platform, jobs)) await workGroup(run, group)
    return 'done'
  } catch (error) {
    run.failures++
    const messages = jobs.reduce((sum, job) => sum + (job.items?.length ?? 0), 0)
    run.platform.log('message.dispatch-failed', { jobs: jobs.length, messages, reason: errorLabel(error) })
    return isDefinite(error) ? 'poison' : 'retry'
  }
}

/** An envelope by itself, and if that fails its halves, down to the one message that cannot be worked. */
async function dispatchAlone(run: Run, job: SendJob): Promise<JobVerdict> {
  if (run.failures > BAD_LIMIT) return 'retry'
  const verdict = await dispatchWhole(run, [job])
  if (verdict === 'done' || !Array.isArray(job.items) || job.items.length < 2) return verdict
  const middle = Math.ceil(job.items.length / 2)
  const { batch: _, request: __, work: ___, ...rest } = job
  const head = await dispatchAlone(run, { ...job, items: job.items.slice(0, middle) })
  const tail = await dispatchAlone(run, { ...rest, items: job.items.slice(middle) })
  if (head === 'retry' || tail === 'retry') return 'retry'
  return head === 'poison' || tail === 'poison' ? 'poison' : 'done'
}
