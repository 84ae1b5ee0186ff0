import type { Address } from '#worker/domain/addresses/address.ts'
import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { Need } from '#worker/domain/carriers/features.ts'
import type { Settings } from '#worker/domain/carriers/provider.ts'
import type { ClientId, ConnectionId, PersonId, TenantId } from '#worker/domain/ids.ts'
import type { Member } from '#worker/domain/people/member.ts'
import type { Scope } from '#worker/domain/people/scopes.ts'
import type { Mode } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { TenantSettings } from './settings.ts'

/** `pending`: made by a person himself and approved by nobody yet; it may try everything in test, and do nothing in live. */
export type TenantStatus = 'pending' | 'active' | 'suspended' | 'closed'

/** True if a tenant may do something in some mode. */
export const isOpen = (status: TenantStatus): boolean => status === 'active' || status === 'pending'

/** True if a tenant may do something in this mode. */
export const mayWork = (status: TenantStatus, mode: Mode): boolean =>
  status === 'active' || (status === 'pending' && mode === 'test')

/**
 * Proof of a client: `secret` for /oauth/token, `public-key` and `hmac` for JWTs that it signs itself, `api-key` for a token of
 * ours that lives long.
 * A secret is kept as an HMAC (it is only compared), an HS256 key sealed by a Worker secret (it must be opened to verify).
 */
export type CredentialProof =
  | { readonly kind: 'secret'; readonly hash: string }
  | {
      readonly kind: 'public-key'
      readonly alg: 'EdDSA' | 'ES256' | 'RS256'
      readonly jwk: Readonly<Record<string, string>>
    }
  | { readonly kind: 'hmac'; readonly sealed: string }
  /** `jti`: of the API key that counts. */
  | { readonly kind: 'api-key'; readonly jti: string }

export interface Credential {
  readonly id: ClientId
  readonly name: string
  readonly mode: Mode
  readonly proof: CredentialProof
  readonly scopes: readonly Scope[]
  /** CIDR blocks or single addresses; null: from anywhere. */
  readonly allowedIps: readonly string[] | null
  readonly expiresAt: EpochMs | null
  readonly revokedAt: EpochMs | null
  /** Member of the tenant who made it, whose role bounds its scopes; null: an operator did. */
  readonly madeBy: PersonId | null
}

/** True while a credential is in force: neither revoked nor expired. */
export const isLive = ({ revokedAt, expiresAt }: Pick<Credential, 'revokedAt' | 'expiresAt'>, now: EpochMs): boolean =>
  revokedAt === null && (expiresAt === null || expiresAt > now)

/** Classes of lines. The class decides, with the purpose, what a line may carry (requirements ). */
export const LINE_CLASSES = ['advertising', 'service', 'shared-template', 'otp', 'international'] as const
export type LineClass = (typeof LINE_CLASSES)[number]

export interface Sender {
  readonly channel: ChannelName
  readonly address: Address
  readonly lineClass: LineClass
  /** True for the sender of messages that name none. */
  readonly isDefault: boolean
  /** Connections that carry this sender; null: any of the route. */
  readonly connectionId: ConnectionId | null
  /** The one mode that it is of; null: both. */
  readonly mode: Mode | null
}

/** Connection of a route. `features`: empty if the connection is not active, null if they were never written down. */
export interface RouteConnection {
  readonly id: ConnectionId
  readonly features: readonly Need[] | null
}

export interface Route {
  readonly channel: ChannelName
  readonly mode: Mode
  /** Connections in the order in which they are tried. */
  readonly connections: readonly RouteConnection[]
}

/** Webhook endpoint as far as it decides whether an event has hearers; `notify` reads the endpoint itself. */
export interface EndpointSummary {
  /** Mode whose events the endpoint hears. */
  readonly mode: Mode
  readonly events: readonly string[] | null
}

/** Knowledge that an isolate may use of a tenant for at most `POLICY_TTL`: its settings, and all that they apply to. */
export interface Policy extends TenantSettings {
  readonly tenantId: TenantId
  readonly version: number
  readonly status: TenantStatus
  /** Ledger shards; the last takes the writes, the first holds suppressions. */
  readonly shards: readonly number[]
  readonly credentials: readonly Credential[]
  /** People who may act for the tenant. */
  readonly members: readonly Member[]
  readonly senders: readonly Sender[]
  readonly routes: readonly Route[]
  readonly endpoints: readonly EndpointSummary[]
  /** True if the licensee has said the number of his licence (domain/licensee.ts). */
  readonly isLicensed: boolean
  /** Most live messages a day that the account's identity level permits, beside `limits`; null: it has no cap. */
  readonly levelDaily: number | null
}

/** Milliseconds an isolate may use a policy without asking again: revocation takes effect within this. */
export const POLICY_TTL = 5_000

/** Provider account with its secrets opened. */
export interface ConnectionConfig {
  readonly id: ConnectionId
  readonly channel: ChannelName
  readonly provider: string
  readonly status: 'active' | 'disabled'
  readonly settings: Settings
  /** Current and, while it rotates, previous secret of the callback path. */
  readonly callbackSecrets: readonly string[]
  /** Messages a second this account may be given; null: no limit of ours. */
  readonly rate: number | null
  /** Most submits under way at once where the provider cannot drop repeats: so many can end `unknown`. */
  readonly concurrency: number
}

export const writeShard = (policy: Policy): number => policy.shards.at(-1) ?? 0
export const homeShard = (policy: Policy): number => policy.shards[0] ?? 0

/** Groups items by the shards on which they are looked for; an item may be on several. */
export function byShard<Item>(
  items: readonly Item[],
  shardsOf: (item: Item) => readonly number[],
): ReadonlyMap<number, readonly Item[]> {
  const found = new Map<number, Item[]>()
  for (const item of items)
    for (const shard of shardsOf(item)) {
      const some = found.get(shard)
      if (some) some.push(item)
      else found.set(shard, [item])
    }
  return found
}
