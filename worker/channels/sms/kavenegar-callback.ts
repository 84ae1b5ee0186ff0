import * as z from 'zod'
import { foldDigits } from '../../domain/address.ts'
import { CallbackRefused, type InboundMessage, type Receipt, type Received } from '../../domain/provider.ts'
import type { EpochMs } from '../../domain/time.ts'
import { callbackFields, parseCallbackJson } from '../../vendors/callback-body.ts'
import { kavenegarStatus, toE164, toLine } from '../../vendors/kavenegar.ts'
import type { SmsContent } from './content.ts'

/** Records of one callback that are worked; no text of the vendor speaks of more than one. */
const MOST_RECORDS = 500

const field = z.union([z.string().max(4_000), z.number()])
/**
 * Status: `messageid, status[, statustext, localid, sender, receptor, date, cost]`; inbound: `messageid, message, from or
 * sender, to or receptor, date`. The vendor documents neither; three clients agree on these names and differ in the rest.
 */
const record = z.record(z.string(), z.unknown()).transform((raw) => {
  const fields = new Map<string, string>()
  for (const [name, value] of Object.entries(raw)) {
    const known = field.safeParse(value)
    if (known.success) fields.set(name.toLowerCase(), String(known.data))
  }
  return fields
})
type Fields = z.output<typeof record>

/** Reads a callback in query string, form or JSON (one record, a list, or `entries`), digits in any script. */
export async function receiveKavenegar(request: Request, now: EpochMs): Promise<Received<SmsContent>> {
  const receipts: Receipt[] = []
  const inbound: InboundMessage<SmsContent>[] = []
  for (const fields of await recordsOf(request)) {
    const receipt = receiptOf(fields, now)
    const message = receipt ? null : inboundOf(fields, now)
    if (receipt) receipts.push(receipt)
    else if (message) inbound.push(message)
    else if (!isMute(fields)) throw new CallbackRefused(400, 'neither a status nor a message')
  }
  return { receipts, inbound }
}

async function recordsOf(request: Request): Promise<readonly Fields[]> {
  const query = Object.fromEntries(new URL(request.url).searchParams)
  const type = request.headers.get('content-type') ?? ''
  const json = request.method === 'GET' ? null : await parseCallbackJson(request, type)
  if (json === null) return [record.parse({ ...query, ...(await callbackFields(request)) })]
  const wrapped = z.object({ entries: z.unknown() }).safeParse(json.value)
  // An array has an `entries` of its own, by its prototype.
  const inner = wrapped.success && !Array.isArray(json.value) ? wrapped.data.entries : json.value
  const parsed = z
    .array(record)
    .min(1)
    .max(MOST_RECORDS)
    .safeParse(Array.isArray(inner) ? inner : [inner])
  if (!parsed.success) throw new CallbackRefused(400, 'not a callback of this carrier')
  return parsed.data
}

/** An id of theirs: digits only, whatever script they come in. */
function idOf(fields: Fields): string | null {
  const id = foldDigits(fields.get('messageid') ?? '').trim()
  return /^\d{1,20}$/.test(id) ? id : null
}

function timeOf(fields: Fields, now: EpochMs): EpochMs {
  const seconds = Number(foldDigits(fields.get('date') ?? ''))
  // Unix seconds; nothing before 2001 or ahead of us is a time of this message.
  const at = seconds * 1000
  return Number.isInteger(seconds) && seconds > 1_000_000_000 && at <= now + 86_400_000 ? at : now
}

const statusOf = (fields: Fields): number | null => {
  const digits = foldDigits(fields.get('status') ?? '').trim()
  return /^\d{1,3}$/.test(digits) ? Number(digits) : null
}

function receiptOf(fields: Fields, now: EpochMs): Receipt | null {
  const providerRef = idOf(fields)
  const code = statusOf(fields)
  const state = code === null ? null : kavenegarStatus(code)
  // `date` of a status callback is the time of sending, not of the report.
  return providerRef && state ? { providerRef, ...state, at: now, carrierStatus: String(code) } : null
}

/** A status that says nothing to us (50 received, 100 unknown id, codes to come) is answered and forgotten. */
const isMute = (fields: Fields): boolean => idOf(fields) !== null && statusOf(fields) !== null

function inboundOf(fields: Fields, now: EpochMs): InboundMessage<SmsContent> | null {
  const from = fields.get('from') ?? fields.get('sender')
  const to = fields.get('to') ?? fields.get('receptor')
  const text = fields.get('message')
  if (from === undefined || to === undefined || text === undefined) return null
  return {
    providerRef: idOf(fields),
    from: toE164(from),
    to: toLine(to),
    content: { text },
    at: timeOf(fields, now),
  }
}
