import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { hexBytes, realmBytes } from '#worker/store/codes/columns.ts'

/** Roll-ups of messages (docs/decisions/0059-roll-ups.md): how many there were, of no person's data. */

/** Counts of a realm's messages by the UTC day of their acceptance. */
export const statistics = sqliteTable(
  'statistics',
  {
    realm: realmBytes('realm').notNull(),
    /** Days since the epoch. */
    day: integer('day').notNull(),
    /** JSON of the counts of half hours (`PackedCounts`), for good: corrected when messages change. */
    firm: text('firm').notNull(),
    /** JSON of pieces (`FreshPiece`): counts of the last half hour as messages stood when they were first looked at. */
    fresh: text('fresh').notNull(),
  },
  (table) => [primaryKey({ columns: [table.realm, table.day] })],
)

/** Changes that wait to be added to the counts. They are read in their order, and deleted by the batch that adds them. */
export const statisticsChanges = sqliteTable('statistics_changes', {
  n: integer('n').primaryKey(),
  realm: realmBytes('realm').notNull(),
  /** `firm`: counts of messages that were read for good · `before`: how messages stood before a write changed them. */
  kind: text('kind').$type<'firm' | 'before'>().notNull(),
  body: text('body').notNull(),
})

/** How far a shard is counted: one row. */
export const statisticsProgress = sqliteTable('statistics_progress', {
  n: integer('n').primaryKey(),
  /** JSON of times, ascending: up to the first all is firm, and a fresh piece lies between each two. */
  bounds: text('bounds').notNull(),
  /** Least id of the first of these times. A write that changes a message below it notes how that stood. */
  firmId: hexBytes('firm_id').notNull(),
  /** Milliseconds of acceptance that the next statement reads for good. */
  step: integer('step').notNull(),
  /** Mark of the last who wrote: two runs at once do not count the same. */
  token: text('token').notNull(),
})
