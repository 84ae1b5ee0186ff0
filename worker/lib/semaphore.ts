/**
 * Applies `work` to all items with at most `width` of them under way; results stand in the items' order. For outgoing calls:
 * Workers lets six connections of one invocation wait for headers, and more wait in a queue that can dead-lock.
 */
export async function mapLimited<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length)
  let next = 0
  const lane = async () => {
    for (let index = next++; index < items.length; index = next++) {
      results[index] = await work(items[index] as Item, index)
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane))
  return results
}

/** Connections of one invocation that may wait for response headers (Workers limit). */
export const OPEN_CONNECTIONS = 6
