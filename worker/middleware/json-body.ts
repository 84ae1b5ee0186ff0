import type { Context, MiddlewareHandler } from 'hono'
import type * as z from 'zod'
import { type FieldError, Problem } from '#worker/domain/problem.ts'
import { readBounded } from '#worker/lib/http/bounded-http.ts'
import { FAULT_LIMIT, fieldErrors, mayHoldBadText, parseJson, textFaults } from '#worker/lib/json-input.ts'
import type { AppEnv } from './variables.ts'

/** Bytes of a request body. */
const BODY_LIMIT = 1_000_000

const tooLarge = () => new Problem('body-too-large', { detail: `At most ${BODY_LIMIT} bytes.` })

function checkContentType(request: Request): void {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(type)) throw new Problem('unsupported-media-type')
}

async function readStream(stream: ReadableStream<Uint8Array> | null, limit: number): Promise<Uint8Array> {
  const bytes = await readBounded(stream, limit)
  if (!bytes) throw tooLarge()
  return bytes
}

/** The body's bytes, of which at most `limit` (and one chunk) are ever held; a 413 beyond. */
export async function readBody(request: Request, limit = BODY_LIMIT): Promise<ArrayBuffer | Uint8Array> {
  const announced = request.headers.get('content-length')
  if (announced !== null && Number(announced) > limit) throw tooLarge()
  // HTTP frames the body by an announced length, so one read is safe; it is checked all the same for requests made inside.
  // Without one the stream is read, which the other way spares: to touch `body` makes a stream.
  if (announced === null) return readStream(request.body, limit)
  const bytes = await request.arrayBuffer()
  if (bytes.byteLength > limit) throw tooLarge()
  return bytes
}

async function readJson(
  c: Context<AppEnv>,
): Promise<{ readonly value: unknown; readonly faults: readonly FieldError[] }> {
  checkContentType(c.req.raw)
  const bytes = await readBody(c.req.raw)
  const { text, parsed } = parseJson(bytes)
  if (!parsed.ok) throw new Problem('malformed-json', { detail: parsed.detail })
  c.set('rawBody', bytes)
  return { value: parsed.value, faults: mayHoldBadText(text) ? textFaults(parsed.value) : [] }
}

function refuseFaults(faults: readonly FieldError[]): void {
  if (faults.length > 0) throw new Problem('invalid-fields', { errors: faults.slice(0, FAULT_LIMIT) })
}

/** Reads the JSON body into `c.get('body')`; texts that cannot be stored or sent are a 422 that names them. */
export const jsonBody: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { value, faults } = await readJson(c)
  refuseFaults(faults)
  c.set('body', value)
  await next()
}

/** Faults by the index of the item of `/<member>` they lie in; the rest concern the whole request. */
function byItem(faults: readonly FieldError[], member: string) {
  const items = new Map<number, FieldError[]>()
  const whole: FieldError[] = []
  for (const fault of faults) {
    const match = new RegExp(`^/${member}/(\\d+)(/.*)?$`, 's').exec(fault.pointer)
    if (!match) {
      whole.push(fault)
      continue
    }
    const index = Number(match[1])
    const found = items.get(index) ?? []
    found.push({ pointer: match[2] ?? '', detail: fault.detail })
    items.set(index, found)
  }
  return { items, whole }
}

/**
 * `jsonBody` for batches: texts that spoil one item of `/<member>` are left in `c.get('itemFaults')` by its index, with
 * pointers below the item, so that a bad item never fails the rest.
 */
export const jsonBodyWithItems =
  (member: string): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const { value, faults } = await readJson(c)
    if (faults.length > 0) {
      const { items, whole } = byItem(faults, member)
      refuseFaults(whole)
      c.set('itemFaults', items)
    }
    c.set('body', value)
    await next()
  }

/** The body as its schema says it, or a 422 that names every wrong field. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw new Problem('invalid-fields', { errors: fieldErrors(parsed.error) })
  return parsed.data
}

const queryProblem = (errors: readonly FieldError[]): Problem =>
  new Problem('invalid-request', {
    errors: errors.map(({ pointer, detail }) => ({ pointer: `query:${pointer.slice(1)}`, detail })),
  })

/** A query as its schema says it, or a 400 that names every wrong parameter. */
export function parseQuery<Schema extends z.ZodType>(schema: Schema, query: unknown): z.output<Schema> {
  const parsed = schema.safeParse(query)
  if (parsed.success) return parsed.data
  throw queryProblem(fieldErrors(parsed.error))
}

/** Work on fields that came by the query: what is wrong with them is a 400 that names the parameters. */
export async function byQuery<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Problem && error.options.errors) throw queryProblem(error.options.errors)
    throw error
  }
}
