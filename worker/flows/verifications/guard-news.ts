import type { CodeNews } from '#worker/domain/guard/guard.ts'
import { guardedNumber } from '#worker/domain/guard/verdict.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import type { VerificationFacts } from '#worker/domain/verifications/verification.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { Policies } from '#worker/flows/core/policies.ts'
import { errorLabel } from '#worker/lib/log.ts'
import type { VerificationBefore, VerificationRecord } from '#worker/store/verifications/read.ts'
import { callGuard, hashedSources } from './guard-units.ts'

/** A verification that the ledger has just written, and as it had it before; null: it is new there. */
interface ChangedVerification extends VerificationRecord {
  readonly realm: Realm
  readonly before: VerificationBefore | null
}

/** True of one whose code was used, here or by what the tenant says. */
const isUsed = ({ status, feedback }: VerificationFacts): boolean => status === 'approved' || feedback === 'approved'

/** Makes the news of one verification; null: nothing became of its codes by this change, or the guard does not look at it. */
async function newsOf(
  platform: Platform,
  policy: Policy,
  { realm, facts, order, before }: ChangedVerification,
): Promise<CodeNews | null> {
  // Of a row that cannot be read it is not known what is new.
  if (before && !before.facts) return null
  const news = {
    isUsed: isUsed(facts) && !(before?.facts && isUsed(before.facts)),
    wrong: Math.max(0, facts.checks - (before?.facts?.checks ?? 0)),
  }
  const number = news.isUsed || news.wrong > 0 ? guardedNumber(policy, order.to) : null
  if (!number) return null
  const { scope, prefixes } = number
  return { ...news, scope, prefixes, startedAt: facts.startedAt, sources: await hashedSources(platform, realm, order) }
}

async function tellGuard(platform: Platform, realm: Realm, policy: Policy, some: readonly ChangedVerification[]) {
  const found = await Promise.all(some.map((one) => newsOf(platform, policy, one)))
  const news = found.filter((one) => one !== null)
  if (news.length === 0) return
  try {
    await callGuard(platform, { realm, policy }, (object) => object.hear(news))
  } catch (error) {
    platform.log('verification.guard-not-told', { realm, codes: news.length, reason: errorLabel(error) })
  }
}

/**
 * Tells the guards what became of codes, a call a realm. Does not throw: a guard that does not hear of a use is stricter than it
 * need be, and no code is lost.
 */
export async function tellGuards(
  platform: Platform,
  policies: Policies,
  changed: readonly ChangedVerification[],
): Promise<void> {
  const told = [...Map.groupBy(changed, ({ realm }) => realm)].map(async ([realm, some]) => {
    const policy = policies.get(tenantOf(realm))
    if (policy && policy.guard.mode !== 'off') await tellGuard(platform, realm, policy, some)
  })
  await Promise.all(told)
}
