import { blob, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Realm } from '#worker/domain/realm.ts'

/**
 * Index by party: which messages are of which person. An entry is a key of 8 bytes and an id of 22; in `keys` and `ids` entry
 * n stands at 8 × n and 22 × n. It stands in clear: the key is a keyed hash, and the id says no more than the key of the
 * message's row. Unlike all others these tables have row ids: to compare a key of a table without, SQLite reads the whole of a
 * row that is longer than a page.
 */

/** Columns of both tables: the entries, and the lowest and highest of their ids. */
const entries = () => ({
  first: blob('first').notNull(),
  last: blob('last').notNull(),
  keys: blob('keys').notNull(),
  ids: blob('ids').notNull(),
})

/** Entries by the month of their ids and by a bucket of their keys. A row that is full is followed by one of the next part. */
export const partyIndex = sqliteTable(
  'party_index',
  {
    n: integer('n').primaryKey(),
    realm: text('realm').$type<Realm>().notNull(),
    /** Number of the month, as the keys of rows have it (keys/month.ts). */
    month: integer('month').notNull(),
    bucket: integer('bucket').notNull(),
    part: integer('part').notNull(),
    ...entries(),
  },
  (table) => [uniqueIndex('party_index_by_key').on(table.realm, table.month, table.bucket, table.part)],
)

/**
 * Entries that were written with their messages and wait to be filled into the index. Only the newest row of a realm is ever
 * added to.
 */
export const partyTail = sqliteTable(
  'party_tail',
  {
    n: integer('n').primaryKey(),
    realm: text('realm').$type<Realm>().notNull(),
    seq: integer('seq').notNull(),
    /** Number of entries that the tail has taken, up to those of this row. */
    total: integer('total').notNull(),
    ...entries(),
  },
  (table) => [uniqueIndex('party_tail_by_key').on(table.realm, table.seq)],
)
