import { eq, sql } from 'drizzle-orm'
import type { BatchResponse } from 'drizzle-orm/batch'
import type { TenantId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { askTogether, type Build, type Query } from './ask.ts'
import { tenants } from './schema.ts'

/**
 * Result of a change. `version`: of the policy from now on; null: there is no such tenant · `answers`: of the change's queries.
 */
export interface PolicyChange<Queries extends readonly Query[]> {
  readonly version: number | null
  readonly answers: BatchResponse<Queries>
}

/** Runs a change of anything that a policy is made of, and raises the policy's version in the same transaction. */
export async function changePolicy<const Queries extends readonly Query[]>(
  db: D1Database,
  tenant: TenantId,
  now: EpochMs,
  change: Build<Queries>,
): Promise<PolicyChange<Queries>> {
  const answers: readonly unknown[] = await askTogether(db, (control) => [
    ...change(control),
    control
      .update(tenants)
      .set({ version: sql`${tenants.version} + 1`, updatedAt: now })
      .where(eq(tenants.id, tenant))
      .returning({ version: tenants.version }),
  ])
  const [raised] = answers.at(-1) as readonly { readonly version: number }[]
  return { version: raised?.version ?? null, answers: answers.slice(0, -1) as BatchResponse<Queries> }
}
