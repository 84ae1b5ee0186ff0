import * as z from 'zod'
import type { FailureCode, ReceiptStatus } from '#worker/domain/carriers/provider.ts'
import { CHANNELS, type ChannelName } from '#worker/domain/channel-names.ts'

/**
 * Origin of the sandbox carrier. No public name ever ends in `.invalid` (RFC 2606): requests for it are served inside the
 * deployment or fail.
 */
export const SANDBOX_ORIGIN = 'https://sandbox.chapar.invalid'

interface SandboxReport {
  readonly status: ReceiptStatus
  readonly code?: FailureCode
  /** Set where the recipient complained or does not exist: nothing more may go there. */
  readonly suppress?: true
}

/** Kind of what a person sends back: words, keys of a telephone, a press of a button, or a file with nothing said. */
export type SandboxReplyKind = 'text' | 'digits' | 'button' | 'file'

/** Fate of one message at the sandbox carrier. */
export interface SandboxOutcome {
  /** Sentence for docs/sandbox.md. */
  readonly title: string
  /** Answer to the submit; `busy-once` refuses the first attempt only. */
  readonly submit: 'taken' | 'invalid' | 'unregistered' | 'busy-once' | 'busy' | 'timeout' | 'reset'
  /** Reports in the order they are sent. */
  readonly reports: readonly SandboxReport[]
  /** Reports of the first attempt, where they differ. */
  readonly firstReports?: readonly SandboxReport[]
  /** Reports of a call, where they differ. */
  readonly callReports?: readonly SandboxReport[]
  /** Time at which the reports leave: before the submit's answer, as soon as it is out, or after some milliseconds. */
  readonly when: keyof typeof AFTER_MS
  /** Text that the recipient sends back. */
  readonly reply?: string
  /** Kind of that reply; default `text`. */
  readonly replyKind?: SandboxReplyKind
}

/** Milliseconds until the reports leave, and the message arrives. */
export const AFTER_MS = { before: 0, 'at-once': 0, slow: 10_000, late: 90_000 } as const

const DELIVERED = [{ status: 'delivered' }] as const
const plain = { submit: 'taken', reports: DELIVERED, when: 'at-once' } as const

export const DEFAULT_OUTCOME: SandboxOutcome = { title: 'delivered', ...plain }

/**
 * Outcomes by the last four digits of the recipient (of an e-mail address: of its local part). Any other recipient gets the
 * message.
 */
const SANDBOX_NUMBERS: Readonly<Record<string, SandboxOutcome>> = {
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
  '9918': { ...plain, title: 'delivered, then read', reports: [{ status: 'delivered' }, { status: 'read' }] },
  '9919': {
    ...plain,
    title: 'rejected at submit: the device or account exists no more',
    submit: 'unregistered',
    reports: [],
  },
  '9920': {
    ...plain,
    title: 'the line is busy at the first attempt, answered at the second',
    firstReports: [{ status: 'undelivered', code: 'recipient-busy' }],
  },
  '9921': { ...plain, title: 'nobody answers', reports: [{ status: 'undelivered', code: 'no-answer' }] },
  '9922': { ...plain, title: 'delivered, and the person presses the key 1', reply: '1', replyKind: 'digits' },
  '9923': {
    ...plain,
    title: 'delivered, and the person sends a recording back',
    reply: 'پیام صوتی',
    replyKind: 'file',
  },
  '9924': { ...plain, title: 'delivered, and the person presses a button', reply: 'بله', replyKind: 'button' },
  '9925': {
    ...plain,
    title: 'bounced: the mailbox or number does not exist, nothing more may go there',
    reports: [{ status: 'undelivered', code: 'recipient-invalid', suppress: true }],
  },
  '9926': {
    ...plain,
    title: 'delivered, then complained about as spam',
    reports: [{ status: 'delivered' }, { status: 'delivered', suppress: true }],
  },
  '9927': { ...plain, title: 'taken and never heard of again: it never arrives', reports: [] },
  '9928': { ...plain, title: 'arrives 90 s late, and is reported then', when: 'late' },
  '9929': {
    ...plain,
    title: 'the wrong channel: a call is answered, and nothing else arrives',
    reports: [{ status: 'undelivered', code: 'recipient-unreachable' }],
    callReports: DELIVERED,
  },
}

/**
 * Gives the outcome for a recipient. Cheap enough for every message of a campaign: most numbers are told by two characters.
 */
export function sandboxOutcome(to: string): SandboxOutcome {
  const end = to.length
  if (to.charCodeAt(end - 4) === 57 && to.charCodeAt(end - 3) === 57)
    return SANDBOX_NUMBERS[to.slice(-4)] ?? DEFAULT_OUTCOME
  // An @ stands in no telephone number: `ali-9912@example.com`.
  const at = to.lastIndexOf('@')
  return at < 4 ? DEFAULT_OUTCOME : (SANDBOX_NUMBERS[to.slice(at - 4, at)] ?? DEFAULT_OUTCOME)
}

/** Gives the reports of an attempt with this number, from 1, on a channel. */
export function reportsOf(outcome: SandboxOutcome, attempt: number, channel?: ChannelName): readonly SandboxReport[] {
  if (channel === 'voice' && outcome.callReports !== undefined) return outcome.callReports
  return attempt === 1 && outcome.firstReports !== undefined ? outcome.firstReports : outcome.reports
}

/** File that people send back, served by the carrier itself. */
export const SANDBOX_FILE = { path: '/v1/files/message.wav', type: 'audio/wav', name: 'message.wav' } as const

const shortText = z.string().max(300)

/** Body of POST /v1/messages. */
export const sandboxSubmit = z.object({
  callbackUrl: z.url().max(2_000),
  /** Most receipts in one callback. */
  receiptsPerCallback: z.int().min(1).max(500),
  /** True: callbacks name the client's own ref. */
  echo: z.boolean(),
  /** Milliseconds until the answer. */
  latencyMs: z.int().min(0).max(60_000),
  channel: z.enum(CHANNELS).optional(),
  messages: z
    .array(
      z.object({
        ref: shortText,
        to: shortText,
        from: shortText,
        text: z.string().max(10_000),
        /** Text whose last four digits choose the outcome instead of the recipient's. The carrier's id will hold them. */
        fate: shortText.optional(),
        /** Name by which people know the telephone, where it is not the recipient: the token of a device. */
        phone: z.string().max(2_000).optional(),
        /** All that a test telephone shows of the message. Absent: none shows it. */
        content: z.unknown().optional(),
      }),
    )
    .min(1)
    .max(500),
})
export type SandboxSubmit = z.infer<typeof sandboxSubmit>

/**
 * Answer to a submit: one result a message, in order; its id, or why it was not taken. `timeout` and `reset` stand for what
 * the client would see.
 */
export const sandboxAnswer = z.object({
  results: z
    .array(
      z.union([
        z.object({ id: shortText }),
        z.object({
          error: z.enum(['invalid', 'unregistered', 'busy', 'timeout', 'reset']),
          retryAfter: z.number().optional(),
        }),
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

/** One report: `ref` is there where the client asked for echoes. */
export const sandboxReceipt = z.object({
  id: shortText,
  ref: shortText.optional(),
  status: z.enum(STATUSES),
  code: shortText.optional(),
  suppress: z.literal(true).optional(),
})

/** Body of a POST to the client's callback URL. */
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
        kind: z.enum(['text', 'digits', 'button', 'file'] satisfies readonly SandboxReplyKind[]).optional(),
        /** Client's ref of the message that this one answers. */
        replyTo: shortText.optional(),
        files: z
          .array(z.object({ url: z.url().max(2_000), type: shortText, name: shortText }))
          .max(10)
          .optional(),
      }),
    )
    .max(500)
    .optional(),
  /** A step of a session; the callback is answered with `sandboxScreen`. */
  turn: z
    .object({
      session: shortText,
      event: z.enum(['start', 'input', 'end']),
      from: shortText,
      to: shortText,
      /** Input since the last screen. */
      input: z.string().max(10_000).optional(),
      /** Number of this turn in its session, from 1. */
      number: z.int().min(1).max(10_000).optional(),
    })
    .optional(),
})
export type SandboxCallback = z.infer<typeof sandboxCallback>

/** Number of the one person who writes to a line whose inbox is pulled: once a minute. */
export const SANDBOX_WRITER = '+989120009912'

/** Body of POST /v1/inbox: asks for what was written to a line behind `after`, the `next` of the page before. */
export const sandboxInboxQuery = z.object({ line: shortText, after: z.int().nullable() })
export const sandboxInboxAnswer = z.object({
  at: z.int().min(0),
  next: z.int(),
  inbound: sandboxCallback.shape.inbound.unwrap(),
})
export type SandboxInboxAnswer = z.infer<typeof sandboxInboxAnswer>

/** Body of POST /v1/callbacks: what somebody says who plays the person. The carrier posts it and gives the client's answer. */
export const sandboxSaid = z.object({ url: z.url().max(2_000), body: sandboxCallback })

/** Screen that the carrier shows the person. */
export const sandboxScreen = z.object({ text: z.string(), ends: z.boolean() })

/**
 * Body of POST /v1/status: asks for messages by the carrier's id. The sandbox keeps no memory and answers by the digits of
 * the id or the number.
 */
export const sandboxQuery = z.object({
  channel: z.enum(CHANNELS).optional(),
  messages: z.array(z.object({ id: shortText, to: shortText })).max(500),
})
export const sandboxQueryAnswer = z.object({ at: z.int(), receipts: z.array(sandboxReceipt).max(500) })
