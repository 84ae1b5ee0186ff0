import type { PersonId } from '#worker/domain/ids.ts'
import type { Role } from '#worker/domain/people/roles.ts'
import { Problem } from '#worker/domain/problem.ts'
import { confirmPolicy } from '#worker/flows/core/confirm-policy.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { changeRole, type MembershipRead, membersOf, removeMember } from '#worker/store/people/members.ts'
import type { Maker } from './keys.ts'

const REFUSALS = {
  'no-member': () => new Problem('not-found'),
  'not-allowed': () => new Problem('forbidden', { detail: 'Your role may not give, change or remove this role.' }),
  'last-owner': () => new Problem('last-owner'),
} as const

/** Gives a member of the caller's tenant another role, in force within 5 s. */
export async function giveRole(
  platform: Platform,
  { tenantId, person }: Maker,
  member: PersonId,
  role: Role,
): Promise<MembershipRead> {
  const { keys, env } = platform
  const { CONTROL } = env
  const changed = await changeRole(CONTROL, { tenant: tenantId, member, role, by: person.id }, platform.now())
  if ('refused' in changed) throw REFUSALS[changed.refused]()
  await confirmPolicy(platform, tenantId, changed.version)
  const found = (await membersOf(CONTROL, keys, tenantId)).find(({ person: { id } }) => id === member)
  if (!found) throw new Problem('not-found')
  return found
}

/** Takes a member from the caller's tenant. His tokens and the keys that he made are over within 5 s. */
export async function dismiss(platform: Platform, { tenantId, person }: Maker, member: PersonId): Promise<void> {
  const change = { tenant: tenantId, member, role: null, by: person.id }
  const changed = await removeMember(platform.env.CONTROL, change, platform.now())
  if ('refused' in changed) throw REFUSALS[changed.refused]()
  await confirmPolicy(platform, tenantId, changed.version)
}
