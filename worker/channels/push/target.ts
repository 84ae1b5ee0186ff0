import type { Attempt, FailureCode, Submission } from '#worker/domain/carriers/provider.ts'
import { BY_REGISTRY, type PushNetwork, type PushTarget } from '#worker/domain/device.ts'

const refusalOf = (code: FailureCode, detail: string): { readonly refusal: Submission } => ({
  refusal: { outcome: 'rejected', failure: { code, carrierCode: BY_REGISTRY, detail } },
})

/** Gives the device that a message goes to, as the registry knows it, or the refusal of a message that can go nowhere. */
export function targetOf<Of extends PushNetwork>(
  message: Attempt,
  ...networks: readonly Of[]
): { readonly target: Extract<PushTarget, { readonly network: Of }> } | { readonly refusal: Submission } {
  const target = message.target as PushTarget | null | undefined
  if (!target) return refusalOf('recipient-unregistered', 'The registry has no such device.')
  if (target.app !== message.from) return refusalOf('sender-refused', 'The device subscribed to another application.')
  if (!networks.some((network) => network === target.network))
    return refusalOf('not-supported', 'This connection does not reach the network of the device.')
  return { target: target as Extract<PushTarget, { readonly network: Of }> }
}

/** Seconds that a push service may keep the message: the content's `ttl`, but no longer than the message's validity. */
export function ttlOf(message: Attempt<{ readonly ttl: number }>, now: number): number {
  const { content, validUntil } = message
  if (validUntil === undefined) return content.ttl
  return Math.max(0, Math.min(content.ttl, Math.floor((validUntil - now) / 1_000)))
}
