/** Cuts a list, in order, into chunks of at most `most` items and `mostSize` in sum; an item larger than that stands alone. */
export function chunksBySize<Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => number,
  mostSize: number,
  most = Number.POSITIVE_INFINITY,
): Item[][] {
  const chunks: Item[][] = []
  let chunk: Item[] = []
  let size = 0
  for (const item of items) {
    const own = sizeOf(item)
    if (chunk.length > 0 && (size + own > mostSize || chunk.length >= most)) {
      chunks.push(chunk)
      chunk = []
      size = 0
    }
    chunk.push(item)
    size += own
  }
  if (chunk.length > 0) chunks.push(chunk)
  return chunks
}
