import type { Context, Hono } from 'hono'
import type * as z from 'zod'
import type { AppEnv, Noted } from '#worker/middleware/variables.ts'
import { type Handle, type Input, mount, type Recorded } from './serve.ts'

/** Body that gives a reason. */
type Reasoned = z.ZodType<{ readonly reason: string }>

/** What a call of an operator changes. */
interface Subject<Called extends Recorded> {
  /** Id or name of the object; `made`: the member of the answer that is the id of what the call makes. */
  readonly object: ((c: Context<AppEnv>, input: Input<Called>) => string) | { readonly made: string }
  /** Id of what the object belongs to, where the path does not name it. */
  readonly parent?: (input: Input<Called>) => string
  /** Reads the object as operators are shown it, secrets masked; null: there is none. */
  readonly read: (c: Context<AppEnv>, object: string, input: Input<Called>) => Promise<unknown>
}

/** Characters of a text, and of a whole state, that the log keeps: a queue message holds both states. */
const TEXT_MOST = 300
const STATE_MOST = 15_000

const cut = (_: string, value: unknown): unknown =>
  typeof value === 'string' && value.length > TEXT_MOST ? `${value.slice(0, TEXT_MOST)}…` : value

function stateJson(state: unknown): string {
  const json = JSON.stringify(state, cut)
  return json.length <= STATE_MOST ? json : JSON.stringify({ omitted: json.length })
}

async function idIn(answer: Response, member: string): Promise<string | null> {
  const body = (await answer.clone().json()) as Readonly<Record<string, unknown>>
  const id = body[member]
  return typeof id === 'string' ? id : null
}

/**
 * Mounts a change that an operator makes. Its row of the access log names the object, and how it was before and after, read from
 * where it is kept: also of a change that is made and not answered well.
 */
export function serveChange<const Called extends Recorded>(
  app: Hono<AppEnv>,
  operation: Called,
  subject: Subject<NoInfer<Called>>,
  handler: Handle<Called>,
): void {
  const { object: names, parent, read } = subject
  mount<Called>(app, operation, async (c, input) => {
    let object = typeof names === 'function' ? names(c, input) : null
    const note = async (before: string): Promise<void> => {
      const belongs = parent?.(input)
      const known: Noted = { ...(object === null ? {} : { object }), ...(belongs ? { parent: belongs } : {}) }
      c.set('noted', { ...known, before })
      if (object !== null) c.set('noted', { ...known, before, after: stateJson(await read(c, object, input)) })
    }
    const before = stateJson(object === null ? null : await read(c, object, input))
    let answer: Response
    try {
      answer = await handler(c, input)
    } catch (error) {
      await note(before).catch(() => {})
      throw error
    }
    if (typeof names !== 'function') object = await idIn(answer, names.made)
    await note(before)
    return answer
  })
}

/**
 * Mounts a call that shows an operator people's words or addresses. Its body gives a reason, which its row of the access log
 * keeps with the object; the answer is given only when that row is durable (middleware/audit.ts).
 */
export function serveDisclosure<const Called extends Recorded & { readonly body: Reasoned }>(
  app: Hono<AppEnv>,
  operation: Called,
  objectOf: (input: Input<NoInfer<Called>>) => string,
  handler: Handle<Called>,
): void {
  mount<Called>(app, operation, (c, input) => {
    const { reason } = input.body as z.output<Reasoned>
    c.set('noted', { object: objectOf(input), reason })
    return handler(c, input)
  })
}
