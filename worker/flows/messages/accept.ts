/*
 * A request's message becomes a job on the channel's queue; the 202 is given when that job is durable.
 * 1. input.ts, send-body.ts: what is asked, with the tenant's defaults and the rules of its market.
 * 2. here: is there a route, can it carry this, may this sender write to this person?
 * 3. files.ts: the files that the content names are held for the message. core/admission.ts: its tokens are taken.
 * 4. envelopes.ts packs many messages (accept-batch.ts) into few jobs; enqueue() sends them.
 * Afterwards look-up.ts reads a message or list, cancel.ts ends one that no carrier has.
 */

import type { Region } from '#worker/domain/addresses/number-plans.ts'
import type { Channel } from '#worker/domain/carriers/channel.ts'
import { covers } from '#worker/domain/carriers/features.ts'
import { type MessageId, messageId, newBase, type RequestId } from '#worker/domain/ids.ts'
import type { LimitState } from '#worker/domain/limits/lease.ts'
import { invalidField, Problem, type ProblemCode } from '#worker/domain/problem.ts'
import type { Mode } from '#worker/domain/realm.ts'
import { type Policy, writeShard } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { sendQueue } from '#worker/env.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import { admit, policyNow } from '#worker/flows/core/admission.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { RequestRow, SendBody, SendJob } from '#worker/jobs.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { sendEnvelopes } from './envelopes.ts'
import { detachFiles, type UsedFiles, useFiles, whileUsed } from './files.ts'
import type { MessageInput } from './input.ts'
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
  /** When the request came: the time in its ids, by which lists find messages, unless a key repeats an earlier one's. */
  readonly acceptedAt: EpochMs
  readonly limits: readonly LimitState[]
}

/** Refuses what no connection of the route carries. */
export function requireRoute(policy: Policy, channel: Channel, mode: Mode): void {
  const route = policy.routes.find((candidate) => candidate.channel === channel.name && candidate.mode === mode)
  if (!route || route.connections.length === 0) {
    throw new Problem('no-route', {
      errors: [{ pointer: '/channel', detail: `no ${mode} route carries ${channel.name}` }],
    })
  }
}

/**
 * Refuses what no connection of the route can do (requirements S2-2). A route without active connections waits for one, as
 * an outage does.
 */
export function requireFeatures(policy: Policy, channel: Channel, mode: Mode, content: unknown, to: string): void {
  const route = policy.routes.find((candidate) => candidate.channel === channel.name && candidate.mode === mode)
  const connections = route?.connections ?? []
  if (connections.every(({ features }) => features?.length === 0)) return
  const needs = channel.needs(content, to)
  if (connections.some(({ features }) => features === null || covers(features, needs))) return
  const missing = needs.filter((need) => !connections.some(({ features }) => features?.includes(need)))
  const errors = missing.map((need) => ({
    pointer: need.startsWith('to:') ? '/to' : '/content',
    detail: `no connection of this account has \`${need}\``,
  }))
  const apart = { pointer: '/content', detail: `no connection has all of ${needs.join(', ')}` }
  throw new Problem('not-supported', { errors: errors.length > 0 ? errors : [apart] })
}

/** Refuses a sender that cannot write to this recipient (another messenger's). */
export function requireFit(channel: Channel, from: string, to: string): void {
  if (channel.fits?.(from, to) ?? true) return
  throw invalidField('/from', 'cannot write to this recipient: name a sender of the recipient’s network')
}

/** Refuses a content that names files which the tenant does not have. */
export function requireFiles(used: UsedFiles, content: unknown): void {
  const faults = used.faults(content)
  if (faults.length === 0) return
  throw new Problem('invalid-fields', {
    errors: faults.map(({ pointer, detail }) => ({ pointer: `/content${pointer}`, detail })),
  })
}

/** What the message is sent to; the problem points to `/to`. */
export function recipientOf(channel: Channel, to: string, region: Region | null): string {
  try {
    return channel.address(to, region).value
  } catch (error) {
    throw under(error, '/to')
  }
}

/** Takes `count` messages from the tenant's limits, or throws the refusal. */
export async function takeTokens(
  platform: Platform,
  principal: Principal,
  count: number,
): Promise<readonly LimitState[]> {
  const admitted = await admit(platform, principal.tenantId, count)
  if (!admitted.ok) throw admitted.problem
  return admitted.limits
}

/** Queues the envelopes; on refusal the caller may retry with the same key and means the same messages. */
export async function enqueue(
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
    platform.log('message.refused', { realm: principal.realm, reason: errorLabel(error), messages: count })
    throw new Problem('queue-unavailable', {
      detail: 'part of the messages may be queued; retry with the same Idempotency-Key',
      headers: { 'Retry-After': '5' },
    })
  }
}

/** Refusals that a policy some seconds old may be wrong about: the sender or route may have been made a moment ago. */
export const MAY_BE_STALE: ReadonlySet<ProblemCode> = new Set([
  'sender-not-assigned',
  'no-route',
  'purpose-not-allowed',
  'not-supported',
])

/** Does `work` under the policy at hand, and once more under the newest if it refuses what that may allow. */
export async function underNewest<Result>(
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
  const acceptedAt = request.row.at
  const channel = platform.channels[input.channel]
  const {
    policy,
    body: sized,
    to,
  } = await underNewest(platform, principal, (policy) => {
    requireRoute(policy, channel, credential.mode)
    const to = recipientOf(channel, input.to, policy.region)
    const body = resolveBody(policy, channel, input, 1)
    requireFit(channel, body.from, to)
    requireFeatures(policy, channel, credential.mode, body.content, to)
    return { policy, body, to }
  })
  const { parts, ...resolved } = sized
  const validUntil = resolveValidity(input.validUntil, now)
  const body: SendBody = {
    ...resolved,
    ...(input.clientRef === undefined ? {} : { clientRef: input.clientRef }),
    ...(input.metadata === undefined ? {} : { metadata: input.metadata }),
    ...(validUntil === undefined ? {} : { validUntil }),
  }
  const base = await newBase(platform.config.idKeys, {
    realm: principal.realm,
    request: request.origin,
    shard: writeShard(policy),
    count: 1,
  })
  const user = {
    policy,
    realm: principal.realm,
    base,
    origin: request.origin,
    isFirst: request.origin === request.row.id,
  }
  const used = channel.filesOf ? await useFiles(platform, user, channel, [body.content]) : null
  const admitOne = () => takeTokens(platform, principal, 1)
  const admitSound = (files: UsedFiles) => {
    requireFiles(files, body.content)
    return admitOne()
  }
  const limits = used ? await whileUsed(used, () => admitSound(used)) : await admitOne()
  const [shared = body] = channel.detach ? await detachFiles(platform, user, channel, [body]) : [body]
  const job: SendJob = {
    kind: 'send',
    channel: channel.name,
    realm: principal.realm,
    base,
    acceptedAt,
    shared,
    items: [{ n: 0, to }],
    batched: false,
    request: request.row,
    attempt: 1,
  }
  await enqueue(platform, [job], principal, 1)
  return { id: messageId(base, 0), to, body, parts, acceptedAt, limits }
}
