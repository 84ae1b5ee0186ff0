import { type ClientId, digitsOf, newClientId, type RequestId } from '#worker/domain/ids.ts'
import { withinMakers } from '#worker/domain/people/member.ts'
import { withinRole } from '#worker/domain/people/roles.ts'
import type { Scope } from '#worker/domain/people/scopes.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import { type Mode, modeOf } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { issueApiKey, MOST_KEY_LIFE } from '#worker/flows/auth/api-key.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import { confirmPolicy } from '#worker/flows/core/confirm-policy.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { randomDigits } from '#worker/lib/base32.ts'
import {
  credentialById,
  credentialsOf,
  putCredential,
  revokeCredential,
  type StoredCredential,
} from '#worker/store/control/credentials.ts'

/** API key as a member asks for it. */
interface KeyInput {
  readonly name: string
  readonly mode: Mode
  readonly scopes: readonly Scope[]
  readonly allowedIps: readonly string[] | null
  /** Null: as late as can be. */
  readonly expiresAt: EpochMs | null
}

/** Member of a tenant who calls, out of a browser. */
export type Maker = Principal & { readonly person: NonNullable<Principal['person']> }

/** Caller as a person. Operations that want a proof let no other through. */
export function requirePerson(principal: Principal): Maker {
  const { person } = principal
  if (!person) throw new Problem('forbidden', { detail: 'A person must call who is signed in; a program may not.' })
  return { ...principal, person }
}

/** Refuses what would reach further than its maker does: his role's scopes, and out of test into live. */
function checkBounds({ realm, person }: Maker, { mode, scopes, expiresAt }: KeyInput, now: EpochMs): void {
  if (mode === 'live' && modeOf(realm) === 'test') throw invalidField('/mode', 'must be `test`: you act in test')
  const held = withinRole(scopes, person.role)
  const beyond = scopes.findIndex((scope) => !held.includes(scope))
  if (beyond >= 0) throw invalidField(`/scopes/${beyond}`, `is not within your role, ${person.role}`)
  if (expiresAt === null) return
  if (expiresAt <= now) throw invalidField('/expiresAt', 'must lie ahead')
  if (expiresAt > now + MOST_KEY_LIFE) throw invalidField('/expiresAt', 'must be within 366 days')
}

/** Makes an API key of a member. Its text is answered here alone. Throws if the tenant has as many credentials as it may. */
export async function makeKey(
  platform: Platform,
  maker: Maker,
  request: RequestId,
  input: KeyInput,
): Promise<{ readonly credential: StoredCredential; readonly key: string }> {
  const { env, config } = platform
  const now = platform.now()
  checkBounds(maker, input, now)
  const { tenantId, policy, person } = maker
  const id = await newClientId(config.idKeys, tenantId, await digitsOf(request))
  const jti = randomDigits(26)
  const expiresAt = input.expiresAt ?? now + MOST_KEY_LIFE
  const credential: StoredCredential = {
    ...input,
    id,
    tenantId,
    proof: { kind: 'api-key', jti },
    expiresAt,
    createdAt: now,
    revokedAt: null,
    lastUsedAt: null,
    madeBy: person.id,
  }
  const version = await putCredential(env.CONTROL, credential, policy.quotas.credentials)
  if (version === null) throw new Problem('not-found')
  await confirmPolicy(platform, tenantId, version)
  return {
    credential,
    key: await issueApiKey(config, { clientId: id, mode: input.mode, jti }, { from: now, to: expiresAt }),
  }
}

/** True of what a caller sees: who acts in live sees both modes, who acts in test sees test alone. */
const isSeen = ({ realm }: Principal, { mode }: StoredCredential): boolean =>
  modeOf(realm) === 'live' || mode === 'test'

/** Lists keys and credentials of the caller's tenant with the scopes that they have now, revoked ones too, oldest first. */
export async function keysSeen({ env }: Platform, principal: Principal): Promise<readonly StoredCredential[]> {
  const { tenantId, policy } = principal
  const all = (await credentialsOf(env.CONTROL, tenantId)).filter((one) => isSeen(principal, one))
  const bounded = new Map(withinMakers(all, policy.members).map((one) => [one.id, one]))
  return all.map((one) => bounded.get(one.id) ?? { ...one, scopes: [] })
}

/** Ends a key or credential for good, within 5 s everywhere; 404 if the caller sees no such one. */
export async function revokeKey(platform: Platform, principal: Principal, id: string): Promise<StoredCredential> {
  const { CONTROL } = platform.env
  const { tenantId } = principal
  const found = await credentialById(CONTROL, tenantId, id)
  if (!found || !isSeen(principal, found)) throw new Problem('not-found')
  const version = await revokeCredential(CONTROL, tenantId, id as ClientId, platform.now())
  const revoked = await credentialById(CONTROL, tenantId, id)
  if (version === null || !revoked) throw new Problem('not-found')
  await confirmPolicy(platform, tenantId, version)
  return revoked
}
