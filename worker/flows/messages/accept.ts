/*
 * Turns a request's messages into jobs on the channel's queue; the 202 is given when these jobs are durable.
 * 1. newest-policy.ts does step 2 under the policy at hand, and under the newest one if that policy may be out of date.
 * 2. draft.ts and draft-batch.ts read recipients, senders (senders.ts), purposes (bulk-purpose.ts) and contents (send-body.ts),
 *    and check that a connection can carry them. The result is a draft. Input that is seen to be valid (plain-input.ts) has
 *    passed its schema by.
 * 3. queue-draft.ts makes the messages' ids.
 * 4. files.ts notes which files the messages use, before core/admission.ts takes a token for each message, and then stores
 *    what is too large for a queue message.
 * 5. envelopes.ts packs a batch into few jobs and sends them.
 * Later look-up.ts and list.ts read messages, and cancel.ts cancels one that no carrier has got.
 */

import { type BatchId, batchIdOf, type MessageId, messageId } from '#worker/domain/ids.ts'
import type { LimitState } from '#worker/domain/limits/lease.ts'
import { modeOf } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { SendBody } from '#worker/jobs.ts'
import { draftMessage, type RejectedItem, requireRoute } from './draft.ts'
import { draftBatch, type ItemFaults } from './draft-batch.ts'
import type { BatchInput, MessageInput } from './input.ts'
import { mayBeStale, underNewest } from './newest-policy.ts'
import { queueDraft, type SendRequest } from './queue-draft.ts'
import { requireResent } from './resent.ts'

export interface AcceptedMessage {
  readonly id: MessageId
  readonly to: string
  readonly body: SendBody
  /** Length of each part, in the encoding's own units. */
  readonly parts: readonly number[]
  /** Time of this request. Under a repeated Idempotency-Key the ids, by which lists find messages, hold that of the first. */
  readonly acceptedAt: EpochMs
  readonly limits: readonly LimitState[]
}

export interface AcceptedBatch {
  readonly id: BatchId
  /** Items in the input. */
  readonly total: number
  /** Billed units of the accepted items. */
  readonly units: number
  /** Indexes of the accepted items; `base` and the index make a message's id. */
  readonly accepted: readonly number[]
  readonly base: string
  readonly rejected: readonly RejectedItem[]
  readonly acceptedAt: EpochMs
  readonly limits: readonly LimitState[]
}

const NO_FAULTS: ItemFaults = new Map()

/** Accepts one message: it is durable in the queue when this resolves. A refusal is a `Problem`. */
export async function acceptMessage(
  platform: Platform,
  input: MessageInput,
  request: SendRequest,
): Promise<AcceptedMessage> {
  const { principal, row } = request
  if (input.resendOf !== undefined) await requireResent(platform, principal, input.resendOf)
  const now = platform.now()
  const channel = platform.channels[input.channel]
  const draft = await underNewest(platform, principal, (policy) => {
    const route = requireRoute(policy, channel, modeOf(principal.realm))
    return draftMessage({ policy, channel, route, recipients: 1, now }, input)
  })
  const { base, limits } = await queueDraft(platform, request, draft, null)
  const { to, shared, parts } = draft
  return { id: messageId(base, 0), to, body: shared, parts, acceptedAt: row.at, limits }
}

/** Accepts the items of a batch that can be sent and rejects the others by index; takes tokens for all of them or none. */
export async function acceptBatch(
  platform: Platform,
  input: BatchInput,
  request: SendRequest,
  faults: ItemFaults = NO_FAULTS,
): Promise<AcceptedBatch> {
  const { principal, row } = request
  const now = platform.now()
  const channel = platform.channels[input.channel]
  const total = input.messages.length
  const drafted = await underNewest(
    platform,
    principal,
    (policy) => {
      const route = requireRoute(policy, channel, modeOf(principal.realm))
      return draftBatch({ policy, channel, route, recipients: total, now }, input, faults)
    },
    ({ rejected }) => rejected.some(({ code }) => mayBeStale(code)),
  )
  const { base, draft, limits } = await queueDraft(platform, request, drafted, { total, clientRef: input.clientRef })
  const accepted = draft.items.map(({ n }) => n)
  const { units, rejected } = draft
  return { id: batchIdOf(base), base, total, units, accepted, rejected, acceptedAt: row.at, limits }
}
