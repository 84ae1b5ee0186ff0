import { batchIdOf, newBase, type RequestId } from '#worker/domain/ids.ts'
import type { LimitState } from '#worker/domain/limits/lease.ts'
import { Problem } from '#worker/domain/problem.ts'
import { writeShard } from '#worker/domain/tenants/tenant.ts'
import { sendQueue } from '#worker/env.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { RequestRow, SendJob } from '#worker/jobs.ts'
import { errorLabel } from '#worker/lib/log.ts'
import type { Draft } from './draft.ts'
import { packEnvelopes, sendEnvelopes } from './envelopes.ts'
import { keepFiles } from './files.ts'
import { type Payment, tokensOf } from './tokens.ts'

/** The request that messages are sent by. */
export interface SendRequest {
  readonly principal: Principal
  /** Request that message ids are made from: the first one under its Idempotency-Key. */
  readonly origin: RequestId
  /** Row of this request in the access log. */
  readonly row: RequestRow
  /** Messages that earlier calls under the key have paid for; a refused request writes its own into it. */
  readonly payment: Payment
  /** True of a request that looks like others and sends nothing: its job is queued without its message. */
  readonly isSilent?: boolean
}

/** Facts of a batch as a whole. */
interface BatchHead {
  /** Items in the input. */
  readonly total: number
  readonly clientRef: string | undefined
}

/** Messages that are durable in the queue; their ids are made from `base`. */
interface QueuedDraft {
  readonly base: string
  readonly draft: Draft
  readonly limits: readonly LimitState[]
}

/** Throws if no item of a batch can be sent, with the first 100 reasons. */
function refuseEmpty({ items, rejected }: Draft): void {
  if (items.length > 0) return
  throw new Problem('invalid-fields', {
    detail: 'no item of the batch can be sent',
    errors: rejected.flatMap((item) => item.errors).slice(0, 100),
  })
}

/** Sends a draft's jobs to the channel's queue. If that fails, the tenant may repeat the request: its ids stay the same. */
async function enqueue(
  platform: Platform,
  draft: Draft,
  jobs: readonly SendJob[],
  onQueued: (messages: number) => void,
): Promise<void> {
  try {
    await sendEnvelopes(sendQueue(platform.env, draft.channel.name), jobs, { onQueued })
  } catch (error) {
    const realm = jobs[0]?.realm
    platform.log('message.refused', { realm, reason: errorLabel(error), messages: draft.items.length })
    throw new Problem('queue-unavailable', {
      detail: 'part of the messages may be queued; retry with the same Idempotency-Key',
      headers: { 'Retry-After': '5' },
    })
  }
}

const baseOf = (
  { config }: Platform,
  { principal: { realm }, origin }: SendRequest,
  { channel, policy }: Draft,
  batch: BatchHead | null,
): Promise<string> =>
  newBase(config.idKeys, {
    realm,
    channel: channel.name,
    request: origin,
    shard: writeShard(policy),
    count: batch?.total ?? 1,
    batched: batch !== null,
  })

/** Makes what the jobs of a request have in common. */
const headOf = ({ principal: { realm }, row }: SendRequest, base: string, { channel, shared }: Draft) =>
  ({
    kind: 'send',
    channel: channel.name,
    realm,
    base,
    acceptedAt: row.at,
    request: row,
    shared,
    attempt: 1,
  }) as const

const batchRow = (base: string, { total, clientRef }: BatchHead, accepted: number): NonNullable<SendJob['batch']> => ({
  id: batchIdOf(base),
  total,
  accepted,
  ...(clientRef === undefined ? {} : { clientRef }),
})

/**
 * Queues the draft of one message (`batch` null) or of a batch: its messages are durable when this resolves. If it throws,
 * the tokens of what was not queued are given back.
 */
export async function queueDraft(
  platform: Platform,
  request: SendRequest,
  draft: Draft,
  batch: BatchHead | null,
): Promise<QueuedDraft> {
  refuseEmpty(draft)
  const { principal, origin, row, payment } = request
  const base = await baseOf(platform, request, draft, batch)
  const fileUser = { realm: principal.realm, base, origin, isFirst: origin === row.id }
  const tokens = tokensOf(platform, principal, payment)
  try {
    const { draft: kept, admitted: limits } = await keepFiles(platform, fileUser, draft, (sound) => {
      refuseEmpty(sound)
      return tokens.take(sound.items.length)
    })
    const { items } = kept
    const head = headOf(request, base, kept)
    const jobs = batch
      ? packEnvelopes({ ...head, batched: true, batch: batchRow(base, batch, items.length) }, items)
      : [{ ...head, batched: false, items }]
    await enqueue(platform, kept, jobs, tokens.spend)
    return { base, draft: kept, limits }
  } catch (error) {
    await tokens.giveBack()
    throw error
  }
}

/**
 * Queues the draft of one message without files, if `decide` says that it is due. That is asked once its token is taken, so that
 * nothing is decided about what the limits refuse; a token that is not needed is given back.
 */
export async function queueDecided<Decided extends { readonly isDue: boolean }>(
  platform: Platform,
  request: SendRequest,
  draft: Draft,
  decide: () => Promise<Decided>,
): Promise<{ readonly decided: Decided; readonly limits: readonly LimitState[] }> {
  const tokens = tokensOf(platform, request.principal, request.payment)
  try {
    const base = await baseOf(platform, request, draft, null)
    const limits = await tokens.take(draft.items.length)
    const decided = await decide()
    const jobs = [{ ...headOf(request, base, draft), batched: false, items: request.isSilent ? [] : draft.items }]
    if (decided.isDue) await enqueue(platform, draft, jobs, tokens.spend)
    else await tokens.giveBack()
    return { decided, limits }
  } catch (error) {
    await tokens.giveBack()
    throw error
  }
}
