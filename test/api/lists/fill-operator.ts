import type { TenantId } from '#worker/domain/ids.ts'
import { insertGuardAlert } from '#worker/store/control/guard-alerts.ts'
import type { Harness } from '../../worlds/harness.ts'
import type { Surface } from '../../worlds/surface.ts'
import { asked, type List, of } from './asked.ts'

/** Jobs that were given up, one of which was replayed. */
export async function deadLetters(it: Pick<Surface, 'ledger'>): Promise<List> {
  for (const [n, queue] of ['audit', 'notify', 'audit'].entries())
    await it.ledger
      .prepare(
        `INSERT INTO dead_letters (id, queue, kind, realm, items, job, reason, at, replayed_at)
VALUES (?1, ?2, 'audit', '', 0, '{"kind":"audit","rows":[]}', 'test', ?3, ?4)`,
      )
      .bind(`dead_${n}`, queue, Date.now(), n === 2 ? Date.now() : null)
      .run()
  return {
    path: '/admin/v1/dead-letters',
    whole: ['state=all'],
    unless: { state: (row) => row['replayedAt'] === null },
    asked: { queue: of('queue', 'audit'), state: asked('all', () => true) },
  }
}

/** Ceilings of a tenant's guard that came near their ends. */
export async function guardAlerts(it: { readonly chapar: Harness; readonly tenantId: string }): Promise<List> {
  const of = { tenantId: it.tenantId as TenantId, mode: 'live', scope: 'home', ceiling: 50_000 } as const
  for (const [n, percent] of [50, 80].entries())
    await insertGuardAlert(it.chapar.control, { ...of, percent, used: 500 * percent, at: Date.now() + n })
  return { path: '/admin/v1/guard-alerts', whole: [''], asked: {} }
}
