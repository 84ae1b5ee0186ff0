/** Rows that a caller of a database read and wrote, and its calls. */
export interface Meter {
  read: number
  written: number
  calls: number
}

/** Wraps a database so that a meter counts what its statements read and write. */
export function meteredDatabase(db: D1Database, meter: Meter): D1Database {
  const statements = new WeakMap<object, D1PreparedStatement>()
  const counted = <Result extends D1Result>(result: Result): Result => {
    meter.read += result.meta.rows_read
    meter.written += result.meta.rows_written
    return result
  }
  const wrapped = (statement: D1PreparedStatement): D1PreparedStatement => {
    const all = async () => {
      meter.calls++
      return counted(await statement.all<Record<string, unknown>>())
    }
    const own = {
      bind: (...values: unknown[]) => wrapped(statement.bind(...values)),
      run: all,
      all,
      first: async (name?: string) => {
        const [row] = (await all()).results
        return row === undefined ? null : name === undefined ? row : row[name]
      },
    } as unknown as D1PreparedStatement
    statements.set(own, statement)
    return own
  }
  return {
    prepare: (sql: string) => wrapped(db.prepare(sql)),
    batch: async (some: readonly D1PreparedStatement[]) => {
      meter.calls++
      return (await db.batch(some.map((one) => statements.get(one) ?? one))).map(counted)
    },
  } as unknown as D1Database
}
