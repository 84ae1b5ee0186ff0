import type { Channel } from '../domain/channel.ts'
import { type BatchId, batchIdOf, type MessageId, messageId, newBase, type RequestId } from '../domain/ids.ts'
import type { LimitState } from '../domain/lease.ts'
import type { Mode } from '../domain/message.ts'
import { type FieldError, Problem, type ProblemCode } from '../domain/problem.ts'
import { type Policy, writeShard } from '../domain/tenant.ts'
import type { EpochMs } from '../domain/time.ts'
import { type RequestRow, type SendBody, type SendItem, type SendJob, sendQueue } from '../env.ts'
import { fieldErrors } from '../lib/json-input.ts'
import { errorLabel } from '../lib/log.ts'
import { admit, policyNow } from './admission.ts'
import { packEnvelopes, sendEnvelopes } from './envelopes.ts'
import { type BatchInput, type BatchItem, batchItem, type MessageInput } from './message-input.ts'
import type { Platform } from './platform.ts'
import type { Principal } from './principal.ts'
import { resolveBody, resolveValidity, under } from './send-body.ts'

/** What stands behind a send: who asks, under which request, and its row of the IP log. */
export interface SendRequest {
  readonly principal: Principal
  /** The request that the ids are made from: the first try's, if an Idempotency-Key repeats. */
  readonly origin: RequestId
  readonly row: RequestRow
}

export interface AcceptedMessage {
  readonly id: MessageId
  readonly to: string
  readonly body: SendBody
  readonly parts: readonly number[]
  readonly acceptedAt: EpochMs
  readonly limits: readonly LimitState[]
}

export interface RejectedItem {
  readonly index: number
  readonly code: ProblemCode
  readonly errors: readonly FieldError[]
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

function requireRoute(policy: Policy, channel: Channel, mode: Mode): void {
  const route = policy.routes.find((candidate) => candidate.channel === channel.name && candidate.mode === mode)
  if (!route || route.connections.length === 0) {
    throw new Problem('no-route', {
      errors: [{ pointer: '/channel', detail: `no ${mode} route carries ${channel.name}` }],
    })
  }
}

function recipientOf(channel: Channel, to: string): string {
  try {
    return channel.address(to).value
  } catch (error) {
    throw under(error, '/to')
  }
}

/** Takes `count` messages from the tenant's limits, or throws the refusal. */
async function takeTokens(platform: Platform, principal: Principal, count: number): Promise<readonly LimitState[]> {
  const admitted = await admit(platform, principal.tenantId, count)
  if (!admitted.ok) throw admitted.problem
  return admitted.limits
}

/** Queues the envelopes; on refusal the caller may retry with the same key and means the same messages. */
async function enqueue(
  platform: Platform,
  jobs: readonly SendJob[],
  principal: Principal,
  count: number,
): Promise<void> {
  const first = jobs[0]
  if (!first) return
  try {
    await sendEnvelopes(sendQueue(platform.env, first.channel), jobs)
  } catch (error) {
    platform.log('message.refused', { tenant: principal.tenantId, reason: errorLabel(error), messages: count })
    throw new Problem('queue-unavailable', {
      detail: 'part of the messages may be queued; retry with the same Idempotency-Key',
      headers: { 'Retry-After': '5' },
    })
  }
}

/** Refusals that a policy some seconds old may be wrong about: the sender or route may have been made a moment ago. */
const MAY_BE_STALE: ReadonlySet<ProblemCode> = new Set(['sender-not-assigned', 'no-route', 'purpose-not-allowed'])

/** Does `work` under the policy at hand, and once more under the newest if it refuses what that may allow. */
async function underNewest<Result>(
  platform: Platform,
  { tenantId, policy }: Principal,
  work: (policy: Policy) => Result,
  refused: (result: Result) => boolean = () => false,
): Promise<Result> {
  let first: { readonly result: Result } | { readonly problem: Problem }
  try {
    first = { result: work(policy) }
    if (!refused(first.result)) return first.result
  } catch (error) {
    if (!(error instanceof Problem) || !MAY_BE_STALE.has(error.code)) throw error
    first = { problem: error }
  }
  const newest = await policyNow(platform, tenantId)
  if (newest && newest.version !== policy.version) return work(newest)
  if ('problem' in first) throw first.problem
  return first.result
}

/** Accepts one message: durable in the queue when this resolves. */
export async function acceptMessage(
  platform: Platform,
  input: MessageInput,
  request: SendRequest,
): Promise<AcceptedMessage> {
  const { principal } = request
  const { credential } = principal
  const now = platform.now()
  const channel = platform.channels[input.channel]
  const to = recipientOf(channel, input.to)
  const { policy, body: sized } = await underNewest(platform, principal, (policy) => {
    requireRoute(policy, channel, credential.mode)
    return { policy, body: resolveBody(policy, channel, input, 1) }
  })
  const { parts, ...resolved } = sized
  const validUntil = resolveValidity(input.validUntil, now)
  const body: SendBody = {
    ...resolved,
    ...(input.clientRef === undefined ? {} : { clientRef: input.clientRef }),
    ...(input.metadata === undefined ? {} : { metadata: input.metadata }),
    ...(validUntil === undefined ? {} : { validUntil }),
  }
  const limits = await takeTokens(platform, principal, 1)
  const base = await newBase(platform.config.idKeys, principal.tenantId, request.origin, writeShard(policy), 1)
  const job: SendJob = {
    kind: 'send',
    channel: channel.name,
    tenantId: principal.tenantId,
    mode: credential.mode,
    base,
    acceptedAt: now,
    shared: body,
    items: [{ n: 0, to }],
    batched: false,
    request: request.row,
    attempt: 1,
  }
  await enqueue(platform, [job], principal, 1)
  return { id: messageId(base, 0), to, body, parts, acceptedAt: now, limits }
}

/** What a batch says for all its items; null content means that each has its own. */
function sharedBody(policy: Policy, channel: Channel, input: BatchInput, now: EpochMs): Partial<SendBody> {
  const validUntil = resolveValidity(input.validUntil, now)
  const common = {
    ...(input.metadata === undefined ? {} : { metadata: input.metadata }),
    ...(validUntil === undefined ? {} : { validUntil }),
  }
  if (input.content === undefined) return common
  const { parts: _, ...resolved } = resolveBody(policy, channel, input, input.messages.length)
  return { ...resolved, ...common }
}

/** What one item says for itself; undefined if nothing. */
function ownBody(
  policy: Policy,
  channel: Channel,
  batch: BatchInput,
  item: BatchItem,
  now: EpochMs,
): Partial<SendBody> | undefined {
  const { to: _, content, from, purpose, clientRef, metadata, validUntil } = item
  let own: Partial<SendBody> | undefined
  if (content !== undefined || from !== undefined || purpose !== undefined || batch.content === undefined) {
    const input = { content: content ?? batch.content, from: from ?? batch.from, purpose: purpose ?? batch.purpose }
    const { parts: __, ...resolved } = resolveBody(policy, channel, input, batch.messages.length)
    own = resolved
  }
  if (clientRef !== undefined) own = { ...own, clientRef }
  if (metadata !== undefined) own = { ...own, metadata }
  if (validUntil !== undefined) {
    const at = resolveValidity(validUntil, now)
    if (at !== undefined) own = { ...own, validUntil: at }
  }
  return own
}

function rejection(index: number, error: unknown): RejectedItem {
  if (!(error instanceof Problem)) throw error
  const errors = (error.options.errors ?? []).map(({ pointer, detail }) => ({
    pointer: `/messages/${index}${pointer}`,
    detail,
  }))
  return { index, code: error.code, errors }
}

/** Texts that spoil one item, by its index, with pointers below the item. */
export type ItemFaults = ReadonlyMap<number, readonly FieldError[]>
const NO_FAULTS: ItemFaults = new Map()

interface CheckedItems {
  readonly items: readonly SendItem[]
  readonly rejected: readonly RejectedItem[]
  readonly units: number
}

function checkItems(
  policy: Policy,
  channel: Channel,
  input: BatchInput,
  shared: Partial<SendBody>,
  faults: ItemFaults,
  now: EpochMs,
): CheckedItems {
  const items: SendItem[] = []
  const rejected: RejectedItem[] = []
  let units = 0
  for (let index = 0; index < input.messages.length; index++) {
    try {
      const faulty = faults.get(index)
      if (faulty) throw new Problem('invalid-fields', { errors: faulty })
      const parsed = batchItem.safeParse(input.messages[index])
      if (!parsed.success) throw new Problem('invalid-fields', { errors: fieldErrors(parsed.error) })
      const to = recipientOf(channel, parsed.data.to)
      const own = ownBody(policy, channel, input, parsed.data, now)
      items.push(own === undefined ? { n: index, to } : { n: index, to, own })
      units += own?.units ?? shared.units ?? 0
    } catch (error) {
      rejected.push(rejection(index, error))
    }
  }
  return { items, rejected, units }
}

/** Accepts a batch: each item on its own, tokens for all accepted ones or for none. */
export async function acceptBatch(
  platform: Platform,
  input: BatchInput,
  request: SendRequest,
  faults: ItemFaults = NO_FAULTS,
): Promise<AcceptedBatch> {
  const { principal } = request
  const { credential } = principal
  const now = platform.now()
  const channel = platform.channels[input.channel]
  const { policy, shared, items, rejected, units } = await underNewest(
    platform,
    principal,
    (policy) => {
      requireRoute(policy, channel, credential.mode)
      const shared = sharedBody(policy, channel, input, now)
      return { policy, shared, ...checkItems(policy, channel, input, shared, faults, now) }
    },
    (checked) => checked.rejected.some(({ code }) => MAY_BE_STALE.has(code)),
  )
  const total = input.messages.length
  if (items.length === 0) {
    throw new Problem('invalid-fields', {
      detail: 'no item of the batch can be sent',
      errors: rejected.flatMap((item) => item.errors).slice(0, 100),
    })
  }
  const limits = await takeTokens(platform, principal, items.length)
  const base = await newBase(platform.config.idKeys, principal.tenantId, request.origin, writeShard(policy), total)
  const id = batchIdOf(base)
  const head: Omit<SendJob, 'items'> = {
    kind: 'send',
    channel: channel.name,
    tenantId: principal.tenantId,
    mode: credential.mode,
    base,
    acceptedAt: now,
    shared,
    batch: {
      id,
      total,
      accepted: items.length,
      ...(input.clientRef === undefined ? {} : { clientRef: input.clientRef }),
    },
    batched: true,
    request: { ...request.row, count: 1 },
    attempt: 1,
  }
  await enqueue(platform, packEnvelopes(head, items), principal, items.length)
  const accepted = items.map((item) => ({ index: item.n, id: messageId(base, item.n) }))
  return { id, total, units, accepted, rejected, acceptedAt: now, limits }
}
