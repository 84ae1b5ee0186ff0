import { isDefinite } from './definite-error.ts'

/**
 * Does `work` for all items; where a bad item sinks the rest, for the halves, down to the single ones. Answers the items
 * that fail alone. Throws what would pass with time (an outage), for then no item is to blame.
 */
export async function bisect<Item>(
  items: readonly Item[],
  work: (part: readonly Item[]) => Promise<unknown>,
): Promise<readonly { readonly item: Item; readonly error: unknown }[]> {
  const [only] = items
  if (only === undefined) return []
  try {
    await work(items)
    return []
  } catch (error) {
    if (!isDefinite(error)) throw error
    if (items.length === 1) return [{ item: only, error }]
  }
  const middle = items.length >> 1
  return [...(await bisect(items.slice(0, middle), work)), ...(await bisect(items.slice(middle), work))]
}
