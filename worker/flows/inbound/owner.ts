import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { TenantId } from '#worker/domain/ids.ts'
import { type Realm, realmOf } from '#worker/domain/realm.ts'
import type { ConnectionConfig, Policy, Sender } from '#worker/domain/tenants/tenant.ts'
import { policyNow } from '#worker/flows/core/admission.ts'
import type { Spelling } from '#worker/flows/core/person.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { senderByAddress } from '#worker/store/control/senders.ts'

/** Inbound messages to lines that nobody owns are kept under this name, for the operator. */
const OPERATOR = 'operator' as TenantId

/** Whose message or session it is. Without a tenant it is the operator's. */
export interface Owner {
  readonly realm: Realm
  readonly policy: Policy | null
  readonly sender: Sender | null
  readonly line: string
  /** How the carrier writes the people of this line. */
  readonly spelling: Spelling
}

/** An address as the channel spells it; as it came, if the channel has no such address. */
export function canonical(read: (input: string) => { readonly value: string }, input: string): string {
  try {
    return read(input).value
  } catch {
    return input
  }
}

/** The sender that a line called belongs to: the address itself, or what stands for it (its domain). */
export async function senderOfLine(
  platform: Platform,
  channel: Channel,
  line: string,
): Promise<(Sender & { tenantId: TenantId }) | null> {
  let keys: readonly string[] = [line]
  try {
    keys = channel.senderKeys?.(channel.sender(line)) ?? keys
  } catch {
    // A line that no sender can be spelled like is looked up as it is.
  }
  for (const key of keys) {
    const sender = await senderByAddress(platform.env.CONTROL, { channel: channel.name, value: key })
    if (sender) return sender
  }
  return null
}

/** The tenant that has the line or code called, if the connection may speak for it. */
export async function ownerOf(
  platform: Platform,
  channel: Channel,
  { id: connection, provider }: ConnectionConfig,
  to: string,
): Promise<Owner> {
  const line = canonical((input) => channel.sender(input), to)
  // A simulated carrier speaks for nobody real, whichever route names it.
  const carrier = channel.providers[provider]
  const isPlayed = carrier?.simulated === true
  const home = carrier?.home ?? null
  const realm = realmOf(OPERATOR, isPlayed ? 'test' : 'live')
  const nobody: Owner = { realm, policy: null, sender: null, line, spelling: { home, region: null } }
  const sender = await senderOfLine(platform, channel, line)
  const policy = sender ? await policyNow(platform, sender.tenantId) : null
  if (!sender || !policy) return nobody
  const route = policy.routes.find(
    ({ channel: name, connections }) => name === channel.name && connections.some(({ id }) => id === connection),
  )
  if (sender.connectionId !== connection && !route) return nobody
  const spelling = { home, region: policy.region }
  return {
    realm: realmOf(sender.tenantId, isPlayed ? 'test' : (route?.mode ?? 'live')),
    policy,
    sender,
    line,
    spelling,
  }
}
