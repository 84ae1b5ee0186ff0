import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { TenantId } from '#worker/domain/ids.ts'
import { type Realm, realmOf } from '#worker/domain/realm.ts'
import type { ConnectionConfig, Policy, Sender } from '#worker/domain/tenants/tenant.ts'
import { policyNow } from '#worker/flows/core/admission.ts'
import type { Spelling } from '#worker/flows/core/person.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { senderByAddress } from '#worker/store/control/senders.ts'

/** Tenant of inbound messages to lines that nobody owns; an operator can read them. */
const OPERATOR = 'operator' as TenantId

/** Owner of a message or session: a tenant, or the operator if `policy` is null. */
export interface Owner {
  readonly realm: Realm
  readonly policy: Policy | null
  readonly sender: Sender | null
  readonly line: string
  /** Regions by which addresses of people who write to this line are read. */
  readonly spelling: Spelling
}

/** Answers an address in the channel's form, or as it came if it is none of the channel's. */
export function canonical(read: (input: string) => { readonly value: string }, input: string): string {
  try {
    return read(input).value
  } catch {
    return input
  }
}

/** Finds the sender that a line belongs to, by the address itself or by its domain. */
export async function senderOfLine(
  platform: Platform,
  channel: Channel,
  line: string,
): Promise<(Sender & { tenantId: TenantId }) | null> {
  let keys: readonly string[] = [line]
  try {
    keys = channel.senderKeys?.(channel.sender(line)) ?? keys
  } catch {
    // Looks up a line that no sender's form fits as it came.
  }
  for (const key of keys) {
    const sender = await senderByAddress(platform.env.CONTROL, { channel: channel.name, value: key })
    if (sender) return sender
  }
  return null
}

/** Finds the tenant that has the line or code, if the connection may carry for it. */
export async function ownerOf(
  platform: Platform,
  channel: Channel,
  { id: connection, provider }: ConnectionConfig,
  to: string,
): Promise<Owner> {
  const line = canonical((input) => channel.sender(input), to)
  // A simulated carrier brings test messages only, whichever route names it.
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
