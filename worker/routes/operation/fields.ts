import * as z from 'zod'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { MODES } from '#worker/domain/realm.ts'

/** Schemas that several admin calls share. */

const NAME_MOST = 200
const PAGE_DEFAULT = 50
const PAGE_MOST = 200

export const name = z.string().trim().min(1).max(NAME_MOST).describe('What people call it.')
export const timestamp = z.iso.datetime().describe('RFC 3339 in UTC.')
export const channel = z.enum(CHANNELS).describe('The channel.')
export const mode = z.enum(MODES).describe('`test` reaches only simulated carriers.')
export const connectionId = z.string().max(100).describe('Id of a connection (`con_…`).')

/** Names of path parameters, for the document; what they hold is looked up, so anything unknown is a 404. */
export const pathId = (...names: readonly string[]) =>
  z.object(Object.fromEntries(names.map((each) => [each, z.string()])))

export const pageQuery = z.strictObject({
  cursor: z.string().max(200).optional().describe('`nextCursor` of the page before.'),
  limit: z.coerce.number().int().min(1).max(PAGE_MOST).default(PAGE_DEFAULT).describe('Items a page.'),
})

export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().describe('Null on the last page.'),
  })

/** A page out of `found`, which was asked for with one item more than the page holds. */
export function page<Item>(found: readonly Item[], limit: number, cursorOf: (item: Item) => string) {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: found.length > limit && last !== undefined ? cursorOf(last) : null }
}
