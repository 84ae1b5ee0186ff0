import * as z from 'zod'

/** Parameters of a list that has pages: `usual` items a page unless asked otherwise, never more than `most`. */
export const pageFields = (usual = 50, most = 100, cursor: z.ZodString = z.string().max(200)) => ({
  cursor: cursor.optional().describe('`nextCursor` of the page before.'),
  limit: z.coerce.number().int().min(1).max(most).default(usual).describe('Items a page.'),
})

/** Schema of a list that has pages. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ data: z.array(item), nextCursor: z.string().nullable().describe('Null on the last page.') })

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
