import { chunksBySize } from '#worker/lib/chunks.ts'
import { ipKey } from '#worker/lib/http/ip-range.ts'
import { bulk } from '#worker/store/sql/bulk.ts'
import { columnNames, insertFrom } from '#worker/store/sql/columns.ts'
import { tupleOf } from '#worker/store/sql/tuple.ts'
import { requests } from './ledger-schema.ts'
import type { SuppressionKey } from './suppressions.ts'

type Stored = Readonly<typeof requests.$inferSelect>
/** Columns that most rows leave empty. They are absent from what travels, because a row rides in every send. */
type Rare = 'object' | 'parent' | 'reason' | 'before' | 'after'

/** Row of the access log (requirements S6-15). */
export type LoggedRequest = Omit<Stored, 'ipKey' | Rare> & Partial<Pick<Stored, Rare>>

/** Most rows of one statement, and bytes of them: D1 takes 2 MB a bound value. */
const ROWS_A_STATEMENT = 3_000
const STATEMENT_BYTES = 1_900_000
/** Bytes of a row beside its texts, and most bytes of a character of these, which are JSON in JSON. */
const ROW_BYTES = 600
const CHARACTER_BYTES = 4

/** Answers the most bytes that a row takes: an operator's change holds two states of its object. */
const sizeOf = ({ reason, before, after }: LoggedRequest): number =>
  ROW_BYTES + CHARACTER_BYTES * [reason, before, after].reduce((sum, text) => sum + (text?.length ?? 0), 0)

const REQUEST = tupleOf<LoggedRequest>()(columnNames(requests), {
  ipKey: ({ ip }) => (ip ? ipKey(ip) : null),
  object: ({ object }) => object ?? null,
  parent: ({ parent }) => parent ?? null,
  reason: ({ reason }) => reason ?? null,
  before: ({ before }) => before ?? null,
  after: ({ after }) => after ?? null,
})
// ON CONFLICT of the key, and not OR IGNORE, which would also drop rows that break any other rule.
const INSERT = bulk(
  REQUEST,
  (places) => `${insertFrom(requests, places)} WHERE true ON CONFLICT (tenant_id, id) DO NOTHING`,
)

/** Adds up to 3,000 rows to the access log; a row that is there already (the job was redelivered) stays as it is. */
export const insertRequestsStatement = (db: D1Database, rows: readonly LoggedRequest[]): D1PreparedStatement =>
  INSERT(db, rows)

const INSERT_OF_OPT_OUT = `${insertFrom(requests, REQUEST)} WHERE NOT EXISTS
(SELECT 1 FROM suppressions WHERE realm = ?2 AND channel = ?3 AND party_key = ?4 AND line = ?5)
ON CONFLICT (tenant_id, id) DO NOTHING`

/** Adds the call that makes an opt-out, unless the opt-out stands already. Goes before the opt-out in its batch. */
export const insertCallOfOptOut = (
  db: D1Database,
  row: LoggedRequest,
  { realm, channel, partyKey, line }: SuppressionKey,
): D1PreparedStatement => db.prepare(INSERT_OF_OPT_OUT).bind(REQUEST.json([row]), realm, channel, partyKey, line)

/** Adds any number of rows to the access log. */
export async function insertRequests(db: D1Database, rows: readonly LoggedRequest[]): Promise<void> {
  for (const some of chunksBySize(rows, sizeOf, STATEMENT_BYTES, ROWS_A_STATEMENT))
    await insertRequestsStatement(db, some).run()
}
