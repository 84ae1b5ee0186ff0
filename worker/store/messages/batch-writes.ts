import { BASE, BATCH, REALM } from '#worker/store/codes/codes.ts'
import type { MaybeAltered } from '#worker/store/keys/altered.ts'
import { batches, contents } from '#worker/store/ledger-schema.ts'
import { bytesOf, columnNames, insertFrom } from '#worker/store/sql/columns.ts'
import { tupleFrom, tupleOf } from '#worker/store/sql/tuple.ts'
import { firstCounts } from './batch-counts.ts'
import type { SharedContent } from './sealed.ts'
import type { SealedBatch } from './sealed-batches.ts'

/** Writes of what the messages of a request share. */

const CONTENT = tupleFrom<SharedContent, keyof SharedContent>(
  {
    realm: ({ realm }) => REALM.encode(realm),
    base: ({ base }) => BASE.encode(base),
    content: ({ content }) => content,
  },
  bytesOf(contents),
)
const INSERT_CONTENTS = `${insertFrom(contents, CONTENT)} WHERE true ON CONFLICT DO NOTHING`

/** Writes sealed contents that the messages of a request share. */
export const contentStatement = (db: D1Database, rows: readonly SharedContent[]): D1PreparedStatement =>
  db.prepare(INSERT_CONTENTS).bind(CONTENT.json(rows))

/** Batch; its client ref is stored sealed. */
export type BatchRow = Readonly<Omit<typeof batches.$inferSelect, 'clientKey'>> & MaybeAltered

/** Batch as it is first written: its counts begin with what is there of it. */
export type NewBatch = Omit<BatchRow, 'counts'>
type NewColumn = Exclude<keyof typeof batches.$inferSelect, 'counts'>
const BATCH_ROW = tupleOf<SealedBatch<NewBatch>>()(
  columnNames(batches).filter((name): name is NewColumn => name !== 'counts'),
  { realm: ({ realm }) => REALM.encode(realm), id: ({ id }) => BATCH.encode(id) },
  bytesOf(batches) as readonly NewColumn[],
)
const INSERT = `${insertFrom(batches, BATCH_ROW, { counts: firstCounts(BATCH_ROW.at) })} WHERE true`
const INSERT_BATCHES = `${INSERT} ON CONFLICT DO UPDATE SET
  accepted = excluded.accepted, client_ref = excluded.client_ref, client_key = excluded.client_key, accepted_at = excluded.accepted_at WHERE batches.accepted IS NULL`

/**
 * Writes batches; of one that was canceled before, what was not known then. It stands before statements that change messages of
 * theirs.
 */
export const batchStatement = (db: D1Database, rows: readonly SealedBatch<NewBatch>[]): D1PreparedStatement =>
  db.prepare(INSERT_BATCHES).bind(BATCH_ROW.json(rows))

const STOP = `${INSERT} ON CONFLICT DO UPDATE SET canceled_at = coalesce(canceled_at, excluded.canceled_at)
RETURNING canceled_at AS canceledAt`

/** Marks a batch as canceled, and answers since when it is. */
export const stopStatement = (db: D1Database, blank: NewBatch): D1PreparedStatement =>
  db.prepare(STOP).bind(BATCH_ROW.json([{ ...blank, clientRef: null, clientKey: null }]))
