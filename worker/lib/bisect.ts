import { isDefinite } from './definite-error.ts'

/**
 * Applies `work` to all items at once; if that fails for good, for each half, down to single items, so that a bad item does not
 * hold up the rest. Answers the items that fail alone. Throws an error that would pass with time (an outage): then no item is
 * to blame.
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
