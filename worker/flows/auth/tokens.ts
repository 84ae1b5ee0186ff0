import type { Config } from '#worker/config.ts'
import { type ClientId, type TenantId, tenantOfClientId } from '#worker/domain/ids.ts'
import { type Mode, realmOf } from '#worker/domain/realm.ts'
import { type Credential, isLive, type Policy } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { ipInRanges } from '#worker/lib/http/ip-range.ts'
import { verifyAccessToken } from './access-token.ts'
import { proofMark, verifyClientToken } from './client-assertion.ts'
import { type Peeked, peek } from './jwt.ts'
import type { Principal } from './principal.ts'

/** Dependencies of verifying: keys, the clock, and policies that are fresh enough for a revocation to hold. */
export interface TokenContext {
  readonly config: Config
  readonly now: () => EpochMs
  readonly policyOf: (tenant: TenantId, client: string) => Promise<Policy | null>
}

/**
 * Reason of a refusal. `invalid` is all that a caller is told of a bad token, whatever is wrong with it; the others are told
 * only of a token whose signature held. `revoked`: its credential is revoked or at its end, or the tenant is closed.
 */
export type RefusalReason = 'invalid' | 'expired' | 'revoked' | 'suspended' | 'address'

/** Refusal of a caller. `client` is who it claimed to be, if that is a client id of ours; the access log names it. */
export interface Refused {
  readonly ok: false
  readonly reason: RefusalReason
  readonly client: { readonly id: ClientId; readonly tenantId: TenantId } | null
}
type Authentication = { readonly ok: true; readonly principal: Principal } | Refused

/** A token whose signature and claims were checked. Its credential is checked on every request, because it may be revoked. */
interface Verified {
  readonly clientId: ClientId
  readonly tenantId: TenantId
  readonly scopes: readonly string[] | null
  readonly expiresAt: EpochMs
  /** Mode in our own token; null for a client-signed one, which has the mode of its credential. */
  readonly mode: Mode | null
  /** Proof that a client-signed token was verified by; null for our own tokens, which credentials with a secret get. */
  readonly mark: string | null
  /** The principal as last made; kept while the policy is the same. */
  principal: Principal | null
}

/** Tokens that an isolate keeps: with the length limit at most 8 MB. */
const CACHED_TOKENS = 4_096
const CACHED_TOKEN_LENGTH = 2_048

const caches = new WeakMap<Config, BoundedMap<string, Verified>>()

function cacheOf(config: Config): BoundedMap<string, Verified> {
  const kept = caches.get(config)
  if (kept) return kept
  const cache = new BoundedMap<string, Verified>(CACHED_TOKENS)
  caches.set(config, cache)
  return cache
}

const refuse = (reason: RefusalReason, client: Refused['client'] = null): Refused => ({ ok: false, reason, client })

export const findCredential = (policy: Policy | null, id: string): Credential | undefined =>
  policy?.credentials.find((credential) => credential.id === id)

async function verifyOwn(context: TokenContext, peeked: Peeked): Promise<Verified | 'expired' | null> {
  const { config } = context
  const claims = await verifyAccessToken(config, peeked, context.now())
  if (claims === 'expired') return claims
  const tenantId = claims && (await tenantOfClientId(config.idKeys, claims.clientId))
  if (!claims || !tenantId) return null
  const { clientId, mode, scopes, exp } = claims
  return { clientId, tenantId, scopes, expiresAt: exp * 1000, mode, mark: null, principal: null }
}

async function verifyClients(
  context: TokenContext,
  peeked: Peeked,
  client: { readonly id: ClientId; readonly tenantId: TenantId },
): Promise<Verified | 'expired' | null> {
  const credential = findCredential(await context.policyOf(client.tenantId, client.id), client.id)
  if (!credential) return null
  const claims = await verifyClientToken(context.config, credential, peeked, context.now())
  if (!claims || claims === 'expired') return claims
  return {
    clientId: client.id,
    tenantId: client.tenantId,
    scopes: claims.scopes,
    expiresAt: claims.exp * 1000,
    mode: null,
    mark: proofMark(credential),
    principal: null,
  }
}

/** Answers the client that a token claims to be from, if the id is one of ours. Costs one MAC and no look-up. */
async function claimedClient(config: Config, { claims }: Peeked): Promise<Refused['client']> {
  const id = claims['iss'] === config.baseUrl ? claims['client_id'] : claims['iss']
  if (typeof id !== 'string' || id.length > 64) return null
  const tenantId = await tenantOfClientId(config.idKeys, id)
  return tenantId && { id: id as ClientId, tenantId }
}

async function verify(context: TokenContext, token: string): Promise<Verified | Refused> {
  const peeked = peek(token)
  if (!peeked) return refuse('invalid')
  const client = await claimedClient(context.config, peeked)
  if (!client) return refuse('invalid')
  const own = peeked.claims['iss'] === context.config.baseUrl
  const verified = await (own ? verifyOwn(context, peeked) : verifyClients(context, peeked, client))
  return verified === null || verified === 'expired' ? refuse(verified ?? 'invalid', client) : verified
}

/** True if the credential still has the proof that the token was verified by. Our own tokens outlive a renewed secret. */
const proofHolds = ({ mark, mode }: Verified, credential: Credential): boolean =>
  mark === null ? credential.proof.kind === 'secret' && credential.mode === mode : mark === proofMark(credential)

function principalOf(verified: Verified, policy: Policy): Principal | null {
  if (verified.principal?.policy === policy) return verified.principal
  const credential = findCredential(policy, verified.clientId)
  if (!credential || !proofHolds(verified, credential)) return null
  const scopes = verified.scopes?.filter((scope) => (credential.scopes as readonly string[]).includes(scope))
  const { tenantId } = verified
  const realm = realmOf(tenantId, credential.mode)
  const principal = { tenantId, realm, credential, scopes: scopes ?? credential.scopes, policy }
  verified.principal = principal
  return principal
}

/**
 * Checks what may change after a token was verified: expiry, credential, tenant, the caller's address. Done on every
 * request.
 */
function admit(verified: Verified, policy: Policy | null, ip: string, now: EpochMs): Authentication {
  const client = { id: verified.clientId, tenantId: verified.tenantId }
  if (!policy) return refuse('invalid', client)
  if (verified.expiresAt <= now) return refuse('expired', client)
  if (!findCredential(policy, verified.clientId)) return refuse('revoked', client)
  const principal = principalOf(verified, policy)
  if (!principal) return refuse('invalid', client)
  if (policy.status === 'closed' || !isLive(principal.credential, now)) return refuse('revoked', client)
  if (policy.status === 'suspended') return refuse('suspended', client)
  const { allowedIps } = principal.credential
  if (allowedIps && !ipInRanges(ip, allowedIps)) return refuse('address', client)
  return { ok: true, principal }
}

/**
 * Finds out who calls by a bearer token: one of our access tokens, or a JWT that a client signed itself. A token that this
 * isolate has verified before costs no cryptography.
 */
export async function authenticateToken(context: TokenContext, token: string, ip: string): Promise<Authentication> {
  const cache = cacheOf(context.config)
  const kept = cache.get(token)
  const verified = kept ?? (await verify(context, token))
  if ('ok' in verified) return verified
  if (!kept && token.length <= CACHED_TOKEN_LENGTH) cache.set(token, verified)
  const answer = admit(verified, await context.policyOf(verified.tenantId, verified.clientId), ip, context.now())
  if (kept && verified.expiresAt <= context.now()) cache.delete(token)
  return answer
}
