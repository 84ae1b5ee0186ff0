import type { Miniflare, V4WorkerOptions } from 'miniflare'
import { wasClosed } from './closed.ts'

/*
 * The databases, crons and tenants' objects of a gateway as the process of the tests reaches them. The emulator's own way asks
 * the runtime at each `prepare` and each `bind`, and holds the whole process until it answers: the carriers that a test plays
 * stand still meanwhile. Its first question of a gateway also starts a thread, which costs half as much as the gateway does. Here
 * a statement is an object until it is run, and then one call of a Worker that runs it on its binding.
 */

const DOOR = 'databases'

type How = 'all' | 'run' | 'raw' | 'first' | 'exec' | 'batch'
/** Bytes travel in base64. */
type Value = null | number | string | boolean | { readonly base64: string }
interface Statement {
  readonly sql: string
  readonly values: readonly Value[]
}
interface Asked {
  readonly on: string
  readonly how: How
  readonly statements: readonly Statement[]
  /** What `first` or `raw` is given. */
  readonly given?: unknown
}
type Answered = { readonly value: unknown } | { readonly failed: { readonly message: string; readonly cause?: string } }

const SCRIPT = `const read = (value) =>
  value !== null && typeof value === 'object' ? Uint8Array.from(atob(value.base64), (one) => one.charCodeAt(0)) : value
async function worked(db, { how, statements, given }) {
  if (how === 'exec') return db.exec(statements[0].sql)
  const made = statements.map(({ sql, values }) => db.prepare(sql).bind(...values.map(read)))
  if (how === 'batch') return db.batch(made)
  return given === undefined ? made[0][how]() : made[0][how](given)
}
async function answered(env, asked) {
  if (asked.how === 'scheduled') await env.GATEWAY.scheduled({ cron: asked.cron, scheduledTime: new Date(asked.time) })
  else if (asked.how === 'reload') await env.TENANT.getByName(asked.tenantId).reload()
  else return worked(env[asked.on], asked)
  return null
}
export default {
  async fetch(request, env) {
    const asked = await request.json()
    try {
      return Response.json({ value: await answered(env, asked) })
    } catch (error) {
      return Response.json({ failed: { message: error.message, cause: error.cause?.message } })
    }
  },
}`

/** The Worker that runs what `doorTo` asks, with the databases of a gateway, its crons and its tenants' objects. */
export function doorWorker(gateway: V4WorkerOptions | undefined): V4WorkerOptions {
  const { name, d1Databases, durableObjects } = gateway ?? {}
  const tenant = durableObjects?.['TENANT']
  return {
    name: DOOR,
    modules: [{ type: 'ESModule', path: 'databases.mjs', contents: SCRIPT }],
    compatibilityDate: '2026-10-01',
    // A Worker may fire the crons of another by it alone.
    compatibilityFlags: ['experimental', 'service_binding_extra_handlers'],
    ...(d1Databases ? { d1Databases } : {}),
    ...(name ? { serviceBindings: { GATEWAY: name } } : {}),
    ...(name && typeof tenant === 'object' ? { durableObjects: { TENANT: { ...tenant, scriptName: name } } } : {}),
    unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
  }
}

function written(value: unknown): Value {
  if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean')
    return value
  if (value instanceof ArrayBuffer) return { base64: Buffer.from(value).toString('base64') }
  if (ArrayBuffer.isView(value))
    return { base64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
  if (Array.isArray(value)) return { base64: Buffer.from(value as number[]).toString('base64') }
  throw new Error(`D1_TYPE_ERROR: Type '${typeof value}' not supported for value '${String(value)}'`)
}

/** Member of a statement that says what it asks: a batch finds it behind the proxies of a test too. */
const SAYS = Symbol('statement')

type Ask = (how: How, statements: readonly Statement[], given?: unknown) => Promise<unknown>

function statementOf(ask: Ask) {
  const made = (statement: Statement): D1PreparedStatement => {
    return {
      [SAYS]: statement,
      bind: (...values: unknown[]) => made({ ...statement, values: values.map(written) }),
      first: (column?: string) => ask('first', [statement], column),
      run: () => ask('run', [statement]),
      all: () => ask('all', [statement]),
      raw: (options?: { readonly columnNames?: boolean }) => ask('raw', [statement], options),
    } as unknown as D1PreparedStatement
  }
  return made
}

function databaseOf(ask: Ask): D1Database {
  const made = statementOf(ask)
  return {
    prepare: (sql: string) => made({ sql, values: [] }),
    exec: (sql: string) => ask('exec', [{ sql, values: [] }]),
    batch: (statements: readonly D1PreparedStatement[]) => {
      const known = statements.map((one) => {
        const statement = (one as unknown as { readonly [SAYS]?: Statement })[SAYS]
        if (!statement) throw new Error('a statement of another database')
        return statement
      })
      return ask('batch', known)
    },
  } as unknown as D1Database
}

/** What of a gateway is reached past its own doors. Answers and errors are those of its runtime. */
export interface Door {
  /** A database by the name of its binding. */
  database(binding: string): D1Database
  /** Fires a cron; resolves when its handler has ended. */
  scheduled(cron: string, time: number): Promise<void>
  /** Lets a tenant's object read its policy anew. */
  reload(tenantId: string): Promise<void>
}

export async function doorTo(mf: Miniflare): Promise<Door> {
  const url = await mf.unsafeGetDirectURL(DOOR)
  const asks = async (body: object): Promise<unknown> => {
    const ask = () => fetch(url, { method: 'POST', body: JSON.stringify(body) })
    const answer = await ask().catch((error: unknown) => {
      if (!wasClosed(error)) throw error
      return ask()
    })
    const said = (await answer.json()) as Answered
    if ('value' in said) return said.value
    const { message, cause } = said.failed
    throw new Error(message, cause === undefined ? {} : { cause: new Error(cause) })
  }
  return {
    database: (on) => databaseOf((how, statements, given) => asks({ on, how, statements, given } satisfies Asked)),
    scheduled: async (cron, time) => {
      await asks({ how: 'scheduled', cron, time })
    },
    reload: async (tenantId) => {
      await asks({ how: 'reload', tenantId })
    },
  }
}
