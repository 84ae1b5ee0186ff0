import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { TenantId } from '#worker/domain/ids.ts'
import { type Realm, realmOf } from '#worker/domain/realm.ts'
import type { ConnectionConfig, Policy, Sender } from '#worker/domain/tenants/tenant.ts'
import { policyNow } from '#worker/flows/core/admission.ts'
import type { Spelling } from '#worker/flows/core/person.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { sendersByAddress } from '#worker/store/control/senders.ts'

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

/** A line as it was called, and the connection that heard it. */
export interface CalledLine {
  readonly channel: Channel
  readonly config: ConnectionConfig
  readonly to: string
}

/** Sender that a line is, and whose. */
export type LineSender = Sender & { readonly tenantId: TenantId }

const lineOf = ({ channel, to }: Pick<CalledLine, 'channel' | 'to'>): string =>
  canonical((input) => channel.sender(input), to)

/** Keys that the sender of a line may have, that of the line itself first: the first that a sender has decides. */
function senderKeysOf(called: Pick<CalledLine, 'channel' | 'to'>): readonly string[] {
  const { channel } = called
  const line = lineOf(called)
  try {
    return channel.senderKeys?.(channel.sender(line)) ?? [line]
  } catch {
    // Looks up a line that no sender's form fits as it came.
    return [line]
  }
}

/** Finds the senders that lines belong to, by the addresses or by what senders may have in their place, such as domains. */
export async function sendersOfLines(
  platform: Platform,
  lines: readonly Pick<CalledLine, 'channel' | 'to'>[],
): Promise<readonly (LineSender | null)[]> {
  const asked = lines.map((line) => senderKeysOf(line).map((value) => ({ channel: line.channel.name, value })))
  const keyOf = (channel: string, value: string): string => `${channel} ${value}`
  const found = await sendersByAddress(platform.env.CONTROL, asked.flat())
  const byKey = new Map(found.map((sender) => [keyOf(sender.channel, sender.address.value), sender]))
  return asked.map((keys) => keys.map(({ channel, value }) => byKey.get(keyOf(channel, value))).find(Boolean) ?? null)
}

/** Finds the sender that one line belongs to. */
export const senderOfLine = async (
  platform: Platform,
  called: Pick<CalledLine, 'channel' | 'to'>,
): Promise<LineSender | null> => (await sendersOfLines(platform, [called]))[0] ?? null

/** Answers who has the line or code: the tenant of its sender, if the connection may carry for it. */
export function ownerUnder(called: CalledLine, sender: LineSender | null, policy: Policy | null): Owner {
  const { channel, config } = called
  const { id: connection, provider } = config
  // A simulated carrier brings test messages only, whichever route names it.
  const carrier = channel.providers[provider]
  const isPlayed = carrier?.simulated === true
  const home = carrier?.home ?? null
  const line = lineOf(called)
  const realm = realmOf(OPERATOR, isPlayed ? 'test' : 'live')
  const nobody: Owner = { realm, policy: null, sender: null, line, spelling: { home, region: null } }
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

/** Finds the tenant that has the line or code, if the connection may carry for it. */
export async function ownerOf(platform: Platform, called: CalledLine): Promise<Owner> {
  const sender = await senderOfLine(platform, called)
  return ownerUnder(called, sender, sender && (await policyNow(platform, sender.tenantId)))
}
