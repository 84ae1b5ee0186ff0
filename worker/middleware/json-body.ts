import type { Context, MiddlewareHandler } from 'hono'
import type * as z from 'zod'
import { type FieldError, Problem } from '#worker/domain/problem.ts'
import { ofClient, readRequest } from '#worker/lib/http/request-body.ts'
import { FAULT_LIMIT, fieldErrors, mayHoldBadText, parseJson, textFaults } from '#worker/lib/json-input.ts'
import type { AppEnv } from './variables.ts'

/** Most bytes of a request body. */
export const BODY_LIMIT = 1_000_000

const tooLarge = () => new Problem('body-too-large', { detail: `At most ${BODY_LIMIT} bytes.` })

function checkContentType(request: Request): void {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(type)) throw new Problem('unsupported-media-type')
}

async function readStream(request: Request, limit: number): Promise<Uint8Array> {
  const bytes = await readRequest(request, limit)
  if (!bytes) throw tooLarge()
  return bytes
}

/** Reads the body; never holds more than `limit` bytes and one chunk, and answers 413 beyond. */
export async function readBody(request: Request, limit = BODY_LIMIT): Promise<ArrayBuffer | Uint8Array> {
  const announced = request.headers.get('content-length')
  if (announced !== null && Number(announced) > limit) throw tooLarge()
  // An announced length is true, as HTTP frames the body by it, so one read is safe; it is checked all the same for requests
  // that other Workers make. Only without one is the stream read: merely to touch `body` costs making it.
  if (announced === null) return readStream(request, limit)
  const bytes = await ofClient(request.arrayBuffer())
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

/** Reads the JSON body into `c.get('body')`; answers 422 to texts that cannot be stored or sent, and names them. */
export const jsonBody: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { value, faults } = await readJson(c)
  refuseFaults(faults)
  c.set('body', value)
  await next()
}

/** Sorts faults by the item of `/<member>` that they lie in; the others concern the whole request. */
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
 * Reads the JSON body as `jsonBody` does, but leaves texts that spoil one item of `/<member>` in `c.get('itemFaults')`, by
 * the item's index and with pointers below it: a bad item never fails the rest of a batch.
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
