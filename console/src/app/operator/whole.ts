interface ListPage<Row> {
  readonly data: readonly Row[]
  readonly nextCursor: string | null
}

/** Most pages that are read at once: 500 rows. */
const PAGES_MOST = 5

/** Reads a short list whole, page by page. */
export async function wholeOf<Row>(
  read: (page: { readonly cursor?: string }) => Promise<ListPage<Row>>,
): Promise<readonly Row[]> {
  const found: Row[] = []
  let cursor: string | null = null
  for (let pages = 0; pages < PAGES_MOST; pages++) {
    const { data, nextCursor }: ListPage<Row> = await read(cursor ? { cursor } : {})
    found.push(...data)
    cursor = nextCursor
    if (cursor === null) break
  }
  return found
}
