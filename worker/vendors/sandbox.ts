import * as z from 'zod'
import type { FailureCode, ReceiptStatus } from '../domain/provider.ts'

/** No public name ever ends in `.invalid` (RFC 2606): requests for it are served inside the deployment or fail. */
export const SANDBOX_ORIGIN = 'https://sandbox.chapar.invalid'

/** What the sandbox carrier does with one message. */
export interface SandboxOutcome {
  /** For docs/sandbox.md. */
  readonly title: string
  /** What the submit says; `busy-once` refuses the first attempt only. */
  readonly submit: 'taken' | 'invalid' | 'busy-once' | 'busy' | 'timeout' | 'reset'
  /** Reports in the order they are sent. */
  readonly reports: readonly { readonly status: ReceiptStatus; readonly code?: FailureCode }[]
  /** When the reports leave: before the submit's answer, as soon as it is out, or after `SLOW_MS`. */
  readonly when: 'before' | 'at-once' | 'slow'
  /** Text that the recipient sends back. */
  readonly reply?: string
}

/** Milliseconds until a slow report. */
export const SLOW_MS = 10_000

const DELIVERED = [{ status: 'delivered' }] as const
const plain = { submit: 'taken', reports: DELIVERED, when: 'at-once' } as const

export const DEFAULT_OUTCOME: SandboxOutcome = { title: 'delivered', ...plain }

/** Magic numbers: the last four digits of the recipient. Any other number is delivered. */
export const SANDBOX_NUMBERS: Readonly<Record<string, SandboxOutcome>> = {
  '9901': {
    ...plain,
    title: 'undelivered: the handset cannot be reached',
    reports: [{ status: 'undelivered', code: 'recipient-unreachable' }],
  },
  '9902': { ...plain, title: 'rejected at submit: no such recipient', submit: 'invalid', reports: [] },
  '9903': {
    ...plain,
    title: 'blocked: taken, then reported as blocked by the recipient',
    reports: [{ status: 'rejected', code: 'recipient-blocked' }],
  },
  '9904': { ...plain, title: 'deferred at the first attempt, then taken and delivered', submit: 'busy-once' },
  '9905': { ...plain, title: 'the submit times out and nothing is heard again', submit: 'timeout', reports: [] },
  '9906': {
    ...plain,
    title: 'the submit times out, but the message is delivered 10 s later',
    submit: 'timeout',
    when: 'slow',
  },
  '9907': { ...plain, title: 'the carrier is down: the connection is reset', submit: 'reset', reports: [] },
  '9908': { ...plain, title: 'delivered, reported 10 s later', when: 'slow' },
  '9909': { ...plain, title: 'delivered, reported before the submit is answered', when: 'before' },
  '9910': { ...plain, title: 'delivered, reported twice', reports: [{ status: 'delivered' }, { status: 'delivered' }] },
  '9911': {
    ...plain,
    title: 'reports out of order: delivered, then undelivered, then submitted',
    reports: [{ status: 'delivered' }, { status: 'undelivered', code: 'not-delivered' }, { status: 'submitted' }],
  },
  '9912': { ...plain, title: 'delivered, and the recipient replies', reply: 'سلام، رسید.' },
  '9913': { ...plain, title: 'delivered, and the recipient replies STOP', reply: 'STOP' },
  '9914': { ...plain, title: 'delivered, and the recipient replies «لغو۱۱»', reply: 'لغو۱۱' },
  '9915': {
    ...plain,
    title: 'expired at the carrier',
    reports: [{ status: 'expired', code: 'validity-expired' }],
  },
  '9916': { ...plain, title: 'failed at the carrier', reports: [{ status: 'failed', code: 'not-delivered' }] },
  '9917': { ...plain, title: 'the carrier is always busy: every attempt is deferred', submit: 'busy', reports: [] },
}

/** Cheap enough for every message of a campaign: most numbers end the look after two characters. */
export function sandboxOutcome(to: string): SandboxOutcome {
  const end = to.length
  if (to.charCodeAt(end - 4) !== 57 || to.charCodeAt(end - 3) !== 57) return DEFAULT_OUTCOME
  return SANDBOX_NUMBERS[to.slice(-4)] ?? DEFAULT_OUTCOME
}

const shortText = z.string().max(300)

/** POST /v1/messages: what a client of the sandbox carrier sends. */
export const sandboxSubmit = z.object({
  callbackUrl: z.url().max(2_000),
  /** Most receipts in one callback. */
  receiptsPerCallback: z.int().min(1).max(500),
  /** Callbacks name the client's own ref. */
  echo: z.boolean(),
  /** Milliseconds until the answer. */
  latencyMs: z.int().min(0).max(60_000),
  messages: z
    .array(
      z.object({
        ref: shortText,
        to: shortText,
        from: shortText,
        text: z.string().max(10_000),
        /** Instead of the recipient: whose last four digits choose the outcome. */
        fate: shortText.optional(),
      }),
    )
    .min(1)
    .max(500),
})
export type SandboxSubmit = z.infer<typeof sandboxSubmit>

/** One result a message, in order: its id, or why it was not taken. `timeout` and `reset` stand for what the client would see. */
export const sandboxAnswer = z.object({
  results: z
    .array(
      z.union([
        z.object({ id: shortText }),
        z.object({ error: z.enum(['invalid', 'busy', 'timeout', 'reset']), retryAfter: z.number().optional() }),
      ]),
    )
    .max(500),
})
export type SandboxAnswer = z.infer<typeof sandboxAnswer>

const STATUSES = [
  'submitted',
  'unknown',
  'failed',
  'expired',
  'undelivered',
  'rejected',
  'canceled',
  'delivered',
  'read',
] as const satisfies readonly ReceiptStatus[]

/** A receipt on the wire: `ref` where the client asked for echoes. */
export const sandboxReceipt = z.object({
  id: shortText,
  ref: shortText.optional(),
  status: z.enum(STATUSES),
  code: shortText.optional(),
})

/** POST to the client's callback URL. */
export const sandboxCallback = z.object({
  /** Epoch milliseconds. */
  at: z.int().min(0),
  receipts: z.array(sandboxReceipt).max(1_000).optional(),
  inbound: z
    .array(
      z.object({
        id: shortText,
        from: shortText,
        to: shortText,
        text: z.string().max(10_000),
        part: z.object({ ref: shortText, number: z.int().min(1).max(255), total: z.int().min(1).max(255) }).optional(),
      }),
    )
    .max(500)
    .optional(),
})
export type SandboxCallback = z.infer<typeof sandboxCallback>

/** POST /v1/status: asks for messages by the carrier's id; the sandbox keeps no memory and answers by the number. */
export const sandboxQuery = z.object({ messages: z.array(z.object({ id: shortText, to: shortText })).max(500) })
export const sandboxQueryAnswer = z.object({ at: z.int(), receipts: z.array(sandboxReceipt).max(500) })
