import type { Env } from '#worker/env.ts'
import worker from '#worker/index.ts'

export { GuardObject } from '../../../durable-objects/guard.ts'
export { IdempotencyObject } from '../../../durable-objects/idempotency.ts'
export { PhoneObject } from '../../../durable-objects/phone.ts'
export { SessionObject } from '../../../durable-objects/session.ts'
export { TenantObject } from '../../../durable-objects/tenant.ts'
export { ThrottleObject } from '../../../durable-objects/throttle.ts'
export { VerificationObject } from '../../../durable-objects/verification.ts'

/** Calls that one invocation made of the world around it. Those of one step were under way at the same time. */
export interface Hops {
  readonly invocation: string
  /** Names of the calls in their order, each with its place in the longest chain of calls that waited for one another. */
  readonly calls: { readonly name: string; readonly step: number }[]
}

/** Milliseconds that each call takes at least, so that what is begun together is under way together on any machine. */
const HOP_MS = 60

interface Trace extends Hops {
  /** Longest chain that has ended so far. */
  ended: number
}

let traces: Trace[] = []
/** Invocation that fetches nothing, and comes at any time between others. */
const AUDIT = 'chapar-audit'

/** Invocation that began last, of those that may fetch: a fetch does not say whose it is. */
let current: Trace | null = null

function begin(invocation: string): Trace {
  const trace: Trace = { invocation, calls: [], ended: 0 }
  traces.push(trace)
  if (invocation !== AUDIT) current = trace
  return trace
}

async function hop<Value>(trace: Trace, name: string, call: () => Promise<Value>): Promise<Value> {
  const step = trace.ended + 1
  trace.calls.push({ name, step })
  try {
    const [value] = await Promise.all([call(), new Promise((resolve) => setTimeout(resolve, HOP_MS))])
    return value
  } finally {
    trace.ended = Math.max(trace.ended, step)
  }
}

/** Statements on keys of rows. An isolate keeps what it has read, while every invocation here has an environment of its own. */
const KEYS = /\b(?:FROM|INTO) keys\b/

function tracedDatabase(trace: Trace, on: string, db: D1Database): D1Database {
  const made = new WeakMap<object, D1PreparedStatement>()
  const wrap = (real: D1PreparedStatement): D1PreparedStatement => {
    const statement = {
      bind: (...values: unknown[]) => wrap(real.bind(...values)),
      run: () => hop(trace, on, () => real.run()),
      all: () => hop(trace, on, () => real.all()),
      first: () => hop(trace, on, () => real.first()),
      raw: () => hop(trace, on, () => real.raw()),
    }
    made.set(statement, real)
    return statement as unknown as D1PreparedStatement
  }
  const batch = (statements: D1PreparedStatement[]) =>
    statements.every((one) => !made.has(one))
      ? db.batch(statements)
      : hop(trace, `${on}.batch`, () => db.batch(statements.map((one) => made.get(one) ?? one)))
  const prepare = (sql: string) => (KEYS.test(sql) ? db.prepare(sql) : wrap(db.prepare(sql)))
  return { prepare, batch } as unknown as D1Database
}

/** Wraps every method of a binding but those that only name something. */
const traced = <Target extends object>(trace: Trace, on: string, target: Target): Target =>
  new Proxy(target, {
    get: (real, name) => {
      const member: unknown = Reflect.get(real, name)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) =>
        hop(trace, `${on}.${String(name)}`, () => Reflect.apply(member, real, args) as Promise<unknown>)
    },
  })

function tracedEnv(trace: Trace, env: Env): Env {
  const bindings: Record<string, unknown> = { ...env }
  for (const [name, binding] of Object.entries(bindings)) {
    if (/^(CONTROL|LEDGER_\d+)$/.test(name)) bindings[name] = tracedDatabase(trace, name, binding as D1Database)
    else if (/^(SEND_[A-Z]+|REPORT|NOTIFY|NOTIFY_RETRY|AUDIT|SANDBOX|MEDIA)$/.test(name))
      bindings[name] = traced(trace, name, binding as object)
    else if (/^(TENANT|IDEMPOTENCY|THROTTLE|SESSION|PHONE|VERIFICATION|GUARD)$/.test(name)) {
      const objects = binding as { getByName(name: string): object }
      bindings[name] = { getByName: (object: string) => traced(trace, name, objects.getByName(object)) }
    }
  }
  return bindings as unknown as Env
}

const realFetch = globalThis.fetch
globalThis.fetch = ((...args: Parameters<typeof fetch>) =>
  current ? hop(current, 'fetch', () => realFetch(...args)) : realFetch(...args)) as typeof fetch

/** The gateway with its calls traced, an invocation each: `GET /hops` tells them, `DELETE /hops` forgets them. */
export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url)
    if (pathname === '/hops') {
      if (request.method === 'DELETE') traces = []
      return Response.json(traces.map(({ invocation, calls }) => ({ invocation, calls })))
    }
    const name = pathname.split('/').slice(0, 4).join('/')
    return worker.fetch(request, tracedEnv(begin(`${request.method} ${name}`), env), ctx)
  },
  queue: (batch, env, ctx) => worker.queue(batch, tracedEnv(begin(batch.queue), env), ctx),
  scheduled: (controller, env) => worker.scheduled(controller, env),
  email: (message, env) => worker.email(message, env),
} satisfies ExportedHandler<Env>
