/** A caller that dies at one of its calls of a database: before it is made, or after, when its answer is lost. */
export interface Death {
  readonly call: number
  readonly when: 'before' | 'after'
}

/** Wraps a database so that the caller dies at a call of it; null: it lives. */
export function dyingDatabase(db: D1Database, death: Death | null): D1Database {
  let calls = 0
  const living = async <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
    const isLast = death !== null && calls++ >= death.call
    if (isLast && death.when === 'before') throw new Error('died')
    const answer = await call()
    if (isLast) throw new Error('died')
    return answer
  }
  const statements = new WeakMap<object, D1PreparedStatement>()
  const wrapped = (statement: D1PreparedStatement): D1PreparedStatement => {
    const own = {
      bind: (...values: unknown[]) => wrapped(statement.bind(...values)),
      first: (name?: string) => living<unknown>(() => (name === undefined ? statement.first() : statement.first(name))),
      run: () => living(() => statement.run()),
      all: () => living(() => statement.all()),
    } as unknown as D1PreparedStatement
    statements.set(own, statement)
    return own
  }
  return {
    prepare: (sql: string) => wrapped(db.prepare(sql)),
    batch: (some: readonly D1PreparedStatement[]) =>
      living(() => db.batch(some.map((one) => statements.get(one) ?? one))),
  } as unknown as D1Database
}
