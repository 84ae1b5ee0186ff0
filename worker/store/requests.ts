import type { RequestId, TenantId } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'

/** One row of the IP log (requirements S6-15). The tenant is empty for calls that no tenant made. */
export interface LoggedRequest {
  readonly id: RequestId
  readonly tenantId: TenantId | ''
  readonly at: EpochMs
  readonly ip: string
  readonly country: string | null
  readonly asn: number | null
  readonly ray: string | null
  /** Client id, operator, or the client id that was refused. */
  readonly actor: string | null
  readonly method: string
  readonly route: string
  readonly status: number
  /** How many like this one the row stands for (refused sign-ins are gathered). */
  readonly count: number
}

/** D1 takes 2 MB a bound value; a row is about 300 bytes. */
const ROWS_A_STATEMENT = 3_000

// Not OR IGNORE: that would drop a row that breaks any other rule, too.
const INSERT = `INSERT INTO requests (tenant_id, id, at, ip, country, asn, ray, actor, method, route, status, count)
SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8, value->>9,
  value->>10, value->>11
FROM json_each(?1) WHERE true ON CONFLICT (tenant_id, id) DO NOTHING`

const toRow = (row: LoggedRequest) => [
  row.tenantId,
  row.id,
  row.at,
  row.ip,
  row.country,
  row.asn,
  row.ray,
  row.actor,
  row.method,
  row.route,
  row.status,
  row.count,
]

/** Adds up to 3,000 rows to the IP log; rows that are there already (a redelivery) are left alone. */
export const insertRequestsStatement = (db: D1Database, rows: readonly LoggedRequest[]): D1PreparedStatement =>
  db.prepare(INSERT).bind(JSON.stringify(rows.map(toRow)))

/** Adds any number of rows to the IP log. */
export async function insertRequests(db: D1Database, rows: readonly LoggedRequest[]): Promise<void> {
  for (let i = 0; i < rows.length; i += ROWS_A_STATEMENT) {
    await insertRequestsStatement(db, rows.slice(i, i + ROWS_A_STATEMENT)).run()
  }
}
