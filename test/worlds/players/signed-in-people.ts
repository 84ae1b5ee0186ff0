import { loadConfig } from '#worker/config.ts'
import { newPeopleId, newRequestId, type PersonId, type SignInId } from '#worker/domain/ids.ts'
import type { OperatorRole, Role } from '#worker/domain/people/roles.ts'
import { SCOPES } from '#worker/domain/people/scopes.ts'
import type { Mode, TenantId } from '#worker/domain/realm.ts'
import type { Env } from '#worker/env.ts'
import { issuePersonToken } from '#worker/flows/auth/person-token.ts'
import type { Harness } from '../harness.ts'

/** A person who is put into the databases, past sign-up and sign-in, which have tests of their own. */
export interface Signed {
  readonly id: PersonId
  readonly signIn: SignInId
}

interface Known {
  readonly operatorRole?: OperatorRole
  readonly level?: number
  /** Keyed hash of his mobile; default one of his own. */
  readonly mobileKey?: string
}

const ID_OF = (prefix: 'per' | 'sgn') => newPeopleId(prefix, newRequestId(Date.now()))

/** Adds a person, one of the staff if he has a role there. */
export async function addPerson({ control }: Harness, known: Known = {}): Promise<Signed> {
  const id = ID_OF('per') as PersonId
  const { operatorRole = null, level = 2, mobileKey = `key of ${id}` } = known
  await control
    .prepare(
      `INSERT INTO people (id, status, generation, mobile_key, level, operator_role, created_at, updated_at)
VALUES (?1, 'active', 1, ?2, ?3, ?4, ?5, ?5)`,
    )
    .bind(id, mobileKey, level, operatorRole, Date.now())
    .run()
  return { id, signIn: ID_OF('sgn') as SignInId }
}

/** Makes a person a member of a tenant. Isolates that know the tenant hear of it with the next change of the tenant. */
export async function addMember({ control }: Harness, { id }: Signed, tenantId: string, role: Role): Promise<void> {
  await control
    .prepare('INSERT INTO memberships (tenant_id, person_id, role, created_at) VALUES (?1, ?2, ?3, ?4)')
    .bind(tenantId, id, role, Date.now())
    .run()
}

/** Token of a tab: for a tenant, or `null` for the staff's own. `steppedUpAt`: of the last proof; default now. */
export async function tabToken(
  { baseUrl, secrets }: Harness,
  { id, signIn }: Signed,
  acts: { readonly tenantId: string; readonly mode: Mode } | null,
  steppedUpAt: number | null = Date.now(),
): Promise<string> {
  const config = await loadConfig({ BASE_URL: baseUrl, ...secrets.worker } as unknown as Env)
  const grant = { person: id, signIn, generation: 1, steppedUpAt }
  const of = acts && { tenantId: acts.tenantId as TenantId, mode: acts.mode, scopes: SCOPES }
  return issuePersonToken(config, { ...grant, acts: of }, Date.now())
}
