import type { LicenseeSettings } from '#worker/domain/licensee.ts'
import { DEFAULT_SETTINGS, type TenantSettings } from '#worker/domain/tenants/settings.ts'
import { policyOf } from '#worker/flows/core/admission.ts'
import type { Platform } from '#worker/flows/core/platform.ts'

/**
 * Market that accounts of people are of when they begin: that of the account whose routes send the codes, which is the licensee's
 * own. By its region the person's own mobile was read, and its policy pack is the law that the licensee answers to.
 */
export async function marketOf(
  platform: Platform,
  { signUp: { tenantId } }: LicenseeSettings,
): Promise<Pick<TenantSettings, 'region' | 'timeZone' | 'pack'>> {
  const { region, timeZone, pack } = (tenantId && (await policyOf(platform, tenantId))) || DEFAULT_SETTINGS
  return { region, timeZone, pack }
}
