import type { PersonId } from '#worker/domain/ids.ts'
import { type Role, withinRole } from './roles.ts'
import type { Scope } from './scopes.ts'

/** Person who may act for a tenant, as far as the tenant's policy knows him. */
export interface Member {
  readonly id: PersonId
  readonly role: Role
  /** Generation of his tokens. It grows when one of his sign-ins ends: tokens of an earlier one are refused. */
  readonly generation: number
}

/** Credential as far as its maker bounds it. */
interface Made {
  readonly scopes: readonly Scope[]
  readonly madeBy: PersonId | null
}

/**
 * Credentials with the scopes that their makers' roles have now. One whose maker is no member any more is left out, so that its
 * tokens are refused as those of a revoked one.
 */
export function withinMakers<Credential extends Made>(
  credentials: readonly Credential[],
  members: readonly Member[],
): readonly Credential[] {
  if (credentials.every(({ madeBy }) => madeBy === null)) return credentials
  const roles = new Map(members.map(({ id, role }) => [id, role]))
  return credentials.flatMap((credential) => {
    if (credential.madeBy === null) return [credential]
    const role = roles.get(credential.madeBy)
    return role === undefined ? [] : [{ ...credential, scopes: withinRole(credential.scopes, role) }]
  })
}
