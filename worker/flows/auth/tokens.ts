import type { Config } from '#worker/config.ts'
import { type ClientId, type PersonId, type TenantId, tenantOfClientId } from '#worker/domain/ids.ts'
import { withinRole } from '#worker/domain/people/roles.ts'
import { type Mode, modeOf, realmOf } from '#worker/domain/realm.ts'
import { type Credential, isLive, type Policy } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Caller } from '#worker/flows/core/admission.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { ipInRanges } from '#worker/lib/http/ip-range.ts'
import { verifyAccessToken } from './access-token.ts'
import { sentKey, verifyApiKey } from './api-key.ts'
import { proofMark, verifyClientToken } from './client-assertion.ts'
import { type Peeked, peek } from './jwt.ts'
import { isPersonToken, type PersonGrant, verifyPersonToken } from './person-token.ts'
import type { Principal } from './principal.ts'

/** Dependencies of verifying: keys, the clock, and policies that are fresh enough for a revocation to hold. */
export interface TokenContext {
  readonly config: Config
  readonly now: () => EpochMs
  readonly policyOf: (tenant: TenantId, caller: Caller) => Promise<Policy | null>
}

/**
 * Reason of a refusal. `invalid` is all that a caller is told of a bad token, whatever is wrong with it; the others are told
 * only of a token whose signature held. `revoked`: its credential is revoked or at its end, or the tenant is closed.
 */
export type RefusalReason = 'invalid' | 'expired' | 'revoked' | 'suspended' | 'pending' | 'address'

/** Refusal of a caller. `client` is who it claimed to be, a credential or person of ours; the access log names it. */
export interface Refused {
  readonly ok: false
  readonly reason: RefusalReason
  readonly client: { readonly id: ClientId | PersonId; readonly tenantId: TenantId } | null
}
type Authentication = { readonly ok: true; readonly principal: Principal } | Refused

interface VerifiedAny {
  readonly tenantId: TenantId
  readonly expiresAt: EpochMs
  /** The principal as last made; kept while the policy is the same. */
  principal: Principal | null
}

interface VerifiedPerson extends VerifiedAny {
  readonly kind: 'person'
  readonly grant: PersonGrant & { readonly acts: NonNullable<PersonGrant['acts']> }
}

interface VerifiedClient extends VerifiedAny {
  readonly kind: 'client'
  readonly clientId: ClientId
  readonly scopes: readonly string[] | null
  /** Mode in a token or key of ours; null for a client-signed one, which has the mode of its credential. */
  readonly mode: Mode | null
  /** Proof that a client-signed token or a key was verified by; null for access tokens, which credentials with a secret get. */
  readonly mark: string | null
}

/** A token whose signature and claims were checked. Whose it is is checked on every request, because it may be revoked. */
type Verified = VerifiedClient | VerifiedPerson

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

async function verifyPersons(context: TokenContext, peeked: Peeked): Promise<Verified | 'expired' | null> {
  const claims = await verifyPersonToken(context.config, peeked, context.now())
  if (claims === 'expired') return claims
  const { acts } = claims ?? {}
  if (!claims || !acts) return null
  const { tenantId } = acts
  return { kind: 'person', tenantId, expiresAt: claims.exp * 1000, grant: { ...claims, acts }, principal: null }
}

async function verifyOwn(context: TokenContext, peeked: Peeked): Promise<Verified | 'expired' | null> {
  const { config } = context
  const claims = await verifyAccessToken(config, peeked, context.now())
  if (claims === 'expired') return claims
  const tenantId = claims && (await tenantOfClientId(config.idKeys, claims.clientId))
  if (!claims || !tenantId) return null
  const { clientId, mode, scopes, exp } = claims
  return { kind: 'client', clientId, tenantId, scopes, expiresAt: exp * 1000, mode, mark: null, principal: null }
}

async function verifyClients(
  context: TokenContext,
  peeked: Peeked,
  client: { readonly id: ClientId; readonly tenantId: TenantId },
): Promise<Verified | 'expired' | null> {
  const credential = findCredential(await context.policyOf(client.tenantId, client), client.id)
  if (!credential) return null
  const claims = await verifyClientToken(context.config, credential, peeked, context.now())
  if (!claims || claims === 'expired') return claims
  return {
    kind: 'client',
    clientId: client.id,
    tenantId: client.tenantId,
    scopes: claims.scopes,
    expiresAt: claims.exp * 1000,
    mode: null,
    mark: proofMark(credential),
    principal: null,
  }
}

async function verifyKey(
  context: TokenContext,
  sent: NonNullable<ReturnType<typeof sentKey>>,
): Promise<Verified | Refused> {
  const { config } = context
  const claims = await verifyApiKey(config, sent, context.now())
  if (claims === null || claims === 'expired') return refuse(claims ?? 'invalid')
  const { clientId, mode, jti, exp } = claims
  const tenantId = await tenantOfClientId(config.idKeys, clientId)
  if (!tenantId) return refuse('invalid')
  const mark = proofMark({ id: clientId, proof: { kind: 'api-key', jti } })
  return { kind: 'client', clientId, tenantId, scopes: null, expiresAt: exp * 1000, mode, mark, principal: null }
}

/** Client that a token claims to be from. */
interface Claimed {
  readonly id: ClientId
  readonly tenantId: TenantId
}

/** Answers the client that a token claims to be from, if the id is one of ours. Costs one MAC and no look-up. */
async function claimedClient(config: Config, { claims }: Peeked): Promise<Claimed | null> {
  const id = claims['iss'] === config.baseUrl ? claims['client_id'] : claims['iss']
  if (typeof id !== 'string' || id.length > 64) return null
  const tenantId = await tenantOfClientId(config.idKeys, id)
  return tenantId && { id: id as ClientId, tenantId }
}

async function verify(context: TokenContext, token: string): Promise<Verified | Refused> {
  const key = sentKey(token)
  if (key) return verifyKey(context, key)
  const peeked = peek(token)
  if (!peeked) return refuse('invalid')
  const own = peeked.claims['iss'] === context.config.baseUrl
  if (own && isPersonToken(peeked)) {
    const person = await verifyPersons(context, peeked)
    // Names nobody: the id of a person proves nothing by itself.
    return person === null || person === 'expired' ? refuse(person ?? 'invalid') : person
  }
  const client = await claimedClient(context.config, peeked)
  if (!client) return refuse('invalid')
  const verified = await (own ? verifyOwn(context, peeked) : verifyClients(context, peeked, client))
  return verified === null || verified === 'expired' ? refuse(verified ?? 'invalid', client) : verified
}

/** True if the credential still has the proof that the token was verified by. Access tokens outlive a renewed secret. */
const proofHolds = ({ mark, mode }: VerifiedClient, credential: Credential): boolean =>
  (mode === null || mode === credential.mode) &&
  (mark === null ? credential.proof.kind === 'secret' : mark === proofMark(credential))

/** Principal, or why there is none. */
type Admitted = Principal | Extract<RefusalReason, 'revoked' | 'invalid'>

function clientPrincipal(verified: VerifiedClient, policy: Policy, now: EpochMs): Admitted {
  const credential = findCredential(policy, verified.clientId)
  if (!credential) return 'revoked'
  if (verified.principal?.policy !== policy && !proofHolds(verified, credential)) return 'invalid'
  if (policy.status === 'closed' || !isLive(credential, now)) return 'revoked'
  if (verified.principal?.policy === policy) return verified.principal
  const scopes = verified.scopes?.filter((scope) => (credential.scopes as readonly string[]).includes(scope))
  const { tenantId } = verified
  const realm = realmOf(tenantId, credential.mode)
  return { tenantId, realm, actor: credential.id, person: null, scopes: scopes ?? credential.scopes, policy }
}

function personPrincipal({ grant, tenantId, principal }: VerifiedPerson, policy: Policy): Admitted {
  const { person: id, generation, signIn, steppedUpAt, acts } = grant
  const member = policy.members.find((one) => one.id === id)
  if (member?.generation !== generation || policy.status === 'closed') return 'revoked'
  if (principal?.policy === policy) return principal
  const { role } = member
  const realm = realmOf(tenantId, acts.mode)
  const scopes = withinRole(acts.scopes, role)
  return { tenantId, realm, actor: id, person: { id, role, signIn, steppedUpAt }, scopes, policy }
}

const callerOf = (verified: Verified): Caller & { readonly id: ClientId | PersonId } =>
  verified.kind === 'client'
    ? { id: verified.clientId }
    : { id: verified.grant.person, generation: verified.grant.generation }

/** True if the caller may call from this address: a credential may name its own, people call from anywhere. */
function isFrom(verified: Verified, policy: Policy, ip: string): boolean {
  const allowed = verified.kind === 'client' ? findCredential(policy, verified.clientId)?.allowedIps : null
  return !allowed || ipInRanges(ip, allowed)
}

/**
 * Checks what may change after a token was verified: expiry, credential or membership, tenant, the caller's address. Done on
 * every request.
 */
function admit(verified: Verified, policy: Policy | null, ip: string, now: EpochMs): Authentication {
  const client = { id: callerOf(verified).id, tenantId: verified.tenantId }
  if (!policy) return refuse('invalid', client)
  if (verified.expiresAt <= now) return refuse('expired', client)
  const principal =
    verified.kind === 'client' ? clientPrincipal(verified, policy, now) : personPrincipal(verified, policy)
  if (typeof principal === 'string') return refuse(principal, client)
  verified.principal = principal
  if (policy.status === 'suspended') return refuse('suspended', client)
  if (policy.status === 'pending' && modeOf(principal.realm) === 'live') return refuse('pending', client)
  return isFrom(verified, policy, ip) ? { ok: true, principal } : refuse('address', client)
}

/**
 * Finds out who calls by a bearer token: an access token of ours, an API key, or a JWT that a client signed itself. A token that
 * isolate has verified before costs no cryptography.
 */
export async function authenticateToken(context: TokenContext, token: string, ip: string): Promise<Authentication> {
  const cache = cacheOf(context.config)
  const kept = cache.get(token)
  const verified = kept ?? (await verify(context, token))
  if ('ok' in verified) return verified
  if (!kept && token.length <= CACHED_TOKEN_LENGTH) cache.set(token, verified)
  const answer = admit(verified, await context.policyOf(verified.tenantId, callerOf(verified)), ip, context.now())
  if (kept && verified.expiresAt <= context.now()) cache.delete(token)
  return answer
}
