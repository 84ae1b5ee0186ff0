import type { Purpose } from '#worker/domain/messages/message.ts'
import { Problem } from '#worker/domain/problem.ts'
import type { Mode } from '#worker/domain/realm.ts'
import { policyPack } from '#worker/domain/tenants/policy-packs/all.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'

type Licensed = Pick<Policy, 'isLicensed' | 'pack'>

const refusal = (pointer: string, what: string): Problem =>
  new Problem('licence-missing', {
    errors: [{ pointer, detail: `the operator of this gateway has no licence number yet: ${what} not sent` }],
  })

/**
 * Throws `licence-missing` if the tenant's pack lets so many recipients of one call be written to under the licence of who runs
 * the gateway alone, and there is none (requirements S4-4), whatever purpose their messages name: the number is a fact, a
 * purpose what the sender says. Test is free.
 */
export function requireLicenceFor({ isLicensed, pack }: Licensed, mode: Mode, recipients: number): void {
  const from = policyPack(pack).licensedFrom
  if (isLicensed || mode === 'test' || from === null || recipients < from) return
  throw refusal('/messages', `calls with ${from} recipients or more are`)
}

/** Throws `licence-missing` if the pack lets messages of this purpose, a single one too, go out under that licence alone. */
export function requireLicenceOf({ isLicensed, pack }: Licensed, mode: Mode, purpose: Purpose): void {
  if (isLicensed || mode === 'test' || !policyPack(pack).licensedPurposes.includes(purpose)) return
  throw refusal('/purpose', `${purpose} messages are`)
}
