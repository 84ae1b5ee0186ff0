import type { Purpose } from '#worker/domain/messages/message.ts'
import { Problem } from '#worker/domain/problem.ts'
import type { Mode } from '#worker/domain/realm.ts'
import { policyPack } from '#worker/domain/tenants/policy-packs/all.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'

/**
 * Throws `licence-missing` if the tenant's pack lets messages of this purpose go out under the licence of who runs the gateway
 * alone, and there is none (requirements S4-4). Test is free.
 */
export function requireLicence(
  { isLicensed, pack }: Pick<Policy, 'isLicensed' | 'pack'>,
  mode: Mode,
  purpose: Purpose,
): void {
  if (isLicensed || mode === 'test' || !policyPack(pack).licensedPurposes.includes(purpose)) return
  const detail = `the operator of this gateway has no licence number yet: ${purpose} messages are not sent`
  throw new Problem('licence-missing', { errors: [{ pointer: '/purpose', detail }] })
}
