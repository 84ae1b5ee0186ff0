import { DurableObject } from 'cloudflare:workers'
import type { TenantId } from '#worker/domain/ids.ts'
import {
  type BucketState,
  fullBucket,
  grantLease,
  type LeaseGrant,
  type LeaseRequest,
  limitStates,
} from '#worker/domain/limits/lease.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import { type EpochMs, MINUTE, SECOND } from '#worker/domain/time.ts'
import type { Env } from '#worker/env.ts'
import { consoleLog, errorLabel } from '#worker/lib/log.ts'
import type { TenantCalls } from '#worker/object-calls.ts'
import { loadPolicy } from '#worker/store/control/policy.ts'

/** The policy is reread from the control database when it is this old. */
const REREAD_MS = MINUTE
/** While the database cannot be read, the last policy holds for so long; no change could be confirmed meanwhile either. */
const LONGEST_STALE_MS = 10 * MINUTE
const REREAD_AFTER_FAILURE_MS = 5 * SECOND
/** What a suspended tenant is told; the gateway refuses it before. */
const SUSPENDED_RETRY = 60

interface ReadPolicy {
  readonly policy: Policy
  readonly readAt: EpochMs
}

/** One a tenant (named by the tenant id): limits and policy in its own storage. */
export class TenantObject extends DurableObject<Env> implements TenantCalls {
  #known: ReadPolicy | null
  #bucket: BucketState | null
  #reading: Promise<Policy | null> | null = null
  #failedAt: EpochMs = 0
  #begun = 0
  #taken = 0

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#known = ctx.storage.kv.get<ReadPolicy>('policy') ?? null
    this.#bucket = ctx.storage.kv.get<BucketState>('bucket') ?? null
  }

  async lease(request: LeaseRequest): Promise<{ grant: LeaseGrant; policy: Policy } | null> {
    const policy = await this.#current()
    if (!policy) return null
    const now = Date.now()
    const before = this.#bucket ?? fullBucket(policy.limits, now)
    if (policy.status !== 'active') {
      const limits = limitStates(before, policy.limits)
      return { grant: { ok: false, retryAfter: SUSPENDED_RETRY, violated: [], limits }, policy }
    }
    const { state, grant } = grantLease(before, policy, request, now)
    // In the granting turn: the answer leaves only when this is durable, so eviction forgets no grant.
    this.ctx.storage.kv.put('bucket', state)
    this.#bucket = state
    return { grant, policy }
  }

  async policy(): Promise<Policy | null> {
    return this.#current()
  }

  async reload(): Promise<number> {
    return (await this.#read())?.version ?? 0
  }

  async #current(): Promise<Policy | null> {
    const known = this.#known
    const now = Date.now()
    // A clock set back makes an age that means nothing: read again.
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
    // A read that began earlier than one that has ended already may be the older truth.
    if (read < this.#taken) return this.#known?.policy ?? null
    this.#taken = read
    this.#known = policy && { policy, readAt: Date.now() }
    if (this.#known) this.ctx.storage.kv.put('policy', this.#known)
    else this.ctx.storage.kv.delete('policy')
    return policy
  }
}
