import { and, asc, count, eq, gt, inArray, max, type SQL, sql } from 'drizzle-orm'
import { settingsOf, type TenantSettings } from '#worker/domain/tenants/settings.ts'
import type { TenantStatus } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { ask, askTogether } from './ask.ts'
import { senders, tenants } from './schema.ts'
import type { StoredSender } from './senders.ts'

type TenantRow = typeof tenants.$inferSelect

/** Tenant as the control database holds it, with a value for each setting. */
export type Tenant = Omit<TenantRow, 'settings'> & { readonly settings: TenantSettings }

const tenantOfRow = (row: TenantRow): Tenant => ({ ...row, settings: settingsOf(row.settings) })

/** Adds a tenant with its first senders; one that is there already (the request was made before) stays as it is. */
export async function insertTenant(db: D1Database, tenant: Tenant, own: readonly StoredSender[] = []): Promise<void> {
  await askTogether(db, (control) => [
    control.insert(tenants).values(tenant).onConflictDoNothing(),
    ...own.map(({ address, ...sender }) =>
      control
        .insert(senders)
        .values({ ...sender, ...address })
        .onConflictDoNothing(),
    ),
  ])
}

export async function tenantById(db: D1Database, id: string): Promise<Tenant | null> {
  const [row] = await ask(db, (control) =>
    control
      .select()
      .from(tenants)
      .where(eq(tenants.id, id as TenantRow['id'])),
  )
  return row ? tenantOfRow(row) : null
}

/** Page of tenants that is asked for: at most `limit` behind the id `after`, by id. */
interface Asked {
  readonly after: string
  readonly status: TenantStatus | null
  readonly limit: number
}

const isBehind = (after: string): SQL => gt(tenants.id, after as TenantRow['id'])
const isOf = (status: TenantStatus | null): SQL | undefined =>
  status === null ? undefined : eq(tenants.status, status)

export async function listTenants(db: D1Database, { after, status, limit }: Asked): Promise<readonly Tenant[]> {
  const rows = await ask(db, (control) =>
    control
      .select()
      .from(tenants)
      .where(and(isBehind(after), isOf(status)))
      .orderBy(asc(tenants.id))
      .limit(limit),
  )
  return rows.map(tenantOfRow)
}

/** Most tenants whose names one search reads. */
const LOOKED_AT = 1_000

/** Letters that Arabic keyboards write for Persian ones, and the joiner that not everybody types. */
const FOLDED = [
  ['\u064a', '\u06cc'],
  ['\u0643', '\u06a9'],
  ['\u200c', ''],
] as const

/**
 * Form of a name in which it is searched: as `FOLDED` says, and without case in Latin letters alone, which is all that SQLite
 * has.
 */
const folded = (text: string): string =>
  FOLDED.reduce((all, [from, to]) => all.replaceAll(from, to), text).replace(/[A-Z]/g, (letter) => letter.toLowerCase())
const foldedName = FOLDED.reduce(
  (name: SQL, [from, to]) => sql`replace(${name}, ${from}, ${to})`,
  sql`lower(${tenants.name})`,
)

/** What a search found, and the id up to which it looked; null: there are no tenants behind it. */
interface Found {
  readonly rows: readonly Tenant[]
  readonly lookedTo: string | null
}

/** Finds tenants by a part of their name, among the next `LOOKED_AT` behind `after`. */
export async function findTenants(
  db: D1Database,
  { after, status, limit, name }: Asked & { readonly name: string },
): Promise<Found> {
  const [rows, [seen]] = await askTogether(db, (control) => {
    const next = control
      .select({ id: tenants.id })
      .from(tenants)
      .where(isBehind(after))
      .orderBy(asc(tenants.id))
      .limit(LOOKED_AT)
    const looked = next.as('looked')
    return [
      control
        .select()
        .from(tenants)
        .where(and(inArray(tenants.id, next), sql`instr(${foldedName}, ${folded(name)}) > 0`, isOf(status)))
        .orderBy(asc(tenants.id))
        .limit(limit),
      control.select({ count: count(), last: max(looked.id) }).from(looked),
    ]
  })
  return { rows: rows.map(tenantOfRow), lookedTo: seen?.count === LOOKED_AT ? seen.last : null }
}

/** Writes a tenant that was read at `tenant.version`; null if it changed since, and then nothing is written. */
export async function updateTenant(db: D1Database, tenant: Tenant, now: EpochMs): Promise<Tenant | null> {
  const { id, version, createdAt: _, ...rest } = tenant
  const [row] = await ask(db, (control) =>
    control
      .update(tenants)
      .set({ ...rest, updatedAt: now, version: version + 1 })
      .where(and(eq(tenants.id, id), eq(tenants.version, version)))
      .returning(),
  )
  return row ? tenantOfRow(row) : null
}
