import type { IdentityLevel } from '#worker/domain/identity/level.ts'
import type { PersonId } from '#worker/domain/ids.ts'
import { confirmPolicy } from '#worker/flows/core/confirm-policy.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { writeLevel } from '#worker/store/identity/levels.ts'

/** Gives a person a level, and his accounts what it permits; waits until that is in force everywhere. */
export async function setLevel(platform: Platform, personId: PersonId, level: IdentityLevel): Promise<void> {
  const changed = await writeLevel(platform.env.CONTROL, personId, level, platform.now())
  platform.log('identity.level', { person: personId, level, tenants: changed.length })
  for (const { id, version } of changed) await confirmPolicy(platform, id, version)
}
