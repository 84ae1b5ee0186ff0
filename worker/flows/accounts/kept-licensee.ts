import type { LicenseeSettings } from '#worker/domain/licensee.ts'
import { type EpochMs, SECOND } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { licenseeSettings } from '#worker/store/people/licensee.ts'

/** Time for which an isolate believes what it read. */
const BELIEVED: EpochMs = 5 * SECOND

let kept: { readonly at: EpochMs; readonly settings: LicenseeSettings } | null = null

/** Gives the licensee's settings, as they were five seconds ago at most: anybody's call asks for them. */
export async function keptLicensee({ env, now }: Platform): Promise<LicenseeSettings> {
  const at = now()
  if (kept && at >= kept.at && at - kept.at < BELIEVED) return kept.settings
  const settings = await licenseeSettings(env.CONTROL)
  kept = { at, settings }
  return settings
}

/** Forgets them, so that the isolate that changes them goes by them at once. */
export function forgetLicensee(): void {
  kept = null
}
