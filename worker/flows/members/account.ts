import type { Usage } from '#worker/domain/limits/usage.ts'
import { Problem } from '#worker/domain/problem.ts'
import type { Quota, Quotas } from '#worker/domain/tenants/quotas.ts'
import { homeShard, isLive, type Policy } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import { callObject } from '#worker/flows/core/call-object.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { tenantById } from '#worker/store/control/tenants.ts'
import { countWebhooks } from '#worker/store/control/webhooks.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { countsOf } from '#worker/store/quotas/counts.ts'

/** Account as its own people and programs are shown it. */
export interface Account {
  readonly name: string
  readonly createdAt: EpochMs
  readonly policy: Policy
  readonly usage: Usage
  /** What it keeps of each kind that has a quota; null: counted nowhere. */
  readonly kept: Readonly<Record<keyof Quotas, number | null>>
}

async function keptOf(platform: Platform, { realm, tenantId }: Principal, policy: Policy): Promise<Account['kept']> {
  const { env, now } = platform
  const [counts, endpoints] = await Promise.all([
    countsOf(shardOfEnv(env, homeShard(policy)), tenantId),
    countWebhooks(env.CONTROL, realm),
  ])
  const at = now()
  const few: Record<Exclude<Quota, keyof typeof counts>, number | null> = {
    endpoints,
    senders: policy.senders.filter(({ mode }) => mode === null).length,
    credentials: policy.credentials.filter((one) => isLive(one, at)).length,
    // They lie in sixteen objects a mode, and are asked for by their keys alone.
    idempotencyKeys: null,
  }
  return { ...counts, ...few }
}

/** Reads the caller's account: one call of its object, three small reads beside it. */
export async function accountOf(platform: Platform, principal: Principal): Promise<Account> {
  const { env, log } = platform
  const { tenantId } = principal
  const [tenant, used, kept] = await Promise.all([
    tenantById(env.CONTROL, tenantId),
    callObject(
      log,
      'tenant',
      () => env.TENANT.getByName(tenantId),
      (stub) => stub.usage(),
    ),
    keptOf(platform, principal, principal.policy),
  ])
  if (!tenant || !used) throw new Problem('not-found')
  return { name: tenant.name, createdAt: tenant.createdAt, ...used, kept }
}
