import { Problem } from '#worker/domain/problem.ts'
import { confirmPolicy } from '#worker/flows/core/confirm-policy.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { leftWithoutOwner } from '#worker/store/people/own-tenants.ts'
import { closePerson, personById } from '#worker/store/people/people.ts'
import { endSignIns } from '#worker/store/people/sign-ins.ts'
import type { SignedIn } from './sign-in.ts'

/**
 * Closes the account of who is signed in, for good. Refuses (409) where an open tenant, or the licensee, would be left without an
 * owner. All sign-ins and tokens end before anything is erased, so that a run that dies in between leaves nothing that opens.
 */
export async function closeOwn(platform: Platform, { person }: SignedIn): Promise<void> {
  const { CONTROL } = platform.env
  const left = await leftWithoutOwner(CONTROL, person.id)
  if (left.length > 0)
    throw new Problem('conflict', {
      detail: 'You are the only owner of an open account. Close it, or make another owner.',
    })
  if (person.operatorRole === 'owner')
    throw new Problem('conflict', { detail: 'An owner of the licensee hands that role on before.' })
  const raised = await endSignIns(CONTROL, person.id, null, platform.now())
  const now = await personById(CONTROL, platform.keys, person.id)
  if (!now || !(await closePerson(CONTROL, now, platform.now())))
    throw new Problem('conflict', { detail: 'The account was changed at the same time: try again.' })
  await Promise.all(raised.map(({ tenantId, version }) => confirmPolicy(platform, tenantId, version)))
}
