import { batchOfId, countOf } from '#worker/domain/ids.ts'
import { STATUS_CODES } from '#worker/domain/messages/status.ts'
import { BATCH, idsOfBase, MESSAGE_ID, REALM } from '#worker/store/codes/codes.ts'
import type { Changing } from '#worker/store/statistics/before.ts'

/**
 * Counts of large batches by status, in their own rows, so that a page of one reads one row and not up to 10,000
 * (docs/decisions/0068-what-pages-read.md). Whoever changes messages takes off in the same batch of statements how they stood and
 * adds how they stand; what changed nothing comes to nothing. Messages without a row are not counted: they wait.
 */

/** Size up to which a batch keeps no counts: its rows are counted when somebody asks. */
export const COUNTED_WHEN_ASKED = 100

/** Rows of one status. */
export interface StatusCount {
  readonly status: number
  readonly n: number
}

const SUMS = 'json_group_object(CAST(status AS TEXT), n)'

/** SQL of the counts that a new row of a batch begins with: of messages that have a row before it, as one canceled alone does. */
export const firstCounts = ({ realm, id, total }: { readonly [Key in 'realm' | 'id' | 'total']: string }): string =>
  `iif(${total} > ${COUNTED_WHEN_ASKED} AND NOT EXISTS (SELECT 1 FROM batches b WHERE b.realm = ${realm} AND b.id = ${id}),
  (SELECT ${SUMS} FROM (SELECT status, count(*) AS n FROM messages m WHERE m.realm = ${realm} AND ${idsOfBase('m.id', id)} GROUP BY status)), NULL)`

/** SQL of the counts after ?2 was added for each message of `m`. Nothing is grouped: a sorter would read each once more. */
const SUMMED = Object.values(STATUS_CODES)
  .map(
    (code) =>
      `'${code}', coalesce(batches.counts ->> '$."${code}"', 0) + CAST(?2 AS INTEGER) * (count(*) FILTER (WHERE m.status = ${code}))`,
  )
  .join(', ')

/** SQL that adds ?2 for each message in ?1, realm, batch and ends of ids, to the count of its status as it stands. */
const ADD = `UPDATE batches SET counts = (SELECT json_object(${SUMMED}) FROM json_each(k.value->2) i
  CROSS JOIN messages m ON m.realm = unhex(k.value->>0) AND m.id = unhex((k.value->>1) || i.value))
FROM json_each(?1) k
WHERE batches.realm = unhex(k.value->>0) AND batches.id = unhex(k.value->>1) AND batches.counts IS NOT NULL`

/** Digits of a batch's id in hex, with which those of its messages begin. */
const BATCH_HEX = 40

/** Messages of large batches by these, as `ADD` takes them. */
function ofBatches(messages: readonly Changing[]): string | null {
  const large = messages.filter(({ id }) => batchOfId(id) !== null && countOf(id) > COUNTED_WHEN_ASKED)
  if (large.length === 0) return null
  const batches = Map.groupBy(large, ({ realm, id }) => `${realm} ${batchOfId(id)}`)
  return JSON.stringify(
    [...batches.values()].flatMap((own) => {
      const [first] = own
      const batch = first && batchOfId(first.id)
      if (!first || !batch) return []
      const ends = own.map(({ id }) => MESSAGE_ID.encode(id).slice(BATCH_HEX))
      return [[REALM.encode(first.realm), BATCH.encode(batch), ends]]
    }),
  )
}

/** Statements that correct the counts of batches, to stand before and behind those that change messages of theirs. */
export function countMoves(
  db: D1Database,
  messages: readonly Changing[],
): Readonly<Record<'before' | 'after', readonly D1PreparedStatement[]>> {
  const moving = ofBatches(messages)
  if (moving === null) return { before: [], after: [] }
  return { before: [db.prepare(ADD).bind(moving, -1)], after: [db.prepare(ADD).bind(moving, 1)] }
}

/** Reads the counts of a batch's row; null: it keeps none. */
export const storedCounts = ({ counts }: { readonly counts: string | null }): readonly StatusCount[] | null =>
  counts === null
    ? null
    : Object.entries(JSON.parse(counts) as Record<string, number>)
        .filter(([, n]) => n !== 0)
        .map(([status, n]) => ({ status: Number(status), n }))
