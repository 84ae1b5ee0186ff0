/** Number of statements that D1 was asked to run, on one or several databases. */
interface StatementCount {
  asked: number
}

/**
 * The same database with each statement that is run, alone or in a batch, added to `count`, because D1 bounds the
 * statements of an invocation. A statement counts when it is run, also if it fails, and not when it is prepared. Only
 * `prepare` and `batch` are there: the stores use nothing else.
 */
export function countedDatabase(db: D1Database, count: StatementCount): D1Database {
  const reals = new WeakMap<D1PreparedStatement, D1PreparedStatement>()
  const counted = (real: D1PreparedStatement): D1PreparedStatement => {
    const asked = (): D1PreparedStatement => {
      count.asked++
      return real
    }
    const statement = {
      bind: (...values: unknown[]) => counted(real.bind(...values)),
      first: (column?: string) => (column === undefined ? asked().first() : asked().first(column)),
      run: () => asked().run(),
      all: () => asked().all(),
      raw: () => asked().raw(),
    } as unknown as D1PreparedStatement
    reals.set(statement, real)
    return statement
  }
  const batch = <Row>(statements: D1PreparedStatement[]): Promise<D1Result<Row>[]> => {
    count.asked += statements.length
    return db.batch<Row>(statements.map((one) => reals.get(one) ?? one))
  }
  return { prepare: (sql: string) => counted(db.prepare(sql)), batch } as unknown as D1Database
}
