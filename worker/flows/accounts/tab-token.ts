import { type OperatorRole, type Role, withinRole } from '#worker/domain/people/roles.ts'
import { SCOPES, type Scope } from '#worker/domain/people/scopes.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import type { Mode } from '#worker/domain/realm.ts'
import type { Seconds } from '#worker/domain/time.ts'
import { issuePersonToken, PERSON_TOKEN_SECONDS, type PersonGrant } from '#worker/flows/auth/person-token.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { actingFor } from '#worker/store/people/memberships.ts'
import { isStaffSignIn, type SignedIn, weakSignIn } from './sign-in.ts'

/** For whom a tab wants to act: a tenant in one mode, or the licensee. */
type TabOf = { readonly tenantId: string; readonly mode: Mode } | { readonly operator: true }

/** Token of a tab of a browser. `scopes` are those of the role at a tenant; of an operator's there are none to name here. */
interface TabToken {
  readonly accessToken: string
  readonly expiresIn: Seconds
  readonly role: Role | OperatorRole
  readonly scopes: readonly Scope[]
}

/** Makes a token of five minutes by which a tab calls `/v1` as what its person's role is, or `/admin`. */
export async function tabToken(platform: Platform, signedIn: SignedIn, of: TabOf): Promise<TabToken> {
  const { person, signIn, steppedUpAt } = signedIn
  const { id, generation, operatorRole } = person
  const issue = async (acts: PersonGrant['acts']): Promise<string> =>
    issuePersonToken(platform.config, { person: id, signIn: signIn.id, generation, steppedUpAt, acts }, platform.now())
  if ('operator' in of) {
    if (operatorRole === null) throw new Problem('forbidden', { detail: 'You have no role at the licensee.' })
    if (!isStaffSignIn(platform, signedIn)) throw weakSignIn()
    return { accessToken: await issue(null), expiresIn: PERSON_TOKEN_SECONDS, role: operatorRole, scopes: [] }
  }
  const member = await actingFor(platform.env.CONTROL, of.tenantId, id)
  if (!member || member.status === 'closed') throw invalidField('/tenantId', 'is no account that you act for')
  const scopes = withinRole(SCOPES, member.role)
  const acts = { tenantId: member.tenantId, mode: of.mode, scopes }
  return { accessToken: await issue(acts), expiresIn: PERSON_TOKEN_SECONDS, role: member.role, scopes }
}
