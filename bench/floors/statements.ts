interface FloorEnv {
  readonly [binding: string]: D1Database
}
type Call = readonly [binding: string, statements: readonly (readonly [sql: string, parameters: readonly unknown[]])[]]

/** Database calls in the order of a recorded run: told by PUT, run by POST. */
let calls: readonly Call[] = []

/** The ledger's statements and nothing else. */
export default {
  async fetch(request: Request, env: FloorEnv): Promise<Response> {
    if (request.method === 'PUT') calls = await request.json()
    else
      for (const [binding, statements] of calls) {
        const db = env[binding]
        if (db) await db.batch(statements.map(([sql, parameters]) => db.prepare(sql).bind(...parameters)))
      }
    return Response.json({ calls: calls.length })
  },
}
