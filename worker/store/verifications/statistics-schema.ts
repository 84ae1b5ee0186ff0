import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Realm } from '#worker/domain/realm.ts'

/** Roll-ups of verifications (docs/decisions/0064-counts-of-verifications.md), sealed: they tell how numbers of people begin. */

/** Counts of a realm's verifications by the UTC day of their start. */
export const verificationStatistics = sqliteTable(
  'verification_statistics',
  {
    realm: text('realm').$type<Realm>().notNull(),
    /** Days since the epoch. */
    day: integer('day').notNull(),
    /** Sealed JSON (`PackedDay`) of counts of half hours, without beginnings of numbers. */
    counts: text('counts').notNull(),
    /** The same apart by the beginning of the number: longer, and read only where it is asked for. */
    prefixes: text('prefixes').notNull(),
  },
  (table) => [primaryKey({ columns: [table.realm, table.day] })],
)

/** Verifications that changed and are not counted yet. Read in their order, and deleted by the batch that counts them. */
export const verificationChanges = sqliteTable('verification_changes', {
  n: integer('n').primaryKey(),
  realm: text('realm').$type<Realm>().notNull(),
  /** Random: numbers are used again when all rows are gone. */
  token: text('token').notNull(),
  /** JSON of ids, each with the sealed record that was there before; '': none that was counted. */
  body: text('body').notNull(),
})
