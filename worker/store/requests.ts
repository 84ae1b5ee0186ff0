import { columnNames, insertFrom } from './columns.ts'
import { requests } from './ledger-schema.ts'
import { tupleOf } from './tuple.ts'

/** One row of the IP log (requirements S6-15). */
export type LoggedRequest = Readonly<typeof requests.$inferSelect>

/** D1 takes 2 MB a bound value; a row is about 300 bytes. */
const ROWS_A_STATEMENT = 3_000

const REQUEST = tupleOf<LoggedRequest>()(columnNames(requests), {})
// Not OR IGNORE: that would drop a row that breaks any other rule, too.
const INSERT = `${insertFrom(requests, REQUEST)} WHERE true ON CONFLICT (tenant_id, id) DO NOTHING`

/** Adds up to 3,000 rows to the IP log; rows that are there already (a redelivery) are left alone. */
export const insertRequestsStatement = (db: D1Database, rows: readonly LoggedRequest[]): D1PreparedStatement =>
  db.prepare(INSERT).bind(REQUEST.json(rows))

/** Adds any number of rows to the IP log. */
export async function insertRequests(db: D1Database, rows: readonly LoggedRequest[]): Promise<void> {
  for (let i = 0; i < rows.length; i += ROWS_A_STATEMENT) {
    await insertRequestsStatement(db, rows.slice(i, i + ROWS_A_STATEMENT)).run()
  }
}
