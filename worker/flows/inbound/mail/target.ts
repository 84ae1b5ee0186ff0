import { isBounceMac, parseBounceAddress } from '#worker/domain/carriers/email-message-id.ts'
import { type AttemptRef, type ConnectionId, isMessageId, parseAttemptRef, type TenantId } from '#worker/domain/ids.ts'
import type { Policy, Sender } from '#worker/domain/tenants/tenant.ts'
import { policyOf } from '#worker/flows/core/admission.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { senderOfLine } from '#worker/flows/inbound/owner.ts'

/**
 * Target of a mail: the bounce address of one of our attempts, or a tenant's address with the connection that stands for
 * it.
 */
type MailTarget =
  | { readonly kind: 'bounce'; readonly ref: AttemptRef }
  | { readonly kind: 'address'; readonly tenantId: TenantId; readonly connectionId: ConnectionId }

/** True if we made this attempt ref. Costs one MAC and no look-up. */
export async function isOwnRef(platform: Platform, ref: AttemptRef): Promise<boolean> {
  const parsed = parseAttemptRef(ref)
  return parsed !== null && (await isMessageId(platform.config.idKeys, parsed.realm, parsed.id))
}

/** An attempt that a bounce address of ours names. */
interface ProvenRef {
  readonly ref: AttemptRef
  /** True if the address has the MAC of this very attempt. */
  readonly isProven: boolean
}

/** Reads a bounce address of one of our attempts; null if it is none, or a MAC in it is not ours. */
export async function readBounceAddress(platform: Platform, address: string): Promise<ProvenRef | null> {
  const found = parseBounceAddress(address)
  if (!found) return null
  const { ref, mac } = found
  const isOurs = await (mac === null ? isOwnRef(platform, ref) : isBounceMac(platform.config.idKeys, ref, mac))
  return isOurs ? { ref, isProven: mac !== null } : null
}

/** Answers the connection that mail to a sender counts as received by: its own, or the first of the tenant's route. */
function connectionOf(policy: Policy, sender: Sender): ConnectionId | null {
  const routes = policy.routes.filter(({ channel }) => channel === 'email')
  const route = routes.find(({ mode }) => mode === 'live') ?? routes[0]
  return sender.connectionId ?? route?.connections[0]?.id ?? null
}

/**
 * Finds the target of a mail by its envelope recipient; null if nobody here has the address. `ages`: policies to go by, one after
 * the other. Without `recent`, the connection is one that also the next to ask for the newest policy finds in its routes.
 */
export async function mailTarget(
  platform: Platform,
  to: string,
  ages: readonly ('recent' | 'now')[] = ['recent', 'now'],
): Promise<MailTarget | null> {
  const bounce = await readBounceAddress(platform, to)
  if (bounce) return { kind: 'bounce', ref: bounce.ref }
  const sender = await senderOfLine(platform, { channel: platform.channels.email, to })
  if (!sender) return null
  // Asks for the newest policy before a mail is refused, because a refused mail does not come again.
  for (const age of ages) {
    const policy = await policyOf(platform, sender.tenantId, age)
    const connectionId = policy && policy.status !== 'closed' ? connectionOf(policy, sender) : null
    if (connectionId !== null) return { kind: 'address', tenantId: sender.tenantId, connectionId }
  }
  return null
}
