import type { ClientId, PersonId, SignInId, TenantId } from '#worker/domain/ids.ts'
import type { Role } from '#worker/domain/people/roles.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs } from '#worker/domain/time.ts'

/** Person who calls out of a browser. */
interface SignedInPerson {
  readonly id: PersonId
  readonly role: Role
  readonly signIn: SignInId
  /** Time of the last proof that it is still the person; null: none since the sign-in. */
  readonly steppedUpAt: EpochMs | null
}

/** The caller of a request. Tenant and mode come from the credential or the person's token, never from the request. */
export interface Principal {
  readonly tenantId: TenantId
  /** The tenant in the caller's mode, which bounds what the caller may see and make. */
  readonly realm: Realm
  /** Id of the credential, or of the person, for the access log. */
  readonly actor: ClientId | PersonId
  /** The person; null: a program calls by its credential. */
  readonly person: SignedInPerson | null
  /** Scopes of this token: those of the credential or of the role, or fewer. */
  readonly scopes: readonly string[]
  readonly policy: Policy
}
