import { numberOfLevel } from '#worker/domain/identity/level.ts'
import type { PersonId } from '#worker/domain/ids.ts'
import { Problem } from '#worker/domain/problem.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { levelOfPerson } from '#worker/store/identity/levels.ts'
import { deleteMatch } from '#worker/store/identity/matches.ts'
import { setLevel } from './level.ts'

/**
 * Takes a person's national id from him, so that he or another can have it matched, and with it the level that rested on it. Said
 * once more it goes on where it was interrupted.
 */
export async function releaseNationalId(platform: Platform, personId: PersonId): Promise<void> {
  const { CONTROL } = platform.env
  const level = await levelOfPerson(CONTROL, personId)
  const rested = level !== null && numberOfLevel(level) > numberOfLevel('L1')
  if (rested) await setLevel(platform, personId, 'L1')
  if (!(await deleteMatch(CONTROL, personId)) && !rested) throw new Problem('not-found')
}
