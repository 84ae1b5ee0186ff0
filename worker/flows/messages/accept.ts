/*
 * A request's messages become jobs on the channel's queue; the 202 is given when these jobs are durable.
 * 1. newest-policy.ts: a refusal under a policy that is some seconds old is asked for under the newest.
 * 2. draft.ts, draft-batch.ts: recipients, what is said (senders.ts, send-body.ts), whether a connection can carry it.
 * 3. queue-draft.ts: the ids of the messages are made.
 * 4. files.ts: the files that contents name are held for the messages, and what is too large for the queue is stored.
 *    In between core/admission.ts takes a token for each message.
 * 5. envelopes.ts packs a batch into few jobs and sends them.
 * Afterwards look-up.ts reads a message or list, cancel.ts ends one that no carrier has.
 */

import { type BatchId, batchIdOf, type MessageId, messageId } from '#worker/domain/ids.ts'
import type { LimitState } from '#worker/domain/limits/lease.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { SendBody } from '#worker/jobs.ts'
import { draftMessage, type RejectedItem, requireRoute } from './draft.ts'
import { draftBatch, type ItemFaults } from './draft-batch.ts'
import type { BatchInput, MessageInput } from './input.ts'
import { mayBeStale, underNewest } from './newest-policy.ts'
import { queueDraft, type SendRequest } from './queue-draft.ts'

export interface AcceptedMessage {
  readonly id: MessageId
  readonly to: string
  readonly body: SendBody
  readonly parts: readonly number[]
  /** When the request came: the time in its ids, by which lists find messages, unless a key repeats an earlier one's. */
  readonly acceptedAt: EpochMs
  readonly limits: readonly LimitState[]
}

export interface AcceptedBatch {
  readonly id: BatchId
  readonly total: number
  readonly units: number
  readonly accepted: readonly { readonly index: number; readonly id: MessageId }[]
  readonly rejected: readonly RejectedItem[]
  readonly acceptedAt: EpochMs
  readonly limits: readonly LimitState[]
}

const NO_FAULTS: ItemFaults = new Map()

/** Accepts one message: durable in the queue when this resolves. */
export async function acceptMessage(
  platform: Platform,
  input: MessageInput,
  request: SendRequest,
): Promise<AcceptedMessage> {
  const { principal, row } = request
  const now = platform.now()
  const channel = platform.channels[input.channel]
  const draft = await underNewest(platform, principal, (policy) => {
    const route = requireRoute(policy, channel, principal.credential.mode)
    return draftMessage({ policy, channel, route, recipients: 1, now }, input)
  })
  const { base, limits } = await queueDraft(platform, request, draft, null)
  const { to, shared, parts } = draft
  return { id: messageId(base, 0), to, body: shared, parts, acceptedAt: row.at, limits }
}

/** Accepts a batch: each item on its own, tokens for all accepted ones or for none. */
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
      const route = requireRoute(policy, channel, principal.credential.mode)
      return draftBatch({ policy, channel, route, recipients: total, now }, input, faults)
    },
    ({ rejected }) => rejected.some(({ code }) => mayBeStale(code)),
  )
  const { base, draft, limits } = await queueDraft(platform, request, drafted, { total, clientRef: input.clientRef })
  const accepted = draft.items.map((item) => ({ index: item.n, id: messageId(base, item.n) }))
  const { units, rejected } = draft
  return { id: batchIdOf(base), total, units, accepted, rejected, acceptedAt: row.at, limits }
}
