import * as z from 'zod'
import { foldDigits } from '#worker/domain/addresses/address.ts'
import { CallbackRefused, type Receipt } from '#worker/domain/carriers/provider.ts'
import { callbackFields, parseCallbackJson } from './callback-body.ts'
import { kavenegarPrice, kavenegarStatus } from './kavenegar.ts'

/** Most records of one callback; no text of the vendor speaks of more than one. */
const MOST_RECORDS = 500

const field = z.union([z.string().max(4_000), z.number()])
/**
 * One record. Status: `messageid, status[, statustext, localid, sender, receptor, date, cost]`; inbound: `messageid,
 * message, from or sender, to or receptor, date`. The vendor documents neither; three clients agree on these names and
 * differ in the rest.
 */
const record = z.record(z.string(), z.unknown()).transform((raw) => {
  const fields = new Map<string, string>()
  for (const [name, value] of Object.entries(raw)) {
    const known = field.safeParse(value)
    if (known.success) fields.set(name.toLowerCase(), String(known.data))
  }
  return fields
})
export type KavenegarFields = z.output<typeof record>

/**
 * Reads the records of a callback in query string, form or JSON (one record, a list, or `entries`); throws a
 * `CallbackRefused` for anything else.
 */
export async function kavenegarRecords(request: Request): Promise<readonly KavenegarFields[]> {
  const query = Object.fromEntries(new URL(request.url).searchParams)
  const type = request.headers.get('content-type') ?? ''
  const json = request.method === 'GET' ? null : await parseCallbackJson(request, type)
  if (json === null) return [record.parse({ ...query, ...(await callbackFields(request)) })]
  const wrapped = z.object({ entries: z.unknown() }).safeParse(json.value)
  // Arrays inherit a method `entries`, which is not the field.
  const inner = wrapped.success && !Array.isArray(json.value) ? wrapped.data.entries : json.value
  const parsed = z
    .array(record)
    .min(1)
    .max(MOST_RECORDS)
    .safeParse(Array.isArray(inner) ? inner : [inner])
  if (!parsed.success) throw new CallbackRefused(400, 'not a callback of this carrier')
  return parsed.data
}

/** Gives the carrier's id of the message, with digits of any script; null: there is none. */
export function kavenegarIdOf(fields: KavenegarFields): string | null {
  const id = foldDigits(fields.get('messageid') ?? '').trim()
  return /^\d{1,20}$/.test(id) ? id : null
}

/** Gives the carrier's code in a status callback; null: it has none. */
export const kavenegarStatusCode = (fields: KavenegarFields): number | null => {
  const digits = foldDigits(fields.get('status') ?? '').trim()
  return /^\d{1,3}$/.test(digits) ? Number(digits) : null
}

/** Translates a status callback; null if it is none, or says nothing new. */
export function kavenegarReceipt(fields: KavenegarFields): Receipt | null {
  const providerRef = kavenegarIdOf(fields)
  const code = kavenegarStatusCode(fields)
  const state = code === null ? null : kavenegarStatus(code)
  // The field `date` is not used: it is the time of sending, not of the report.
  return providerRef && state ? { providerRef, ...state, ...kavenegarPrice(fields.get('cost')) } : null
}

/** True for a status that says nothing to us (50 received, 100 unknown id, codes to come): it is answered and dropped. */
export const isMute = (fields: KavenegarFields): boolean =>
  kavenegarIdOf(fields) !== null && kavenegarStatusCode(fields) !== null
