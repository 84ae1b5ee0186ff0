/** Counts what a Worker asks of the platform. Wrappers pass everything on. */
export interface Counts {
  d1Calls: number
  d1Statements: number
  rowsRead: number
  rowsWritten: number
  /** Of one call, from the outside. */
  longestD1Ms: number
  tenantCalls: number
  objectCalls: number
  /** Calls of send and sendBatch, messages sent, and what is billed for them: a write, a read, a delete a 64 KB. */
  queueSends: number
  queueMessages: number
  queueBilled: number
  /** Of `queueBilled`, what the sandbox carrier's own queue took. */
  sandboxBilled: number
  queueBatches: number
}

export const newCounts = (): Counts => ({
  d1Calls: 0,
  d1Statements: 0,
  rowsRead: 0,
  rowsWritten: 0,
  longestD1Ms: 0,
  tenantCalls: 0,
  objectCalls: 0,
  queueSends: 0,
  queueMessages: 0,
  queueBilled: 0,
  sandboxBilled: 0,
  queueBatches: 0,
})

/** One database call: `[binding, [[sql, parameters], …]]`. */
export type RecordedCall = readonly [
  binding: string,
  statements: readonly (readonly [sql: string, parameters: readonly unknown[]])[],
]

export interface Spy {
  counts: Counts
  /** Null: calls are counted only. */
  recording: RecordedCall[] | null
}

/** Queues bill by 64 KB, and each message with about 100 bytes of its own. */
const BILLED_BYTES = 64_000
const OPERATIONS = 3

interface Spied {
  readonly sql: string
  readonly parameters: readonly unknown[]
  readonly inner: D1PreparedStatement
}

const spied = new WeakMap<object, Spied>()
const innerOf = (statement: D1PreparedStatement): Spied => {
  const found = spied.get(statement)
  if (!found) throw new Error('a statement that was not prepared through the spy')
  return found
}

/** One call to a database: its statements with their results, and how long it took. */
interface Asked {
  readonly statements: readonly Spied[]
  readonly results: readonly D1Result[]
  readonly ms: number
}

function note(spy: Spy, binding: string, { statements, results, ms }: Asked) {
  const { counts } = spy
  counts.d1Calls++
  counts.d1Statements += statements.length
  counts.longestD1Ms = Math.max(counts.longestD1Ms, ms)
  for (const { meta } of results) {
    counts.rowsRead += meta.rows_read ?? 0
    counts.rowsWritten += meta.rows_written ?? 0
  }
  spy.recording?.push([binding, statements.map(({ sql, parameters }) => [sql, parameters] as const)])
}

function spyStatement(spy: Spy, binding: string, mine: Spied): D1PreparedStatement {
  const all = async <Row>(): Promise<D1Result<Row>> => {
    const startedAt = Date.now()
    const result = await mine.inner.all<Row>()
    note(spy, binding, { statements: [mine], results: [result as D1Result], ms: Date.now() - startedAt })
    return result
  }
  const statement = {
    bind: (...parameters: unknown[]) =>
      spyStatement(spy, binding, { sql: mine.sql, parameters, inner: mine.inner.bind(...parameters) }),
    all,
    run: all,
    async first<Row extends Record<string, unknown>>(column?: string) {
      const [row] = (await all<Row>()).results
      return row === undefined ? null : column === undefined ? row : row[column]
    },
    raw: async () => (await all<Record<string, unknown>>()).results.map((row) => Object.values(row)),
  } as unknown as D1PreparedStatement
  spied.set(statement, mine)
  return statement
}

function spyDatabase(spy: Spy, binding: string, db: D1Database): D1Database {
  return {
    prepare: (sql: string) => spyStatement(spy, binding, { sql, parameters: [], inner: db.prepare(sql) }),
    async batch<Row>(statements: D1PreparedStatement[]) {
      const mine = statements.map(innerOf)
      const startedAt = Date.now()
      const results = await db.batch<Row>(mine.map(({ inner }) => inner))
      note(spy, binding, { statements: mine, results: results as D1Result[], ms: Date.now() - startedAt })
      return results
    },
  } as unknown as D1Database
}

function spyQueue(spy: Spy, queue: Queue, isCarrier: boolean): Queue {
  const note = (bodies: readonly unknown[]): void => {
    const { counts } = spy
    counts.queueSends++
    counts.queueMessages += bodies.length
    for (const body of bodies) {
      const bytes = (body as Uint8Array).length + 100
      const billed = OPERATIONS * Math.ceil(bytes / BILLED_BYTES)
      counts.queueBilled += billed
      if (isCarrier) counts.sandboxBilled += billed
    }
  }
  return {
    send(body: unknown, options?: QueueSendOptions) {
      note([body])
      return queue.send(body, options)
    },
    sendBatch(messages: Iterable<MessageSendRequest>, options?: QueueSendBatchOptions) {
      const list = [...messages]
      note(list.map(({ body }) => body))
      return queue.sendBatch(list, options)
    },
  } as unknown as Queue
}

function spyStub(spy: Spy, stub: object, isTenant: boolean): object {
  return new Proxy(stub, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function' || typeof name !== 'string') return member
      return (...args: unknown[]) => {
        spy.counts.objectCalls++
        if (isTenant) spy.counts.tenantCalls++
        return (target as Record<string, (...given: unknown[]) => unknown>)[name]?.(...args)
      }
    },
  })
}

const spyNamespace = (spy: Spy, namespace: DurableObjectNamespace, isTenant: boolean) => ({
  getByName: (name: string) => spyStub(spy, namespace.getByName(name), isTenant),
  idFromName: (name: string) => namespace.idFromName(name),
  get: (id: DurableObjectId) => spyStub(spy, namespace.get(id), isTenant),
})

/** `env` with every database, queue and object namespace behind the spy. */
export function spyEnv<Env extends object>(env: Env, spy: Spy): Env {
  const members = Object.entries(env).map(([name, binding]): [string, unknown] => {
    if (typeof binding !== 'object' || binding === null) return [name, binding]
    if ('prepare' in binding) return [name, spyDatabase(spy, name, binding as D1Database)]
    if ('sendBatch' in binding) return [name, spyQueue(spy, binding as Queue, name === 'SANDBOX')]
    if ('idFromName' in binding)
      return [name, spyNamespace(spy, binding as unknown as DurableObjectNamespace, name === 'TENANT')]
    return [name, binding]
  })
  return Object.fromEntries(members) as Env
}
