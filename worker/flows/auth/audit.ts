import type { TenantId } from '#worker/domain/ids.ts'
import { writeShard } from '#worker/domain/tenants/tenant.ts'
import { type EpochMs, MINUTE } from '#worker/domain/time.ts'
import { policyOf } from '#worker/flows/core/admission.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { AuditJob, RequestRow } from '#worker/jobs.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { lastUsedStatement } from '#worker/store/control/credentials.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { insertRequests } from '#worker/store/requests.ts'

/** Shard of the rows that have no tenant: calls of operators, refused callers, and tenants that were deleted. */
const OPERATORS_SHARD = 0

async function shardOfTenant(platform: Platform, tenantId: TenantId | ''): Promise<number> {
  const policy = tenantId === '' ? null : await policyOf(platform, tenantId)
  return policy ? writeShard(policy) : OPERATORS_SHARD
}

async function rowsByShard(platform: Platform, rows: readonly RequestRow[]): Promise<Map<number, RequestRow[]>> {
  const shards = new Map<number, RequestRow[]>()
  for (const row of rows) {
    const shard = await shardOfTenant(platform, row.tenantId)
    const there = shards.get(shard)
    if (there) there.push(row)
    else shards.set(shard, [row])
  }
  return shards
}

/** Times at which this isolate last wrote a credential's last use, by client id. */
const touched = new BoundedMap<string, EpochMs>(10_000)

/**
 * Picks the latest use of each client in `rows` that was not written within the last minute. Refused calls do not count as
 * use.
 */
function usesToWrite(
  rows: readonly RequestRow[],
  writtenAt: (client: string) => EpochMs | undefined,
): ReadonlyMap<string, EpochMs> {
  const uses = new Map<string, EpochMs>()
  for (const { actor, at, status } of rows) {
    if (!actor?.startsWith('cli_') || status === 401 || status === 403) continue
    if (at - (writtenAt(actor) ?? 0) >= MINUTE && at > (uses.get(actor) ?? 0)) uses.set(actor, at)
  }
  return uses
}

/**
 * Notes when credentials were last used, once a minute for each credential and isolate. A failure is only logged: the next
 * call notes it.
 */
export async function touchCredentials(platform: Platform, rows: readonly RequestRow[]): Promise<void> {
  const uses = usesToWrite(rows, (client) => touched.get(client))
  if (uses.size === 0) return
  try {
    await lastUsedStatement(platform.env.CONTROL, uses).run()
    for (const [client, at] of uses) touched.set(client, at)
  } catch {
    platform.log('credential.touch-failed', { credentials: uses.size })
  }
}

/**
 * Writes queued rows to the access log, one statement for each shard. A redelivered job changes nothing; a throw has all
 * jobs redelivered.
 */
export async function writeAudit(platform: Platform, jobs: readonly AuditJob[]): Promise<void> {
  const rows = jobs.flatMap((job) => job.rows)
  for (const [shard, part] of await rowsByShard(platform, rows)) {
    await insertRequests(shardOfEnv(platform.env, shard), platform.keys, part)
  }
  await touchCredentials(platform, rows)
}
