import type { TenantId } from '#worker/domain/ids.ts'
import {
  busierMode,
  closeLeases,
  demandOf,
  type HeldLease,
  type Holding,
  isFresh,
  isSpending,
  limitsAt,
  newHolding,
  type Purse,
  putBack,
  refundEnd,
  spend,
  takeGrant,
  takePolicy,
} from '#worker/domain/limits/holding.ts'
import type { LeaseEnd, LeaseGrant, LeaseRequest, LimitState } from '#worker/domain/limits/lease.ts'
import { Problem } from '#worker/domain/problem.ts'
import type { Mode } from '#worker/domain/realm.ts'
import { isOpen, type Policy } from '#worker/domain/tenants/tenant.ts'
import { type EpochMs, SECOND } from '#worker/domain/time.ts'
import { randomDigits } from '#worker/lib/base32.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { setBackBy } from '#worker/lib/steady-clock.ts'
import { quotaExceeded, tooMany, tooManyCalls } from './admission-refusals.ts'
import { callObject } from './call-object.ts'
import type { Platform } from './platform.ts'

/** Origin of a request's tokens, which `refund` gives them back to. */
export interface Taken {
  /** Lease that they were spent from; null: the object granted them to this request alone. */
  readonly lease: HeldLease | null
  /** Time of the grant on the object's clock: caps are credited in the window that they were taken from. */
  readonly grantedAt: EpochMs
  /** Mode that they are counted as. */
  readonly mode: Mode
}

type Admitted =
  | {
      readonly ok: true
      readonly policy: Policy
      readonly limits: readonly LimitState[]
      readonly taken: Taken
    }
  | Refused
interface Refused {
  readonly ok: false
  readonly problem: Problem
}
/** Result of asking for a call. `limits` answers how the limit of calls stands. */
type AdmittedCall = { readonly ok: true; readonly limits: () => readonly LimitState[] } | Refused

type AdmissionPlatform = Pick<Platform, 'now' | 'log'> & { readonly env: Pick<Platform['env'], 'TENANT'> }

/** `call`: recent enough, and wanted for a call, so that tokens of calls come with it. */
type PolicyAge = 'recent' | 'call' | 'now'

interface Admission {
  /**
   * Answers the policy, at most `POLICY_TTL` old, or as it is `now`; null if there is no such tenant. Throws a 503 if it
   * cannot be had.
   */
  policyOf(platform: AdmissionPlatform, tenantId: TenantId, age?: PolicyAge): Promise<Policy | null>
  /** Answers the policy if this isolate has one that is at most `POLICY_TTL` old. */
  policyHeld(platform: AdmissionPlatform, tenantId: TenantId): Policy | null
  /**
   * Takes `n` messages of this mode from the tenant's limits, all or none. No promise if the isolate holds enough tokens. A
   * refusal is a value, and the object's: limits that were raised a moment ago are known there, here seconds later.
   */
  admit(platform: AdmissionPlatform, tenantId: TenantId, mode: Mode, n: number): Admitted | Promise<Admitted>
  /** Takes one call from the tenant's limit of calls, as `admit` takes messages. */
  admitCall(platform: AdmissionPlatform, tenantId: TenantId): AdmittedCall | Promise<AdmittedCall>
  /**
   * Gives back `n` messages that a request took and then did not send. Without its lease (or after the lease's end) only the
   * daily and monthly counts are corrected: the burst has refilled meanwhile, and giving it twice would overshoot. The object
   * is told at once, because this isolate may never ask it again. Never throws: what cannot be told stays taken.
   */
  refund(platform: AdmissionPlatform, tenantId: TenantId, n: number, taken: Taken): Promise<void>
}

const tenantObject = (platform: AdmissionPlatform, tenantId: TenantId) => platform.env.TENANT.getByName(tenantId)

/** Tenants that an isolate keeps: with policies of some kilobytes each a few megabytes of its 128. */
const MOST_TENANTS = 1_000

/** Calls that an isolate asks for with the first policy of a tenant: a call or two of people, and the page that they make. */
const FIRST_CALLS = 20
/** Longest time that an isolate repeats a refusal of calls by itself, so that a flood costs the object a call a second. */
const REFUSE_FOR = SECOND

const notAdmitted = (problem: Problem): Refused => ({ ok: false, problem })

function granted({ policy }: Holding, purse: Purse, taken: Taken, now: EpochMs): Admitted {
  return { ok: true, policy, limits: limitsAt(purse, now), taken }
}

const takenFrom = (lease: HeldLease): Taken => {
  const { grantedAt, mode } = lease.tag
  return { lease, grantedAt, mode }
}

/** Tokens that a request needs now. */
interface Need {
  readonly mode: Mode
  readonly messages: number
  readonly calls: number
  /** Calls to ask for at least beyond the need. */
  readonly wantedCalls?: number
}

interface Asked {
  readonly grant: LeaseGrant
  /** Absent: an object of an older script answered, which knows no calls. */
  readonly calls: LeaseGrant | undefined
  readonly holding: Holding
}

/** State of an isolate: policies and leases by tenant, its clock, and its name at the tenants' objects. */
interface Isolate {
  readonly holdings: BoundedMap<TenantId, Holding>
  clock: EpochMs
  holder: string
}

/**
 * Answers the isolate's time, which never runs back. A clock that was set back ends all leases and policies, whose ends are
 * unknown then.
 */
function steady(isolate: Isolate, now: EpochMs): EpochMs {
  if (setBackBy(isolate.clock, now) > 0) {
    isolate.holdings.clear()
    isolate.clock = now
  } else if (now > isolate.clock) isolate.clock = now
  return isolate.clock
}

/** Asks the tenant's object for tokens. A second call leaves out the ended leases, which the first may have returned. */
function callForLease(platform: AdmissionPlatform, tenantId: TenantId, asked: readonly [LeaseRequest, LeaseRequest]) {
  let first = true
  return callObject(
    platform.log,
    'tenant',
    () => tenantObject(platform, tenantId),
    (stub) => {
      const [messages, calls] = first ? asked : asked.map(({ ended: _, ...base }) => base)
      first = false
      return stub.lease(messages as LeaseRequest, calls as LeaseRequest)
    },
  )
}

/**
 * Makes the request for a purse, and closes its leases, whatever comes of the call, so that no token is spent or returned twice.
 */
function requestFor(holder: string, purse: Purse | undefined, need: number, want: number): LeaseRequest {
  const ended = purse ? closeLeases(purse) : []
  return { holder, need, want, ...(ended.length > 0 ? { ended } : {}) }
}

/**
 * Makes the request for messages. What the other mode's purse holds too long is told with it: that mode may never ask again, and
 * its tokens would stay counted against the month.
 */
function messagesFor(holder: string, holding: Holding | undefined, need: Need, now: EpochMs): LeaseRequest {
  const { mode, messages } = need
  const purse = holding?.messages[mode]
  const others = holding ? closeLeases(holding.messages[mode === 'live' ? 'test' : 'live'], now) : []
  const request = requestFor(holder, purse, messages, demandOf(purse, messages, now))
  const ended = [...(request.ended ?? []), ...others]
  return { ...request, mode, ...(ended.length > 0 ? { ended } : {}) }
}

/** Tells the tenant's object of a refund with a call for no tokens: once, because a repeat would be credited twice. */
async function tellRefund(
  isolate: Isolate,
  platform: AdmissionPlatform,
  tenantId: TenantId,
  end: LeaseEnd,
): Promise<void> {
  isolate.holder ||= randomDigits(8)
  try {
    await tenantObject(platform, tenantId).lease({ holder: isolate.holder, need: 0, want: 0, ended: [end] })
  } catch (error) {
    platform.log('limits.not-refunded', { tenant: tenantId, messages: end.refunded, reason: errorLabel(error) })
  }
}

async function askForLease(
  isolate: Isolate,
  platform: AdmissionPlatform,
  tenantId: TenantId,
  need: Need,
): Promise<Asked | null> {
  const { holdings } = isolate
  const calledAt = steady(isolate, platform.now())
  const before = holdings.get(tenantId)
  isolate.holder ||= randomDigits(8)
  const { holder } = isolate
  const wantedCalls = Math.max(need.wantedCalls ?? 0, demandOf(before?.calls, need.calls, calledAt))
  const answer = await callForLease(platform, tenantId, [
    messagesFor(holder, before, need, calledAt),
    requestFor(holder, before?.calls, need.calls, wantedCalls),
  ])
  if (!answer) {
    holdings.delete(tenantId)
    return null
  }
  const { policy, grant, calls } = answer
  // Gives up the prefetched tokens if the clock was set back during the call: their lease could not be timed.
  const timed = steady(isolate, platform.now()) >= calledAt
  const since = Math.min(calledAt, isolate.clock)
  const holding = holdings.get(tenantId) ?? newHolding(policy, since)
  holdings.set(tenantId, holding)
  takePolicy(holding, policy, since)
  if (grant.ok && timed) takeGrant(holding.messages[need.mode], grant, need.messages, calledAt)
  if (calls?.ok && timed) takeGrant(holding.calls, calls, need.calls, calledAt)
  if (calls) holding.callsRefused = calls.ok ? null : { until: isolate.clock + REFUSE_FOR, grant: calls }
  return { grant, calls, holding }
}

async function askToAdmit(
  isolate: Isolate,
  platform: AdmissionPlatform,
  tenantId: TenantId,
  need: Need,
): Promise<Admitted> {
  let asked: Asked | null
  try {
    asked = await askForLease(isolate, platform, tenantId, need)
  } catch (error) {
    if (error instanceof Problem) return notAdmitted(error)
    throw error
  }
  if (!asked) return notAdmitted(new Problem('unauthenticated'))
  const { grant, holding } = asked
  if (!isOpen(holding.policy.status)) return notAdmitted(new Problem('tenant-suspended'))
  if (!grant.ok) return notAdmitted(tooMany(holding.policy, need.mode, need.messages) ?? quotaExceeded(grant))
  const taken: Taken = { lease: null, grantedAt: grant.lease.grantedAt, mode: need.mode }
  return granted(holding, holding.messages[need.mode], taken, steady(isolate, platform.now()))
}

const admittedCall = (isolate: Isolate, { calls }: Holding): AdmittedCall => ({
  ok: true,
  limits: () => limitsAt(calls, isolate.clock),
})

async function askToAdmitCall(
  isolate: Isolate,
  platform: AdmissionPlatform,
  tenantId: TenantId,
): Promise<AdmittedCall> {
  const asked = await askForLease(isolate, platform, tenantId, { mode: 'live', messages: 0, calls: 1 })
  if (!asked) return notAdmitted(new Problem('unauthenticated'))
  const { calls, holding } = asked
  if (!isOpen(holding.policy.status)) return notAdmitted(new Problem('tenant-suspended'))
  return calls && !calls.ok ? notAdmitted(tooManyCalls(calls)) : admittedCall(isolate, holding)
}

async function findPolicy(
  isolate: Isolate,
  platform: AdmissionPlatform,
  tenantId: TenantId,
  age: PolicyAge,
): Promise<Policy | null> {
  const { holdings } = isolate
  const calledAt = steady(isolate, platform.now())
  const holding = holdings.get(tenantId)
  const fresh = holding !== undefined && isFresh(holding, calledAt)
  if (fresh && age !== 'now') return holding.policy
  // Renews policy and tokens in one call if this isolate serves calls or sends. One that only reads policies takes no tokens.
  if (age === 'call' || (!fresh && holding && isSpending(holding))) {
    const mode = holding ? busierMode(holding) : 'live'
    const need: Need = { mode, messages: 0, calls: 0, wantedCalls: age === 'call' ? FIRST_CALLS : 0 }
    return (await askForLease(isolate, platform, tenantId, need))?.holding.policy ?? null
  }
  const policy = await callObject(
    platform.log,
    'tenant',
    () => tenantObject(platform, tenantId),
    (stub) => stub.policy(),
  )
  if (!policy) {
    holdings.delete(tenantId)
    return null
  }
  const known = holdings.get(tenantId)
  if (known) takePolicy(known, policy, calledAt)
  else holdings.set(tenantId, newHolding(policy, calledAt))
  return policy
}

/**
 * Makes an isolate's side of the leases (docs/decisions/0001-leases.md): it spends tokens that it holds, and leaves
 * refusing to the object.
 */
export function createAdmission(): Admission {
  const isolate: Isolate = { holdings: new BoundedMap(MOST_TENANTS), clock: 0, holder: '' }
  const { holdings } = isolate
  return {
    policyOf: (platform, tenantId, age = 'recent') => findPolicy(isolate, platform, tenantId, age),

    policyHeld(platform, tenantId) {
      const now = steady(isolate, platform.now())
      const holding = holdings.get(tenantId)
      return holding && isFresh(holding, now) ? holding.policy : null
    },

    admit(platform, tenantId, mode, n) {
      const now = steady(isolate, platform.now())
      const holding = holdings.get(tenantId)
      if (!holding || !isFresh(holding, now))
        return askToAdmit(isolate, platform, tenantId, { mode, messages: n, calls: 0 })
      if (!isOpen(holding.policy.status)) return notAdmitted(new Problem('tenant-suspended'))
      const purse = holding.messages[mode]
      const lease = spend(purse, n, now)
      if (lease) return granted(holding, purse, takenFrom(lease), now)
      return askToAdmit(isolate, platform, tenantId, { mode, messages: n, calls: 0 })
    },

    admitCall(platform, tenantId) {
      const now = steady(isolate, platform.now())
      const holding = holdings.get(tenantId)
      if (!holding || !isFresh(holding, now)) return askToAdmitCall(isolate, platform, tenantId)
      if (spend(holding.calls, 1, now)) return admittedCall(isolate, holding)
      const { callsRefused } = holding
      if (callsRefused && now < callsRefused.until) return notAdmitted(tooManyCalls(callsRefused.grant))
      return askToAdmitCall(isolate, platform, tenantId)
    },

    async refund(platform, tenantId, n, { lease, grantedAt, mode }) {
      if (n === 0) return
      const purse = holdings.get(tenantId)?.messages[mode]
      if (purse?.leases.some((held) => held === lease) && lease) putBack(purse, lease, n)
      else await tellRefund(isolate, platform, tenantId, refundEnd(grantedAt, n, mode))
    },
  }
}

const shared = createAdmission()

/** Admission of this isolate, whose requests all share the leases. */
export const { policyOf, policyHeld, admit, admitCall, refund } = shared

/** Answers the policy as it is now. Queue batches use it, because they must know an endpoint that was made a moment before. */
export const policyNow = (platform: AdmissionPlatform, tenantId: TenantId): Promise<Policy | null> =>
  policyOf(platform, tenantId, 'now')

/** Times at which a tenant's object told this isolate that it does not know a caller either, by his id. */
const askedFor = new BoundedMap<string, EpochMs>(4_096)
const ASK_AGAIN = 1_000

/** Caller by whose id a policy is looked for: a client, or a person with the generation of his token. */
export interface Caller {
  readonly id: string
  readonly generation?: number
}

const knows = ({ credentials, members }: Policy, { id, generation }: Caller): boolean =>
  generation === undefined
    ? credentials.some((one) => one.id === id)
    : members.some((one) => one.id === id && one.generation >= generation)

/**
 * Answers the policy for a call by a client or person. An unknown one may be new, so the object is asked for him, and not again
 * for a second when it does not know him either. Calls that come before it has answered ask for themselves: who was just taken
 * into a team begins with five at once.
 */
export async function policyKnowing(
  platform: AdmissionPlatform,
  tenantId: TenantId,
  caller: Caller,
): Promise<Policy | null> {
  const known = await policyOf(platform, tenantId, 'call')
  if (known && knows(known, caller)) return known
  const now = platform.now()
  if (now - (askedFor.get(caller.id) ?? 0) < ASK_AGAIN) return known
  const told = await policyNow(platform, tenantId)
  if (!told || !knows(told, caller)) askedFor.set(caller.id, now)
  return told
}
