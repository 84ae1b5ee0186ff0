import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { VerificationId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { VerificationFacts } from '#worker/domain/verifications/verification.ts'

/** Verifications of recipients, on the shard that was written to when they began. They hold no code, and no hash of one. */
export const verifications = sqliteTable(
  'verifications',
  {
    realm: text('realm').$type<Realm>().notNull(),
    id: text('id').$type<VerificationId>().notNull(),
    partyKey: text('party_key').notNull(),
    /** `pending` also after its codes have expired, which is seen at reading. */
    status: text('status').$type<VerificationFacts['status']>().notNull(),
    /** A write of a lower one is of an older copy and changes nothing. */
    version: integer('version').notNull(),
    updatedAt: integer('updated_at').notNull(),
    /** Sealed JSON: the recipient, what was asked for, the messages and the counts. */
    record: text('record').notNull(),
    /** 1: its counts are noted with every change (statistics.ts). 0: it was written before there were counts. */
    counted: integer('counted').notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.realm, table.id] }),
    index('verifications_by_party').on(table.realm, table.partyKey, table.id),
    index('verifications_uncounted').on(table.realm, table.id).where(sql`counted = 0`),
  ],
)
