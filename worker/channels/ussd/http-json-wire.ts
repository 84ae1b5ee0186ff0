import * as z from 'zod'
import type { Failure, FailureCode, Receipt, Turn } from '#worker/domain/carriers/provider.ts'
import type { EpochMs } from '#worker/domain/time.ts'

/** The reference dialect of docs/ussd-dialect.md, as it stands on the wire. Fields that it does not name are left alone. */
const typed = z.string().max(1_000)
/** Characters of everything typed in a session. */
const MOST_TYPED = 4_000

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

const report = z.object({
  ref: z.string().min(1).max(100),
  status: z.enum(['delivered', 'undelivered', 'rejected', 'expired', 'failed']),
  code: z.string().max(100).optional(),
})

export const reportsCall = z.object({ reports: z.array(report).max(500) })
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

const DETAILS = {
  'recipient-invalid': 'The carrier knows no such recipient.',
  'recipient-blocked': 'The recipient blocks these messages.',
  'recipient-unreachable': 'The handset could not be reached.',
  'recipient-busy': 'The recipient is in another session.',
  'sender-refused': 'The carrier does not let this code be used.',
  'content-refused': 'The carrier refuses this text.',
  'validity-expired': 'The validity ended before the text was shown.',
  'provider-throttled': 'The carrier asks to slow down.',
  'connection-misconfigured': 'The account at the carrier does not allow this.',
  'credit-exhausted': 'The account at the carrier has no credit left.',
  'not-delivered': 'The carrier could not show the text.',
} as const satisfies Partial<Record<FailureCode, string>>
type KnownCode = keyof typeof DETAILS

const isKnown = (code: string): code is KnownCode => Object.hasOwn(DETAILS, code)

export function receiptOf({ ref, status, code }: z.infer<typeof report>, at: EpochMs): Receipt {
  const base = { attemptRef: ref, status, at }
  if (status === 'delivered') return base
  const known = code !== undefined && isKnown(code) ? code : 'not-delivered'
  return { ...base, failure: { code: known, carrierCode: code ?? status, detail: DETAILS[known] } }
}

/** What a push is answered with: taken under an id, or an error of ours. */
export const pushAnswer = z.union([
  z.object({ id: z.string().min(1).max(200) }),
  z.object({ error: z.string().min(1).max(100) }),
])

/** Nothing was taken, and another connection may carry the text. */
const DEFERRED: Readonly<Record<string, KnownCode>> = {
  busy: 'provider-throttled',
  unauthorized: 'connection-misconfigured',
  'no-credit': 'credit-exhausted',
}
const REJECTED = new Set<KnownCode>([
  'recipient-invalid',
  'recipient-blocked',
  'recipient-unreachable',
  'recipient-busy',
  'sender-refused',
  'content-refused',
])

/** What an error word proves; null if the dialect has no such word: the text may have been taken. */
export function refusalOf(
  error: string,
): { readonly outcome: 'rejected' | 'deferred'; readonly failure: Failure } | null {
  const deferred = Object.hasOwn(DEFERRED, error) ? DEFERRED[error] : undefined
  if (deferred)
    return { outcome: 'deferred', failure: { code: deferred, carrierCode: error, detail: DETAILS[deferred] } }
  if (!isKnown(error) || !REJECTED.has(error)) return null
  return { outcome: 'rejected', failure: { code: error, carrierCode: error, detail: DETAILS[error] } }
}
