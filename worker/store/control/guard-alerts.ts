import { desc, lt } from 'drizzle-orm'
import { type GuardAlertId, idFloor } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { ask } from './ask.ts'
import { guardAlerts } from './schema.ts'

export type GuardAlert = Readonly<typeof guardAlerts.$inferSelect>

/** Id of an alert: the same each time that it is told. */
const guardAlertId = ({ tenantId, mode, scope, percent, at }: Omit<GuardAlert, 'id'>): GuardAlertId =>
  `${idFloor('gal', at) as GuardAlertId}_${tenantId.slice(4)}_${mode}_${scope.toLowerCase()}_${percent}`

/** Writes an alert down; one that stands there already stays as it is. */
export async function insertGuardAlert(db: D1Database, alert: Omit<GuardAlert, 'id'>): Promise<void> {
  const row = { id: guardAlertId(alert), ...alert }
  await ask(db, (control) => control.insert(guardAlerts).values(row).onConflictDoNothing())
}

/** Lists alerts with ids below `before` (empty: from the newest), newest first. */
export const listGuardAlerts = (
  db: D1Database,
  { before, limit }: { readonly before: string; readonly limit: number },
): Promise<readonly GuardAlert[]> =>
  ask(db, (control) =>
    control
      .select()
      .from(guardAlerts)
      .where(before === '' ? undefined : lt(guardAlerts.id, before as GuardAlertId))
      .orderBy(desc(guardAlerts.id))
      .limit(limit),
  )

/** Deletes alerts of before the cut-off. */
export async function purgeGuardAlerts(db: D1Database, cutoff: EpochMs): Promise<number> {
  const gone = await ask(db, (control) =>
    control.delete(guardAlerts).where(lt(guardAlerts.id, idFloor('gal', cutoff) as GuardAlertId)),
  )
  return gone.meta.changes
}
