import { DEFAULT_SETTINGS } from '#worker/domain/tenants/settings.ts'
import { putCredential } from '#worker/store/control/credentials.ts'
import { insertTenant } from '#worker/store/control/tenants.ts'
import { type OpenedCall, openedCalls } from './at-rest/opened-calls.ts'
import { type Harness, startChapar } from './harness.ts'
import type { Outbound } from './outbound.ts'
import { BASE_URL, credentialsOf, newTenantWorld, type TenantWorld } from './tenant-world.ts'

/** Authentication and access log in workerd (entries/auth.ts), with a tenant in the database. */
export interface AuthGateway {
  readonly world: TenantWorld
  readonly chapar: Harness
  /** Waits for rows of the access log that the predicate takes; the queue is asynchronous. */
  logged(where: string, ...values: unknown[]): Promise<readonly OpenedCall[]>
  /** Runs SQL on the control database and makes the tenant's object and this isolate see it. */
  change(sql: string, ...values: unknown[]): Promise<void>
  auditFails(value: boolean): Promise<void>
}

async function seed(chapar: Harness, world: TenantWorld): Promise<void> {
  const now = Date.now()
  await insertTenant(chapar.control, {
    id: world.tenantId,
    name: 'Test',
    status: 'active',
    version: 1,
    settings: { ...DEFAULT_SETTINGS, limits: { rate: 10, burst: 10, daily: null, monthly: null } },
    shards: [0],
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    suspension: null,
  })
  for (const credential of credentialsOf(world)) {
    await putCredential(chapar.control, { ...credential, tenantId: world.tenantId, createdAt: now, lastUsedAt: null })
  }
}

export async function startAuthGateway(
  options: { readonly vars?: Record<string, string>; readonly outbound?: Outbound } = {},
): Promise<AuthGateway> {
  const world = await newTenantWorld()
  const chapar = await startChapar({
    entry: 'test/worlds/entries/auth.ts',
    secrets: world.secrets,
    ...options,
    vars: { BASE_URL, ...options.vars },
  })
  await seed(chapar, world)
  let ahead = 0
  return {
    world,
    chapar,
    async logged(where, ...values) {
      const log = { ledger: chapar.ledger(), keys: chapar.keys }
      for (let turn = 0; turn < 200; turn++) {
        const rows = await openedCalls(log, where, ...values)
        if (rows.length > 0) return rows
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      return []
    },
    async change(sql, ...values) {
      await chapar.control
        .prepare(sql)
        .bind(...values)
        .run()
      await chapar.fetch(`/control/reload?value=${world.tenantId}`)
      ahead += 5_000
      await chapar.fetch(`/control/clock?value=${ahead}`)
    },
    auditFails: async (value) => {
      await chapar.fetch(`/control/audit-fails?value=${value}`)
    },
  }
}
