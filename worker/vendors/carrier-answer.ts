import * as z from 'zod'
import type { Failure, HttpOptions, Ports } from '#worker/domain/carriers/provider.ts'
import type { EpochMs, Seconds } from '#worker/domain/time.ts'
import { type HttpFault, httpFaultOf } from '#worker/lib/http/bounded-http.ts'
import { keepLongNumbers } from '#worker/lib/json/long-numbers.ts'
import { LONGEST_WAIT, type Refusal, refusalFor } from './refusal-table.ts'

/**
 * Answer of a carrier's API. `silent`: no complete answer, so the carrier may have done it; `unreadable`: an answer that is
 * not in the carrier's own words (HTML, half a JSON, another shape), which proves nothing either.
 */
export type CarrierAnswer<Value> =
  | { readonly kind: 'value'; readonly status: number; readonly retryAfter?: Seconds; readonly value: Value }
  | { readonly kind: 'unreadable'; readonly status: number; readonly retryAfter?: Seconds; readonly unreached: boolean }
  | { readonly kind: 'silent'; readonly failure: Failure }

const SILENCE: Record<HttpFault, Failure> = {
  'timed-out': { code: 'provider-timeout', detail: 'The carrier did not answer in time.' },
  unreachable: { code: 'provider-unavailable', detail: 'The connection to the carrier failed.' },
  'too-large': { code: 'provider-invalid-answer', detail: 'The carrier’s answer was too long to be one.' },
}

/**
 * Statuses of Cloudflare's own pages for an origin that never got the request: refused, unreachable, TLS failed, no such
 * name. 520, 522 and 524 are not here: they can come after the request was passed on.
 * https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/
 */
const UNREACHED = new Set([521, 523, 525, 526, 530])

/** True for a page of Cloudflare's own that says that the origin never got the request. */
export const isUnreached = ({ status, headers }: Response): boolean =>
  UNREACHED.has(status) && headers.get('server')?.toLowerCase() === 'cloudflare'

/** Translates a failed fetch into why there is no complete answer. */
export const silenceOf = (error: unknown): Failure => SILENCE[httpFaultOf(error)]

/** Reads the seconds of a Retry-After header (number or date), at least 1 and at most an hour. */
export function retryAfterOf(headers: Headers, now: EpochMs): Seconds | undefined {
  const text = headers.get('retry-after')?.trim()
  if (!text) return undefined
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - now) / 1000)
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 1), LONGEST_WAIT) : undefined
}

/** Sends one request and reads its answer as JSON of `schema`; never throws for what a carrier does. */
export async function askCarrier<Schema extends z.ZodType>(
  ports: Ports,
  request: Request,
  schema: Schema,
  options?: HttpOptions,
): Promise<CarrierAnswer<z.output<Schema>>> {
  let response: Response
  let text: string
  try {
    response = await ports.http(request, options)
    text = await response.text()
  } catch (error) {
    return { kind: 'silent', failure: silenceOf(error) }
  }
  const { status } = response
  const after = retryAfterOf(response.headers, ports.now())
  const timing = after === undefined ? {} : { retryAfter: after }
  const unreached = isUnreached(response)
  let json: unknown
  try {
    json = JSON.parse(text, keepLongNumbers)
  } catch {
    return { kind: 'unreadable', status, unreached, ...timing }
  }
  const parsed = z.safeParse(schema, json)
  return parsed.success
    ? { kind: 'value', status, value: parsed.data, ...timing }
    : { kind: 'unreadable', status, unreached, ...timing }
}

/**
 * Gives the outcome of a submit whose answer was silent or unreadable: `unknown`, unless the answer proves that nothing was
 * taken.
 */
export function unclearSubmission(answer: Exclude<CarrierAnswer<unknown>, { kind: 'value' }>): Refusal {
  if (answer.kind === 'silent') return { outcome: 'unknown', failure: answer.failure }
  if (answer.status === 429) return throttled(answer.retryAfter)
  const carrierCode = `http-${answer.status}`
  return answer.unreached
    ? refusalFor({ code: 'provider-unavailable', carrierCode, detail: 'The carrier could not be reached.' })
    : refusalFor({ code: 'provider-invalid-answer', carrierCode, detail: 'The carrier’s answer was not readable.' })
}

/** Gives the outcome of a submit whose answer had the expected form but proves nothing. */
export const unclearValue = (status: number): Refusal =>
  unclearSubmission({ kind: 'unreadable', status, unreached: false })

const THROTTLED = 'The carrier asks to slow down.'

/**
 * Gives the outcome of a submit that the carrier refused for now: it asks us to slow down, and has certainly not taken the
 * message.
 */
export function throttled(retryAfter?: Seconds, carrierCode = 'http-429'): Refusal {
  return refusalFor({ code: 'provider-throttled', carrierCode, detail: THROTTLED }, retryAfter)
}
