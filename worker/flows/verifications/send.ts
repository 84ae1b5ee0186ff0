import type { Channel } from '#worker/domain/carriers/channel.ts'
import { type MessageId, messageId, newBase, type VerificationId } from '#worker/domain/ids.ts'
import { Problem } from '#worker/domain/problem.ts'
import { type Mode, modeOf } from '#worker/domain/realm.ts'
import { type Policy, type Route, type RouteConnection, writeShard } from '#worker/domain/tenants/tenant.ts'
import { type EpochMs, toTimestamp } from '#worker/domain/time.ts'
import type { Order } from '#worker/domain/verifications/order.ts'
import { codeContents, noticeContents } from '#worker/domain/verifications/text.ts'
import type { Wording } from '#worker/domain/verifications/verification.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { draftMessage, requireRoute } from '#worker/flows/messages/draft.ts'
import { underNewest } from '#worker/flows/messages/newest-policy.ts'
import type { SendRequest } from '#worker/flows/messages/queue-draft.ts'

/** A code on its way: the channel, and from when until when it counts. */
interface Code {
  readonly id: VerificationId
  readonly channel: Channel
  readonly code: string
  readonly sentAt: EpochMs
  readonly expiresAt: EpochMs
  /** True if its message tells of an account that is there already, and not of the code. */
  readonly isNotice: boolean
}

/** Message of a code, ready to be queued, and whose words it goes out in. */
export type Drafted = ReturnType<typeof draftMessage> & { readonly wording: Wording }

/** True of a connection that has a way of its own for codes: their words are those of a template that the carrier approved. */
const hasTemplate = (connection: RouteConnection | undefined): boolean => connection?.features?.includes('otp') === true

/** True if the first connection of the route words this content itself. A next one may not, if the first does not take it. */
const isCarriers = (content: unknown, { channel, connections }: Route): boolean =>
  channel === 'chat' ? (content as { readonly otp?: unknown }).otp !== undefined : hasTemplate(connections[0])

/** Sender of codes: the account's line for them, if it has one on the channel; undefined: the default. */
const codeSender = ({ senders }: Policy, { name }: Channel): string | undefined =>
  senders.find(
    ({ channel, lineClass, address }) => channel === name && lineClass === 'otp' && address.kind !== 'domain',
  )?.address.value

/** Drafts the message of a code; of several contents that can carry it the first that a connection of the route takes. */
function draftUnder(
  policy: Policy,
  mode: Mode,
  order: Order,
  { channel, code, sentAt, expiresAt, isNotice }: Code,
): Drafted {
  const route = requireRoute(policy, channel, mode)
  const { brand, domain, appHash } = policy.codes
  const worded = {
    locale: order.locale,
    brand,
    domain: order.template?.domain ?? domain ?? undefined,
    appHash: order.template?.appHash ?? appHash ?? undefined,
  }
  const { to, clientRef, metadata } = order
  const from = codeSender(policy, channel)
  const terms = { policy, channel, route, recipients: 1, now: sentAt }
  let refusal: unknown = new Problem('not-supported', {
    errors: [{ pointer: '/channel', detail: `codes are not sent on the channel ${channel.name}` }],
  })
  const contents = isNotice ? noticeContents(channel.name, worded) : codeContents(channel.name, code, worded)
  for (const content of contents) {
    const input = {
      channel: channel.name,
      to,
      content: content as Record<string, unknown>,
      purpose: 'otp' as const,
      from,
    }
    const labels = { validUntil: toTimestamp(expiresAt), clientRef, metadata }
    try {
      const draft = draftMessage(terms, { ...input, ...labels })
      return { ...draft, wording: isCarriers(content, route) ? 'carrier' : 'gateway' }
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'not-supported') throw error
      refusal = error
    }
  }
  throw refusal
}

/** Names the fields of a verification in a refusal of its message, whose content the caller did not write. */
function aboutVerification(error: unknown): unknown {
  if (!(error instanceof Problem)) return error
  const errors = error.options.errors?.map(({ pointer, detail }) => ({
    pointer: pointer.endsWith('/language') ? '/locale' : pointer.startsWith('/content') ? '/channel' : pointer,
    detail,
  }))
  return new Problem(error.code, { ...error.options, ...(errors ? { errors } : {}) })
}

/** Drafts the message of a code under the policy at hand, or the newest. A `Problem` names the verification's fields. */
export async function draftCode(platform: Platform, request: SendRequest, order: Order, one: Code): Promise<Drafted> {
  try {
    const draft = await underNewest(platform, request.principal, (policy) =>
      draftUnder(policy, modeOf(request.principal.realm), order, one),
    )
    return { ...draft, shared: { ...draft.shared, code: one.code, verification: one.id } }
  } catch (error) {
    throw aboutVerification(error)
  }
}

/** Makes the id that the message of a draft will have. */
export async function messageIdOf(platform: Platform, request: SendRequest, draft: Drafted): Promise<MessageId> {
  const { principal, origin } = request
  const { realm } = principal
  const parts = { realm, channel: draft.channel.name, request: origin, shard: writeShard(draft.policy), count: 1 }
  return messageId(await newBase(platform.config.idKeys, parts), 0)
}
