import * as z from 'zod'
import { type EpochMs, toTimestamp } from '#worker/domain/time.ts'
import { timestamp } from './fields.ts'

/**
 * Parameters of a list that has pages: `usual` items a page unless asked otherwise, never more than `most`. `cursor` says its
 * form, because one that the list cannot go on from would look like the last page, or begin anew.
 */
export const pageFields = (usual: number, most: number, cursor: z.ZodString) => ({
  cursor: cursor.optional().describe('`nextCursor` of the page before.'),
  limit: z.coerce.number().int().min(1).max(most).default(usual).describe('Items a page.'),
})

/** Schema of a list that has pages. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ data: z.array(item), nextCursor: z.string().nullable().describe('Null on the last page.') })

/** Field of a page that may be short, or empty, with a cursor. */
export const lookedUntil = {
  lookedUntil: timestamp
    .optional()
    .describe(
      'The page ended before it was full: all that is newer was looked at, and the next page goes on from there.',
    ),
}

/** End of such a page: where the next one begins, and how far this one looked if that is why it is short. */
interface PageEnd {
  readonly nextCursor: string | null
  readonly lookedUntil: EpochMs | null
}

export const endOf = ({ nextCursor, lookedUntil: at }: PageEnd) => ({
  nextCursor,
  ...(at === null ? {} : { lookedUntil: toTimestamp(at) }),
})

/** Schema of a list that is short enough to come whole. */
export const wholeListOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ data: z.array(item), nextCursor: z.null().describe('The list comes whole.') })

/** Makes the answer of a list that comes whole. */
export const wholeList = <Item>(data: readonly Item[]) => ({ data, nextCursor: null })

/** Rows of a page, and the last of them if another page follows: the next cursor is made of it. */
interface Page<Row> {
  readonly rows: readonly Row[]
  readonly last: Row | null
}

/** Cuts a page out of `found`, which was asked for with one row more than the page holds. */
export function page<Row>(found: readonly Row[], limit: number): Page<Row> {
  const rows = found.slice(0, limit)
  return { rows, last: found.length > limit ? (rows.at(-1) ?? null) : null }
}
