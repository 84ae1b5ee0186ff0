import type { PersonId } from '#worker/domain/ids.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { type Ceremony, putCeremony, readCeremony, takeCeremony } from '#worker/store/people/ceremonies.ts'
import { newOpaque, opaqueHash } from './opaque.ts'

/** Kind of the hash of what a browser holds of a step (opaque.ts). */
const CEREMONY = 'ceremony'

/** Longest text that is looked for: nobody hashes more. */
const LONGEST = 100

/** Begins a step of this kind, which ends after `lifeMs`. Gives what the browser holds of it. */
export async function beginCeremony(
  platform: Platform,
  begun: { readonly kind: string; readonly personId: PersonId | null; readonly step: object; readonly lifeMs: number },
): Promise<string> {
  const { env, keys, config } = platform
  const { kind, personId, step, lifeMs } = begun
  const now = platform.now()
  const held = newOpaque()
  const key = await opaqueHash(config, CEREMONY, held)
  const ceremony = { key, kind, personId, step: JSON.stringify(step), expiresAt: now + lifeMs }
  await putCeremony(env.CONTROL, keys, ceremony, now)
  return held
}

async function find<Step>(
  platform: Platform,
  kind: string,
  held: string,
  look: typeof readCeremony,
): Promise<UnderWay<Step> | null> {
  if (held.length > LONGEST) return null
  const { env, keys, config } = platform
  const key = await opaqueHash(config, CEREMONY, held)
  const found = await look(env.CONTROL, keys, { key, kind }, platform.now())
  return found && { personId: found.personId, step: JSON.parse(found.step) as Step }
}

/** Step that is under way, as its kind wrote it. */
interface UnderWay<Step> extends Pick<Ceremony, 'personId'> {
  readonly step: Step
}

/** Reads a step, which goes on; null: there is none of this kind, or it ended. */
export const goingCeremony = <Step>(platform: Platform, kind: string, held: string): Promise<UnderWay<Step> | null> =>
  find<Step>(platform, kind, held, readCeremony)

/** Takes a step, which is over then: of two who take it one gets it. */
export const endedCeremony = <Step>(platform: Platform, kind: string, held: string): Promise<UnderWay<Step> | null> =>
  find<Step>(platform, kind, held, takeCeremony)
