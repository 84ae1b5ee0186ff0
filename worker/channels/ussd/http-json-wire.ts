import * as z from 'zod'
import type { Receipt, Turn } from '#worker/domain/carriers/provider.ts'
import type { EpochMs, Seconds } from '#worker/domain/time.ts'
import { type Refusal, refusalTable } from '#worker/vendors/refusal-table.ts'

/** Text that a person typed. */
const typed = z.string().max(1_000)
/** Most characters of all inputs of a session together. */
const MOST_TYPED = 4_000

/** A person's turn in the reference dialect (docs/ussd-dialect.md). Fields that the dialect does not name are ignored. */
const turnCall = z.object({
  session: z.string().min(1).max(200),
  event: z.enum(['start', 'input', 'end']),
  msisdn: z.string().min(3).max(40),
  code: z.string().min(1).max(64),
  input: typed.nullish(),
  inputs: z
    .array(typed)
    .max(100)
    .refine((all) => all.join('').length <= MOST_TYPED)
    .optional(),
  turn: z.int().min(1).max(10_000).optional(),
})

/** Fate of a pushed text; `ref` is our attempt's, `code` a word of the dialect or the carrier's own. */
const report = z.object({
  ref: z.string().min(1).max(100),
  status: z.enum(['delivered', 'undelivered', 'rejected', 'expired', 'failed']),
  code: z.string().max(100).optional(),
})

/** Reports, as a callback or as the answer to a status call. */
export const reportsCall = z.object({ reports: z.array(report).max(500) })
/** Body of a callback. */
export const dialectCall = z.union([turnCall, reportsCall])

export function turnOf(
  { session, event, msisdn, code, input, inputs, turn }: z.infer<typeof turnCall>,
  at: EpochMs,
): Turn {
  return {
    sessionRef: session,
    event,
    from: msisdn,
    to: code,
    input: input ?? null,
    at,
    ...(inputs === undefined ? {} : { inputs }),
    ...(turn === undefined ? {} : { number: turn }),
  }
}

/** Failures by the word of a refused push (`of`). A report is looked up by our code instead: rows without `of` are for it. */
const REFUSALS = refusalTable([
  { code: 'recipient-invalid', detail: 'The carrier knows no such recipient.', of: ['recipient-invalid'] },
  { code: 'recipient-blocked', detail: 'The recipient blocks these messages.', of: ['recipient-blocked'] },
  { code: 'recipient-unreachable', detail: 'The handset could not be reached.', of: ['recipient-unreachable'] },
  { code: 'recipient-busy', detail: 'The recipient is in another session.', of: ['recipient-busy'] },
  { code: 'sender-refused', detail: 'The carrier does not let this code be used.', of: ['sender-refused'] },
  { code: 'content-refused', detail: 'The carrier refuses this text.', of: ['content-refused'] },
  { code: 'validity-expired', detail: 'The validity ended before the text was shown.' },
  { code: 'provider-throttled', detail: 'The carrier asks to slow down.', of: ['busy'] },
  { code: 'connection-misconfigured', detail: 'The account at the carrier does not allow this.', of: ['unauthorized'] },
  { code: 'credit-exhausted', detail: 'The account at the carrier has no credit left.', of: ['no-credit'] },
  { code: 'not-delivered', detail: 'The carrier could not show the text.' },
])

export function receiptOf({ ref, status, code }: z.infer<typeof report>): Receipt {
  const base = { attemptRef: ref, status }
  if (status === 'delivered') return base
  const known = code !== undefined && REFUSALS.has(code) ? code : 'not-delivered'
  return { ...base, failure: REFUSALS.make(known, code ?? status).failure }
}

/** Answer to a push: taken under an id, or an error word. */
export const pushAnswer = z.union([
  z.object({ id: z.string().min(1).max(200) }),
  z.object({ error: z.string().min(1).max(100) }),
])

/** Translates the error word of a push; null if the dialect has no such word: the text may have been taken. */
export const pushRefusal = (error: string, retryAfter?: Seconds): Refusal | null => REFUSALS.find(error, retryAfter)
