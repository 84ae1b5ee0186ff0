import { idFloor } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { columnsOf } from './columns.ts'
import { requests } from './ledger-schema.ts'
import type { LoggedRequest } from './requests.ts'

/** Part of the access log: calls of one tenant (empty: calls that no tenant made) within a time window. */
interface RequestWindow {
  readonly tenantId: string
  readonly from: EpochMs
  /** End of the window, not included. */
  readonly to: EpochMs
}

const LIST = `SELECT ${columnsOf(requests)} FROM requests WHERE tenant_id = ?1 AND id >= ?2 AND id < ?3
ORDER BY id DESC LIMIT ?4`

/** Lists at most `limit` rows with ids below `before` (empty: from the end of the window), newest first. */
export async function listRequests(
  db: D1Database,
  { tenantId, from, to }: RequestWindow,
  before: string,
  limit: number,
): Promise<readonly LoggedRequest[]> {
  const end = idFloor('req', to)
  const last = before !== '' && before < end ? before : end
  const { results } = await db.prepare(LIST).bind(tenantId, idFloor('req', from), last, limit).all<LoggedRequest>()
  return results
}
