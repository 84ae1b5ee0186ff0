/** Wraps a database so that it tells how many rows its last statement read. */
export function countingRows(db: D1Database): { readonly db: D1Database; readonly read: () => number } {
  let read = 0
  const prepare = (sql: string) => ({
    bind: (...values: unknown[]) => ({
      all: async () => {
        const result = await db
          .prepare(sql)
          .bind(...values)
          .all()
        read = result.meta.rows_read
        return result
      },
    }),
  })
  return { db: { prepare } as unknown as D1Database, read: () => read }
}
