import type { Mode } from '#worker/domain/realm.ts'
import type { Limits } from '#worker/domain/tenants/settings.ts'
import { POLICY_TTL, type Policy } from '#worker/domain/tenants/tenant.ts'
import { DAY, type EpochMs, SECOND, type Seconds } from '#worker/domain/time.ts'
import { CLOCK_SLACK, setBackBy } from '#worker/lib/steady-clock.ts'
import { type CapUse, prefetchable, rollCap } from './quota-window.ts'

/** Request of an isolate for `need` messages (or calls) now; `holder` tells isolates apart. */
export interface LeaseRequest {
  readonly holder: string
  readonly need: number
  /** Most tokens that the isolate can use beyond the need before the lease ends; absent: as many as the rule allows. */
  readonly want?: number
  /** Mode of the messages; absent, as of calls and of an older script: `live`, which the most caps bound. */
  readonly mode?: Mode
  /** Ends of the isolate's earlier leases. Each is told at most once: a repeat would be credited twice. */
  readonly ended?: readonly LeaseEnd[]
}

/** Identifies a prefetch to the object that granted it. */
export interface LeaseTag {
  readonly grantedAt: EpochMs
  /** Time at which the object stops counting it as live, later than the holder stops spending it. */
  readonly expiresAt: EpochMs
  readonly prefetched: number
  /** Mode whose messages alone may spend these tokens, because they are counted as its. */
  readonly mode: Mode
}

/** End of a lease: `unspent` of the prefetched tokens are left, `refunded` of the needs were not sent after all. */
export interface LeaseEnd extends LeaseTag {
  readonly unspent: number
  readonly refunded: number
}

/** One limit as the RateLimit headers tell it (limit-headers.ts). */
export interface LimitState {
  readonly name: 'burst' | 'daily' | 'monthly' | 'calls'
  readonly quota: number
  readonly window: Seconds
  readonly remaining: number
  readonly reset: Seconds
}

/** Answer to a `LeaseRequest`; a refusal names the limits that are reached and the seconds until the need may be granted. */
export type LeaseGrant =
  /** `tokens` include the need; the prefetched ones may be spent for `ttlMs` after the call began. */
  | {
      readonly ok: true
      readonly tokens: number
      readonly ttlMs: number
      readonly lease: LeaseTag
      readonly limits: readonly LimitState[]
    }
  | {
      readonly ok: false
      readonly retryAfter: Seconds
      readonly violated: readonly LimitState['name'][]
      readonly limits: readonly LimitState[]
    }

/**
 * Limits of a tenant as its object keeps them (docs/decisions/0001-leases.md). The `tokens` in the bucket and the `live` ones
 * that isolates may still spend never exceed the burst together: that, and nothing else, bounds what is admitted.
 */
export interface BucketState {
  readonly tokens: number
  readonly at: EpochMs
  /** Prefetched tokens by the time at which they end, soonest first. */
  readonly live: readonly { readonly expiresAt: EpochMs; readonly tokens: number }[]
  readonly daily: CapUse | null
  /** Of `daily` the messages of live mode, which alone the cap of an identity level bounds. */
  readonly liveDaily: CapUse | null
  readonly monthly: CapUse | null
}

/** Milliseconds to which ends are rounded up, so that the list of live prefetches stays short however many isolates ask. */
const EXPIRY_STEP = 250
/** Tokens that a sum of fractions may lack: a bucket that holds its burst but for rounding grants it. */
const ROUNDING = 1e-6
/** Shortest life of a lease, in milliseconds: one cut shorter by the end of a day is not worth a prefetch. */
const SHORTEST_TTL = 250

export const fullBucket = (limits: Limits, now: EpochMs): BucketState => ({
  tokens: limits.burst,
  at: now,
  live: [],
  daily: null,
  liveDaily: null,
  monthly: null,
})

/** Tokens that isolates hold and may still spend. */
export const heldBy = (live: BucketState['live']): number => live.reduce((sum, { tokens }) => sum + tokens, 0)

/** Gives the bucket at `now`: leases end one by one, and the room that each held fills only from its end on. */
export function refill(state: BucketState, limits: Limits, now: EpochMs): BucketState {
  const back = setBackBy(state.at, now)
  let live = back === 0 ? state.live : state.live.map((each) => ({ ...each, expiresAt: each.expiresAt - back }))
  let { tokens } = state
  let at = back === 0 ? state.at : now
  let held = heldBy(live)
  const fillUntil = (until: EpochMs) => {
    const gained = (Math.max(0, until - at) * limits.rate) / SECOND
    tokens = Math.max(0, Math.min(limits.burst - held, tokens + gained))
    at = Math.max(at, until)
  }
  for (const ended of live) {
    if (ended.expiresAt > Math.max(at, now)) break
    fillUntil(ended.expiresAt)
    held -= ended.tokens
    live = live.slice(1)
  }
  fillUntil(now)
  return { ...state, tokens, at, live }
}

const credited = (use: CapUse, { grantedAt, prefetched, unspent, refunded }: LeaseEnd): CapUse =>
  grantedAt < use.start
    ? use
    : {
        ...use,
        used: Math.max(0, use.used - unspent - refunded),
        outstanding: Math.max(0, use.outstanding - prefetched),
      }

/**
 * Takes a lease back. Its unspent tokens return to the bucket only while they still count as live: until then their room is
 * kept free, and afterwards the refill has it. Caps are credited if the lease was granted in the present window.
 */
function takeBack(before: BucketState, end: LeaseEnd): BucketState {
  const { daily, liveDaily, monthly } = before
  const state = {
    ...before,
    daily: daily && credited(daily, end),
    liveDaily: end.mode === 'test' ? liveDaily : liveDaily && credited(liveDaily, end),
    monthly: monthly && credited(monthly, end),
  }
  const entry = state.live.find(({ expiresAt }) => expiresAt === end.expiresAt)
  if (!entry || entry.tokens < end.prefetched || end.unspent > end.prefetched) return state
  const live = state.live.flatMap((each) => {
    if (each !== entry) return [each]
    return each.tokens === end.prefetched ? [] : [{ ...each, tokens: each.tokens - end.prefetched }]
  })
  return { ...state, tokens: state.tokens + end.unspent, live }
}

/** Seconds until the bucket holds `need` if nobody else asks; a day if it never will. */
function secondsUntil(state: BucketState, limits: Limits, need: number): Seconds {
  const moments = [...state.live.map(({ expiresAt }) => expiresAt), Number.POSITIVE_INFINITY]
  let from = state
  for (const moment of moments) {
    const room = limits.burst - heldBy(from.live)
    const ready = from.at + (Math.max(0, need - from.tokens) / limits.rate) * SECOND
    if (need <= room + ROUNDING && ready <= moment) return Math.max(1, Math.ceil((ready - state.at) / SECOND))
    if (moment === Number.POSITIVE_INFINITY) break
    from = refill(from, limits, moment)
  }
  return DAY / SECOND
}

const secondsTo = (at: EpochMs, now: EpochMs): Seconds => Math.max(0, Math.ceil((at - now) / SECOND))

/** Limits that a bucket is asked under. `timeZone` null: it knows no days and months. */
type LeaseTerms =
  | Pick<Policy, 'limits' | 'levelDaily' | 'timeZone'>
  | (Pick<Policy, 'limits'> & { readonly timeZone: null })

/** A cap with what is counted against it. Two may bound a day: the account's own both modes, its level's live alone. */
interface Cap {
  readonly name: 'daily' | 'monthly'
  readonly most: number
  readonly use: CapUse
}

/** Caps that bound messages of this mode. */
function capsOf(state: BucketState, terms: LeaseTerms, mode: Mode): readonly Cap[] {
  const { daily, monthly } = terms.limits
  const ofLevel = terms.timeZone === null || mode === 'test' ? null : terms.levelDaily
  const all = [
    ['daily', daily, state.daily],
    ['daily', ofLevel, state.liveDaily],
    ['monthly', monthly, state.monthly],
  ] as const
  return all.flatMap(([name, most, use]) => (most === null || !use ? [] : [{ name, most, use }]))
}

const leftOf = ({ most, use }: Cap): number => Math.max(0, most - use.used)

/**
 * Limits of messages of this mode as they stand in the object, without the tokens that isolates hold. Of two caps of a day the
 * one that has less left.
 */
export function limitStates(state: BucketState, terms: LeaseTerms, mode: Mode): readonly LimitState[] {
  const { burst, rate } = terms.limits
  const states: LimitState[] = [
    {
      name: 'burst',
      quota: burst,
      window: Math.max(1, Math.ceil(burst / rate)),
      remaining: Math.floor(state.tokens + ROUNDING),
      reset: Math.max(0, Math.ceil((burst - state.tokens) / rate - ROUNDING)),
    },
  ]
  const caps = capsOf(state, terms, mode).toSorted((one, other) => leftOf(one) - leftOf(other))
  for (const name of ['daily', 'monthly'] as const) {
    const cap = caps.find((each) => each.name === name)
    if (!cap) continue
    const { most: quota, use } = cap
    const window = name === 'daily' ? DAY / SECOND : Math.round((use.end - use.start) / SECOND)
    states.push({ name, quota, window, remaining: leftOf(cap), reset: secondsTo(use.end, state.at) })
  }
  return states
}

/**
 * Tokens to prefetch: at most a quarter of what lies above the need and half the burst, so that prefetch alone never takes the
 * bucket below half.
 */
function prefetchOf(state: BucketState, terms: LeaseTerms, request: LeaseRequest): number {
  const { need, want = Number.POSITIVE_INFINITY, mode = 'live' } = request
  const ofBucket = (state.tokens - need - terms.limits.burst / 2) / 4
  const ofCaps = capsOf(state, terms, mode).map(({ use, most }) => prefetchable(use, most, need))
  return Math.max(0, Math.floor(Math.min(want, ofBucket, ...ofCaps)))
}

const taken = (use: CapUse | null, need: number, prefetched: number): CapUse | null =>
  use && { ...use, used: use.used + need + prefetched, outstanding: use.outstanding + prefetched }

function refusal(
  state: BucketState,
  terms: LeaseTerms,
  { need, mode = 'live' }: LeaseRequest,
): Extract<LeaseGrant, { ok: false }> | null {
  const violated: LimitState['name'][] = []
  let retryAfter = 0
  if (need > state.tokens + ROUNDING) {
    violated.push('burst')
    retryAfter = secondsUntil(state, terms.limits, need)
  }
  for (const { name, most, use } of capsOf(state, terms, mode)) {
    if (use.used + need <= most) continue
    if (!violated.includes(name)) violated.push(name)
    retryAfter = Math.max(retryAfter, secondsTo(use.end, state.at), 1)
  }
  return violated.length === 0 ? null : { ok: false, retryAfter, violated, limits: limitStates(state, terms, mode) }
}

function withLive(live: BucketState['live'], expiresAt: EpochMs, tokens: number): BucketState['live'] {
  if (tokens === 0) return live
  if (live.some((each) => each.expiresAt === expiresAt))
    return live.map((each) => (each.expiresAt === expiresAt ? { expiresAt, tokens: each.tokens + tokens } : each))
  return [...live, { expiresAt, tokens }].sort((a, b) => a.expiresAt - b.expiresAt)
}

/** Gives the state at `now`, with the leases taken back whose ends are told. */
export function settleLeases(
  before: BucketState,
  terms: LeaseTerms,
  ended: readonly LeaseEnd[],
  now: EpochMs,
): BucketState {
  const { timeZone } = terms
  let state = refill(before, terms.limits, now)
  if (timeZone !== null)
    state = {
      ...state,
      daily: rollCap(state.daily, 'daily', timeZone, state.at),
      liveDaily: rollCap(state.liveDaily, 'daily', timeZone, state.at),
      monthly: rollCap(state.monthly, 'monthly', timeZone, state.at),
    }
  for (const end of ended) state = takeBack(state, end)
  return state
}

/** Grants the need, with a prefetch, if bucket and caps have it; else refuses. The state counts only once it is stored. */
export function grantLease(
  before: BucketState,
  terms: LeaseTerms,
  request: LeaseRequest,
  now: EpochMs,
): { readonly state: BucketState; readonly grant: LeaseGrant } {
  const { need, mode = 'live' } = request
  let state = settleLeases(before, terms, request.ended ?? [], now)
  const refused = refusal(state, terms, request)
  if (refused) return { state, grant: refused }

  // The lease ends with the window, because a prefetched token counts in the window that it was taken from.
  const windowEnd = Math.min(
    state.daily?.end ?? Number.POSITIVE_INFINITY,
    state.monthly?.end ?? Number.POSITIVE_INFINITY,
  )
  const ttlMs = Math.min(POLICY_TTL, windowEnd - state.at)
  const prefetched = ttlMs < SHORTEST_TTL ? 0 : prefetchOf(state, terms, request)
  const expiresAt = Math.ceil((state.at + ttlMs + CLOCK_SLACK) / EXPIRY_STEP) * EXPIRY_STEP
  state = {
    ...state,
    tokens: Math.max(0, state.tokens - need - prefetched),
    live: withLive(state.live, expiresAt, prefetched),
    daily: taken(state.daily, need, prefetched),
    liveDaily: mode === 'test' ? state.liveDaily : taken(state.liveDaily, need, prefetched),
    monthly: taken(state.monthly, need, prefetched),
  }
  const lease = { grantedAt: state.at, expiresAt, prefetched, mode }
  const limits = limitStates(state, terms, mode)
  return { state, grant: { ok: true, tokens: need + prefetched, ttlMs, lease, limits } }
}
