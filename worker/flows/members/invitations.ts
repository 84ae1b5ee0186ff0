import type { Region } from '#worker/domain/addresses/number-plans.ts'
import { phoneNumber } from '#worker/domain/addresses/phone.ts'
import { newPeopleId, type PersonId, type RequestId, type TenantId } from '#worker/domain/ids.ts'
import { GIVEN_BY, type OperatorRole, type Role } from '#worker/domain/people/roles.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import { DAY, type EpochMs } from '#worker/domain/time.ts'
import { newOpaque, opaqueHash } from '#worker/flows/accounts/opaque.ts'
import { endOthers, isStaffSignIn, type SignedIn, weakSignIn } from '#worker/flows/accounts/sign-in.ts'
import { confirmPolicy } from '#worker/flows/core/confirm-policy.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { acceptInvitation, type Invitation, insertInvitation } from '#worker/store/people/invitations.ts'
import type { Maker } from './keys.ts'

/** Time for which an invitation can be accepted. */
const LIFE: EpochMs = 7 * DAY
/** Invitations of a tenant that can be open at once. */
const MOST_OPEN = 100

/** Who invites, to what, and as whom. */
interface Inviting {
  /** Empty: to the licensee. */
  readonly tenantId: TenantId | ''
  readonly madeBy: PersonId | null
  readonly role: Role | OperatorRole
  /** Mobile number, as it was typed. */
  readonly to: string
  /** Country whose national forms of numbers are read. */
  readonly region: Region | null
}

/** Reads whom an invitation is for. No e-mail address: nobody proves one, so whoever has the link could say it. */
function addressOf({ to, region }: Inviting): string {
  try {
    return phoneNumber(to, region).value
  } catch (error) {
    if (error instanceof Problem) throw invalidField('/to', 'must be a mobile number')
    throw error
  }
}

/** Makes an invitation; its secret is answered here alone, and a new one at each run of the same request. */
export async function makeInvitation(
  platform: Platform,
  request: RequestId,
  inviting: Inviting,
): Promise<{ readonly invitation: Invitation; readonly token: string }> {
  const { env, config, keys } = platform
  const now = platform.now()
  const to = addressOf(inviting)
  const token = newOpaque()
  const { tenantId, madeBy, role } = inviting
  const invitation = {
    id: newPeopleId('inv', request),
    tenantId,
    role,
    madeBy,
    createdAt: now,
    expiresAt: now + LIFE,
    to,
  }
  const tokenHash = await opaqueHash(config, 'invitation', token)
  if (!(await insertInvitation(env.CONTROL, keys, { ...invitation, tokenHash }, MOST_OPEN)))
    throw new Problem('conflict', { detail: `${MOST_OPEN} invitations are open: cancel some, or wait for their end.` })
  return { invitation: { ...invitation, acceptedAt: null, acceptedBy: null, canceledAt: null }, token }
}

/** Invites somebody to the account that a member acts for, in a role that he may give. */
export function inviteMember(
  platform: Platform,
  { tenantId, person, policy }: Maker,
  request: RequestId,
  { to, role }: { readonly to: string; readonly role: Role },
): ReturnType<typeof makeInvitation> {
  if (!GIVEN_BY[person.role].includes(role))
    throw new Problem('forbidden', { detail: 'Your role may not give this role.' })
  return makeInvitation(platform, request, { tenantId, madeBy: person.id, role, to, region: policy.region })
}

const REFUSALS = {
  unknown: () => new Problem('not-found'),
  over: () => new Problem('conflict', { detail: 'This invitation was used or canceled, or is over.' }),
  'weak-sign-in': weakSignIn,
  'not-yours': () => new Problem('forbidden', { detail: 'This invitation is for another mobile number than yours.' }),
} as const

/**
 * Accepts an invitation for a person who is signed in; he may act within 5 s. One of the licensee is accepted in a sign-in by a
 * passkey, and ends all others that he has: somebody else may wait in them for the role.
 */
export async function accept(
  platform: Platform,
  signedIn: SignedIn,
  token: string,
): Promise<{ readonly tenantId: TenantId | null; readonly role: Role | OperatorRole }> {
  const { env, config, now } = platform
  const person = signedIn.person.id
  const tokenHash = await opaqueHash(config, 'invitation', token)
  const mayBeStaff = isStaffSignIn(platform, signedIn)
  const accepted = await acceptInvitation(env.CONTROL, { tokenHash, person, mayBeStaff, now: now() })
  if ('refused' in accepted) throw REFUSALS[accepted.refused]()
  const { tenantId, role } = accepted.invitation
  if (tenantId === '') {
    await endOthers(platform, signedIn)
    return { tenantId: null, role }
  }
  if (accepted.version !== null) await confirmPolicy(platform, tenantId, accepted.version)
  return { tenantId, role }
}
