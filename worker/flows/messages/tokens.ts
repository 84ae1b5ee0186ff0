import type { LimitState } from '#worker/domain/limits/lease.ts'
import { modeOf } from '#worker/domain/realm.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import { admit, refund, type Taken } from '#worker/flows/core/admission.ts'
import type { Platform } from '#worker/flows/core/platform.ts'

/**
 * Messages of a request that the queue has and whose tokens are taken. A refused request leaves their number here, and its
 * repeat under the same Idempotency-Key, which queues the same messages once more, takes tokens for the others only.
 */
export interface Payment {
  messages: number
}

/** Tokens of one request, a message each. */
interface Tokens {
  /**
   * Takes the tokens of so many messages from the tenant's limits, all or none; throws the refusal. Answers how the limits stand.
   */
  take(messages: number): Promise<readonly LimitState[]>
  /** Notes that the queue has taken so many more messages. */
  spend(messages: number): void
  /** Gives back the tokens of what was not queued, because the request is refused. Never throws. */
  giveBack(): Promise<void>
}

export function tokensOf(platform: Platform, { tenantId, realm }: Principal, payment: Payment): Tokens {
  let taken: Taken | null = null
  let need = 0
  let queued = 0
  return {
    async take(messages) {
      need = Math.max(0, messages - payment.messages)
      const admitted = await admit(platform, tenantId, modeOf(realm), need)
      if (!admitted.ok) throw admitted.problem
      taken = admitted.taken
      return admitted.limits
    },

    spend(messages) {
      queued += messages
    },

    async giveBack() {
      if (!taken) return
      // Envelopes are queued in order, so the repeat queues those of the earlier calls first.
      const paid = Math.max(payment.messages, queued)
      const unspent = Math.max(0, need - (paid - payment.messages))
      payment.messages = paid
      await refund(platform, tenantId, unspent, taken)
    },
  }
}
