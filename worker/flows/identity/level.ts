import { confirmPolicy } from '#worker/flows/core/confirm-policy.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { writeLevel } from '#worker/store/identity/levels.ts'

/** New level of a person, and what has to be so still when it is written. */
type LevelChange = Parameters<typeof writeLevel>[2]

/**
 * Gives a person a level, and his accounts what it permits; waits until that is in force everywhere. False: the condition does
 * not hold any more, and nothing changed.
 */
export async function setLevel(platform: Platform, change: LevelChange): Promise<boolean> {
  const { env, keys, now, log } = platform
  const changed = await writeLevel(env.CONTROL, keys, change, now())
  if (changed === null) return false
  log('identity.level', { person: change.personId, level: change.level, tenants: changed.length })
  for (const { id, version } of changed) await confirmPolicy(platform, id, version)
  return true
}
