import { DurableObject } from 'cloudflare:workers'
import type { TenantId } from '#worker/domain/ids.ts'
import { grantCalls } from '#worker/domain/limits/call-lease.ts'
import {
  fullBucket,
  grantLease,
  type LeaseGrant,
  type LeaseRequest,
  limitStates,
  settleLeases,
} from '#worker/domain/limits/lease.ts'
import { type Buckets, type Usage, usageAt } from '#worker/domain/limits/usage.ts'
import { DEFAULT_SETTINGS } from '#worker/domain/tenants/settings.ts'
import { isOpen, type Policy } from '#worker/domain/tenants/tenant.ts'
import { type EpochMs, MINUTE, SECOND } from '#worker/domain/time.ts'
import type { Env } from '#worker/env.ts'
import { consoleLog, errorLabel } from '#worker/lib/log.ts'
import type { TenantCalls } from '#worker/object-calls.ts'
import { loadPolicy } from '#worker/store/control/policy.ts'

/** Age from which the policy is reread from the control database. */
const REREAD_MS = MINUTE
/** Longest use of a policy while the control database cannot be read. It hides no change: an admin call needs that database. */
const LONGEST_STALE_MS = 10 * MINUTE
/** Pause after a read that failed: in an outage not every call may try one. */
const REREAD_AFTER_FAILURE_MS = 5 * SECOND
/**
 * Seconds in the grant that a suspended tenant is refused by. No client sees them: the gateway answers by the policy's status.
 */
const SUSPENDED_RETRY = 60

/** What a policy that an older script stored may lack. */
const LATER_SETTINGS: Partial<Policy> = { ...DEFAULT_SETTINGS, isLicensed: false, levelDaily: null }

/**
 * Buckets as they were stored. An older script counted no live messages of a day apart: all of the day are as many at most, so
 * that none is admitted beyond a level's cap.
 */
const withLiveDaily = ({ messages, calls }: Buckets): Buckets => ({
  messages: { ...messages, liveDaily: messages.liveDaily ?? messages.daily },
  calls,
})

interface ReadPolicy {
  readonly policy: Policy
  readonly readAt: EpochMs
}

/** Keeps the limits and the policy of one tenant in its own storage; named by the tenant id. */
export class TenantObject extends DurableObject<Env> implements TenantCalls {
  #known: ReadPolicy | null
  #buckets: Buckets | null
  #reading: Promise<Policy | null> | null = null
  #failedAt: EpochMs = 0
  #begun = 0
  #taken = 0

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const known = ctx.storage.kv.get<ReadPolicy>('policy')
    // A policy that an older script stored lacks the settings that came later.
    this.#known = known ? { ...known, policy: { ...LATER_SETTINGS, ...known.policy } } : null
    const buckets = ctx.storage.kv.get<Buckets>('buckets')
    this.#buckets = buckets ? withLiveDaily(buckets) : null
  }

  async lease(
    request: LeaseRequest,
    calls?: LeaseRequest,
  ): Promise<{ grant: LeaseGrant; calls?: LeaseGrant; policy: Policy } | null> {
    const policy = await this.#current()
    if (!policy) return null
    const now = Date.now()
    const before = this.#buckets ?? { messages: fullBucket(policy.limits, now), calls: null }
    if (!isOpen(policy.status)) {
      const { ended = [] } = request
      // An end is told once: what an isolate gives back now would stay counted against the month of a tenant that opens again.
      const messages = ended.length > 0 ? settleLeases(before.messages, policy, ended, now) : before.messages
      if (ended.length > 0) this.#keep({ ...before, messages })
      const limits = limitStates(messages, policy, request.mode ?? 'live')
      return { grant: { ok: false, retryAfter: SUSPENDED_RETRY, violated: [], limits }, policy }
    }
    const { state: messages, grant } = grantLease(before.messages, policy, request, now)
    const ofCalls = calls && grantCalls(before.calls, policy.calls, calls, now)
    this.#keep({ messages, calls: ofCalls?.state ?? before.calls })
    return { grant, policy, ...(ofCalls && { calls: ofCalls.grant }) }
  }

  async policy(): Promise<Policy | null> {
    return this.#current()
  }

  async reload(): Promise<number> {
    return (await this.#read())?.version ?? 0
  }

  async usage(): Promise<{ usage: Usage; policy: Policy } | null> {
    const policy = await this.#current()
    return policy && { usage: usageAt(this.#buckets, policy, Date.now()), policy }
  }

  /** Stores before the answer leaves (the output gate waits for the write), so that an evicted object forgets no grant. */
  #keep(buckets: Buckets): void {
    this.ctx.storage.kv.put('buckets', buckets)
    this.#buckets = buckets
  }

  async #current(): Promise<Policy | null> {
    const known = this.#known
    const now = Date.now()
    // Reads the policy again after a clock was set back, because the age says nothing then.
    const age = known && now >= known.readAt - SECOND ? now - known.readAt : Number.POSITIVE_INFINITY
    if (known && age < REREAD_MS) return known.policy
    if (known && age < LONGEST_STALE_MS && now - this.#failedAt < REREAD_AFTER_FAILURE_MS && now >= this.#failedAt)
      return known.policy
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null
    })
    try {
      return await this.#reading
    } catch (error) {
      this.#failedAt = Date.now()
      consoleLog('policy.read-failed', { reason: errorLabel(error) })
      if (known && age < LONGEST_STALE_MS) return known.policy
      throw error
    }
  }

  async #read(): Promise<Policy | null> {
    const { name } = this.ctx.id
    if (!name) throw new Error('a tenant object is named by its tenant')
    const read = ++this.#begun
    const policy = await loadPolicy(this.env.CONTROL, name as TenantId)
    // Reads may end in another order than they began: a later one that has ended knows more than this one.
    if (read < this.#taken) return this.#known?.policy ?? null
    this.#taken = read
    this.#known = policy && { policy, readAt: Date.now() }
    if (this.#known) this.ctx.storage.kv.put('policy', this.#known)
    else this.ctx.storage.kv.delete('policy')
    return policy
  }
}
