import { and, asc, eq } from 'drizzle-orm'
import type { TenantId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { ask, askTogether, type Build, type Query } from './ask.ts'
import { routes } from './schema.ts'
import { changePolicy, type PolicyChange } from './version.ts'

/**
 * Route as an operator set it. An empty tenant id stands for all tenants without a route of their own for the channel and mode.
 */
export type StoredRoute = Readonly<typeof routes.$inferSelect>
type RouteKey = Pick<StoredRoute, 'tenantId' | 'channel' | 'mode'>

/**
 * Runs a change of one route. The version is null for a default route: each tenant's policy is read anew within a minute anyway.
 */
async function changeRoute<const Queries extends readonly Query[]>(
  db: D1Database,
  key: RouteKey,
  now: EpochMs,
  change: Build<Queries>,
): Promise<PolicyChange<Queries>> {
  if (key.tenantId !== '') return changePolicy(db, key.tenantId, now, change)
  return { version: null, answers: await askTogether(db, change) }
}

/** Sets a route. Gives the policy version to confirm; null for a default route. */
export async function putRoute(db: D1Database, route: StoredRoute): Promise<number | null> {
  const { connections, updatedAt } = route
  const { version } = await changeRoute(db, route, updatedAt, (control) => [
    control
      .insert(routes)
      .values(route)
      .onConflictDoUpdate({
        target: [routes.tenantId, routes.channel, routes.mode],
        set: { connections, updatedAt },
      }),
  ])
  return version
}

/** Adds a default route; one that is there already stays as it is. */
export async function addRoute(db: D1Database, route: StoredRoute & { readonly tenantId: '' }): Promise<void> {
  await ask(db, (control) => control.insert(routes).values(route).onConflictDoNothing())
}

/** Removes a route. `removed`: there was one · `version`: to confirm, as in `putRoute`. */
export async function removeRoute(
  db: D1Database,
  key: RouteKey,
  now: EpochMs,
): Promise<{ readonly removed: boolean; readonly version: number | null }> {
  const { version, answers } = await changeRoute(db, key, now, (control) => [
    control
      .delete(routes)
      .where(and(eq(routes.tenantId, key.tenantId), eq(routes.channel, key.channel), eq(routes.mode, key.mode)))
      .returning({ mode: routes.mode }),
  ])
  return { removed: answers[0].length > 0, version }
}

/** Lists at most `limit` routes of one tenant (empty: the default ones; null: of all). */
export async function listRoutes(
  db: D1Database,
  tenant: TenantId | '' | null,
  limit = 1_000,
): Promise<readonly StoredRoute[]> {
  return ask(db, (control) =>
    control
      .select()
      .from(routes)
      .where(tenant === null ? undefined : eq(routes.tenantId, tenant))
      .orderBy(asc(routes.tenantId), asc(routes.channel), asc(routes.mode))
      .limit(limit),
  )
}
