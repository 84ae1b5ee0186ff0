import type { Purpose } from '#worker/domain/messages/message.ts'
import { Problem } from '#worker/domain/problem.ts'
import type { Mode } from '#worker/domain/realm.ts'
import type { IdentityRule } from '#worker/domain/tenants/policy-pack.ts'
import { policyPack } from '#worker/domain/tenants/policy-packs/all.ts'
import type { TenantSettings } from '#worker/domain/tenants/settings.ts'

/** Settings of an account that its identity level is judged by. */
type Identified = Pick<TenantSettings, 'identityLevel' | 'pack'>

/** What an account's level permits in this mode; null: it is not limited. */
export function ruleOf({ identityLevel, pack }: Identified, mode: Mode): IdentityRule | null {
  return identityLevel === null || mode === 'test' ? null : policyPack(pack).identity[identityLevel]
}

/** Most live messages a day that an account's level permits; null: it has no cap. */
export const levelDailyOf = (settings: Identified): number | null => ruleOf(settings, 'live')?.daily ?? null

const refusal = (pointer: string, detail: string): Problem =>
  new Problem('identity-required', { errors: [{ pointer, detail }] })

/** Throws `identity-required` unless the account's level permits live messages, and so many recipients in one call. */
export function requireLevelFor(policy: Identified, mode: Mode, recipients: number): void {
  const rule = ruleOf(policy, mode)
  if (rule === null) return
  if (!rule.live) throw refusal('', `the identity level ${policy.identityLevel} permits no live messages`)
  if (rule.recipients !== 'any' && recipients > rule.recipients)
    throw refusal(
      '/messages',
      `the identity level ${policy.identityLevel} permits ${rule.recipients} recipients in one call`,
    )
}

/** Throws `identity-required` unless the account's level permits live messages of this purpose. */
export function requireLevelOf(policy: Identified, mode: Mode, purpose: Purpose): void {
  const rule = ruleOf(policy, mode)
  if (rule === null || rule.purposes.includes(purpose)) return
  throw refusal(
    '/purpose',
    `the identity level ${policy.identityLevel} permits ${rule.purposes.join(', ') || 'no'} messages`,
  )
}
