import type { Context, MiddlewareHandler } from 'hono'
import type * as z from 'zod'
import { type FieldError, Problem } from '#worker/domain/problem.ts'
import { utf8 } from '#worker/lib/bytes.ts'
import { sha256 } from '#worker/lib/hmac.ts'
import { FAULT_LIMIT, fieldErrors, parseJson, type Unread } from '#worker/lib/json/input.ts'
import { type ItemsMember, parseItems, parseLines } from '#worker/lib/json/items.ts'
import { freeSlot, readBody, readLargeBody } from './read-body.ts'
import type { AppEnv } from './variables.ts'

const JSON_TYPE = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i
/** Lines of JSON under the names in use: none is registered (ndjson.org and jsonlines.org name one each). */
const LINES_TYPE = /^application\/(?:x-ndjson|ndjson|jsonl|x-jsonlines)\s*(?:;\s*charset="?utf-8"?\s*)?$/i

const typeOf = (request: Request): string => request.headers.get('content-type') ?? ''

function refuse({ reason, detail, errors }: Unread): Problem {
  if (reason === 'too-many') return new Problem('body-too-large', { detail })
  return new Problem('malformed-json', { detail, ...(errors ? { errors } : {}) })
}

function refuseFaults(faults: readonly FieldError[]): void {
  if (faults.length > 0) throw new Problem('invalid-fields', { errors: faults.slice(0, FAULT_LIMIT) })
}

function requireJson(request: Request): void {
  if (JSON_TYPE.test(typeOf(request))) return
  throw new Problem('unsupported-media-type', { detail: 'The Content-Type must be application/json.' })
}

function takeJson(c: Context<AppEnv>, bytes: ArrayBuffer | Uint8Array): void {
  const read = parseJson(bytes)
  if (!read.ok) throw refuse(read)
  refuseFaults(read.faults.list)
  c.set('rawBody', bytes)
  c.set('body', read.value)
}

/** Reads the JSON body into `c.get('body')`; answers 422 to what cannot be stored or sent as it was written, and names it. */
export const jsonBody: MiddlewareHandler<AppEnv> = async (c, next) => {
  requireJson(c.req.raw)
  takeJson(c, await readBody(c.req.raw))
  await next()
}

/** Reads the body as `jsonBody` does, where there is one: without, it is an empty object, whatever its type is said to be. */
export const optionalBody: MiddlewareHandler<AppEnv> = async (c, next) => {
  const bytes = await readBody(c.req.raw)
  if (bytes.byteLength > 0) requireJson(c.req.raw)
  takeJson(c, bytes.byteLength > 0 ? bytes : utf8('{}'))
  await next()
}

/** Reads the body, of which only its values are held afterwards. */
async function readItems(c: Context<AppEnv>, bytes: Uint8Array, member: ItemsMember, isLarge: boolean): Promise<void> {
  const read = LINES_TYPE.test(typeOf(c.req.raw)) ? parseLines(bytes, member) : parseItems(bytes, member)
  if (!read.ok) throw refuse(read)
  refuseFaults(read.faults)
  if (read.itemFaults.size > 0) c.set('itemFaults', read.itemFaults)
  c.set('body', read.value)
  // The digest of a large body stands for it, so that its bytes need not be kept.
  if (c.req.header('Idempotency-Key') !== undefined)
    c.set('rawBody', isLarge ? await sha256(bytes as Uint8Array<ArrayBuffer>) : bytes)
}

/**
 * Reads a body of items, which may be large and may come in lines, as `jsonBody` does, but leaves what spoils one item in
 * `c.get('itemFaults')`, by the item's index and with pointers below it: a bad item never fails the rest of a batch.
 */
export const itemsBody =
  (member: ItemsMember): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const type = typeOf(c.req.raw)
    if (!JSON_TYPE.test(type) && !LINES_TYPE.test(type)) throw new Problem('unsupported-media-type')
    const { bytes, slot } = await readLargeBody(c.req.raw)
    try {
      await readItems(c, bytes, member, slot !== null)
      await next()
    } finally {
      if (slot) freeSlot(slot)
    }
  }

/** Gives the body as its schema says it, or answers 422 and names every wrong field. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw new Problem('invalid-fields', { errors: fieldErrors(parsed.error) })
  return parsed.data
}

/** Makes the 400 that names parameters of the URL; `errors` have pointers into an object of them. */
export const queryProblem = (errors: readonly FieldError[]): Problem =>
  new Problem('invalid-request', {
    errors: errors.map(({ pointer, detail }) => ({ pointer: `query:${pointer.split('/')[1] ?? ''}`, detail })),
  })

/** Awaits work on fields that came by the query: its complaints become a 400 that names the parameters. */
export async function byQuery<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Problem && error.options.errors) throw queryProblem(error.options.errors)
    throw error
  }
}
