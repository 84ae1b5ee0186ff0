import type { Keyring } from '#worker/store/keys/keyring.ts'
import { requests } from '#worker/store/ledger-schema.ts'
import { openRequests, type RequestRead } from '#worker/store/requests.ts'
import { columnsOf, type Row } from '#worker/store/sql/columns.ts'

/** Rows of the access log, opened, under the names of their columns. */
export type OpenedCall = Omit<RequestRead, 'tenantId'> & { readonly tenant_id: string }

/** Reads rows of the access log as only who has the keys can: `where` asks what stands in clear. */
export async function openedCalls(
  { ledger, keys }: { readonly ledger: D1Database; readonly keys: Keyring },
  where = 'true',
  ...values: readonly unknown[]
): Promise<readonly OpenedCall[]> {
  const sql = `SELECT ${columnsOf(requests)} FROM requests WHERE ${where}`
  const { results } = await ledger
    .prepare(sql)
    .bind(...values)
    .all<Row<typeof requests>>()
  const opened = await openRequests(keys, results)
  return opened.map(({ tenantId, ...row }) => ({ ...row, tenant_id: tenantId }))
}
