import type { Region } from '#worker/domain/addresses/number-plans.ts'
import { type Channel, under } from '#worker/domain/carriers/channel.ts'
import { covers, lackOf } from '#worker/domain/carriers/features.ts'
import type { MessageId } from '#worker/domain/ids.ts'
import { requireLevelFor, requireLevelOf } from '#worker/domain/limits/identity-rules.ts'
import { requireLicenceOf } from '#worker/domain/limits/licence-rules.ts'
import { MAX_VALIDITY } from '#worker/domain/messages/validity.ts'
import { type FieldError, invalidField, Problem, type ProblemCode } from '#worker/domain/problem.ts'
import type { Mode } from '#worker/domain/realm.ts'
import type { Policy, Route } from '#worker/domain/tenants/tenant.ts'
import { type EpochMs, toTimestamp } from '#worker/domain/time.ts'
import type { SendBody, SendItem } from '#worker/jobs.ts'
import type { MessageInput } from './input.ts'
import { resolveBody } from './send-body.ts'

/** Conditions under which each message of a request is drafted. */
export interface Terms {
  readonly policy: Policy
  readonly channel: Channel
  readonly route: Route
  /** Number of messages in the request: bulk rules depend on it. */
  readonly recipients: number
  readonly now: EpochMs
}

/** Item of a batch that is not sent, with the reasons; pointers lead into the batch. */
export interface RejectedItem {
  readonly index: number
  readonly code: ProblemCode
  readonly errors: readonly FieldError[]
}

/** Messages of one request that can be sent, checked under `policy` and not queued yet. */
export interface Draft {
  readonly policy: Policy
  readonly channel: Channel
  /** Body that all items have in common; an item's body is this and its `own`. */
  readonly shared: Partial<SendBody>
  readonly items: readonly SendItem[]
  readonly rejected: readonly RejectedItem[]
  /** Billed units of all items. */
  readonly units: number
}

/** Draft of a request for one message. */
interface MessageDraft extends Draft {
  readonly shared: SendBody
  /** Canonical recipient. */
  readonly to: string
  /** Length of each part, in the encoding's own units. */
  readonly parts: readonly number[]
}

const NONE_REJECTED: readonly RejectedItem[] = []

/** The tenant's route for the channel in this mode; throws `no-route` if there is none or it has no connection. */
export function requireRoute(policy: Policy, channel: Channel, mode: Mode): Route {
  const route = policy.routes.find((candidate) => candidate.channel === channel.name && candidate.mode === mode)
  if (route && route.connections.length > 0) return route
  throw new Problem('no-route', {
    errors: [{ pointer: '/channel', detail: `no ${mode} route carries ${channel.name}` }],
  })
}

/** Canonical recipient; a `Problem` points to `/to`. */
export function recipientOf(channel: Channel, to: string, region: Region | null): string {
  try {
    return channel.address(to, region).value
  } catch (error) {
    throw under(error, '/to')
  }
}

/**
 * Throws if the sender cannot write to this recipient (it belongs to another messenger), or if no connection of the route
 * has all features that the message needs (requirements S2-2). Without any active connection the message is accepted and
 * waits, as in an outage.
 */
export function requireCarried({ channel, route }: Terms, from: string, content: unknown, to: string): void {
  if (channel.fits?.(from, to) === false)
    throw invalidField('/from', 'cannot write to this recipient: name a sender of the recipient’s network')
  const { connections } = route
  if (connections.every(({ features }) => features?.length === 0)) return
  const needs = channel.needs(content, to)
  if (connections.some(({ features }) => features === null || covers(features, needs))) return
  const missing = needs.filter((need) => !connections.some(({ features }) => covers(features ?? [], [need])))
  const errors = missing.map((need) => ({
    pointer: need.startsWith('to:') ? '/to' : `/content${channel.askedAt?.(content, need) ?? ''}`,
    detail: `no connection of this account ${lackOf(need)}`,
  }))
  const apart = { pointer: '/content', detail: `no connection has all of ${needs.join(', ')}` }
  throw new Problem('not-supported', { errors: errors.length > 0 ? errors : [apart] })
}

/** `validUntil` as epoch milliseconds; throws unless it is in the future and at most `MAX_VALIDITY` ahead. */
function resolveValidity(text: string, now: EpochMs): EpochMs {
  const at = Date.parse(text)
  if (at <= now) throw invalidField('/validUntil', 'must be in the future')
  if (at > now + MAX_VALIDITY) throw invalidField('/validUntil', `must be before ${toTimestamp(now + MAX_VALIDITY)}`)
  return at
}

/** `body` with reference, labels and end of validity as given; itself if none is given, to save a copy a message. */
export function labelled<Body extends Partial<SendBody> | undefined>(
  body: Body,
  {
    clientRef,
    metadata,
    validUntil,
    resendOf,
  }: Pick<MessageInput, 'clientRef' | 'metadata' | 'validUntil' | 'resendOf'>,
  now: EpochMs,
): Body {
  if (clientRef === undefined && metadata === undefined && validUntil === undefined && resendOf === undefined)
    return body
  return {
    ...body,
    ...(clientRef === undefined ? {} : { clientRef }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(validUntil === undefined ? {} : { validUntil: resolveValidity(validUntil, now) }),
    ...(resendOf === undefined ? {} : { resendOf: resendOf as MessageId }),
  }
}

/** Drafts one message; throws a `Problem` if it cannot be sent. */
export function draftMessage(terms: Terms, input: MessageInput): MessageDraft {
  const { policy, channel, route } = terms
  requireLevelFor(policy, route.mode, 1)
  const to = recipientOf(channel, input.to, policy.region)
  const { body, parts } = resolveBody({ ...terms, mode: route.mode }, input)
  requireLevelOf(policy, route.mode, body.purpose)
  requireLicenceOf(policy, route.mode, body.purpose)
  requireCarried(terms, body.from, body.content, to)
  const shared = labelled(body, input, terms.now)
  return { policy, channel, shared, items: [{ n: 0, to }], rejected: NONE_REJECTED, units: body.units, to, parts }
}

/** The rejected item for a `Problem`; any other error is rethrown, because it is a bug or an outage. */
export function rejection(index: number, error: unknown): RejectedItem {
  if (!(error instanceof Problem)) throw error
  const errors = (error.options.errors ?? []).map(({ pointer, detail }) => ({
    pointer: `/messages/${index}${pointer}`,
    detail,
  }))
  return { index, code: error.code, errors }
}
