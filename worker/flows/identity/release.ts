import { numberOfLevel } from '#worker/domain/identity/level.ts'
import type { PersonId } from '#worker/domain/ids.ts'
import { Problem } from '#worker/domain/problem.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { deleteMatch } from '#worker/store/identity/matches.ts'
import { personById } from '#worker/store/people/people.ts'
import { setLevel } from './level.ts'

const isStaff = (): Problem =>
  new Problem('conflict', { detail: 'This person has a role at the licensee: that is taken first.' })

/**
 * Takes a person's national id from him, so that he or another can have it matched, and with it the level that rested on it. Said
 * once more it goes on where it was interrupted. Refuses (409) who has a role at the licensee, which rests on that level: his
 * colleagues would be put out by one alone.
 */
export async function releaseNationalId(platform: Platform, personId: PersonId): Promise<void> {
  const { CONTROL } = platform.env
  const person = await personById(CONTROL, platform.keys, personId)
  if (person?.operatorRole) throw isStaff()
  const rested = person?.status === 'active' && person.level > numberOfLevel('L1')
  if (rested && !(await setLevel(platform, { personId, level: 'L1', when: { isNoStaff: true } }))) throw isStaff()
  if (!(await deleteMatch(CONTROL, personId)) && !rested) throw new Problem('not-found')
}
