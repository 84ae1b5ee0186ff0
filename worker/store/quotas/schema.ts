import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { TenantId } from '#worker/domain/ids.ts'
import type { Quota } from '#worker/domain/tenants/quotas.ts'

/** Numbers of what tenants keep, in their first ledger shard, by kind (counts.ts). */
export const quotaCounts = sqliteTable(
  'quota_counts',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    kind: text('kind').$type<Quota>().notNull(),
    count: integer('count').notNull(),
    /** Bytes of what is counted; 0 of what has none. */
    bytes: integer('bytes').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.kind] })],
)
