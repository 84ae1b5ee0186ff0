/**
 * States of a message. The ledger stores the code; the rank is the code's tens. Only a higher rank replaces a state, in code
 * and in SQL, so that late, double and out-of-order reports never set a message back.
 */
export const STATUS_CODES = {
  scheduled: 0,
  accepted: 10,
  submitted: 20,
  unknown: 30,
  failed: 40,
  expired: 41,
  undelivered: 50,
  rejected: 51,
  canceled: 52,
  suppressed: 53,
  delivered: 60,
  read: 70,
  received: 80,
} as const

export type MessageStatus = keyof typeof STATUS_CODES

export const MESSAGE_STATUSES = Object.keys(STATUS_CODES) as readonly MessageStatus[]
const BY_CODE = new Map<number, MessageStatus>(MESSAGE_STATUSES.map((status) => [STATUS_CODES[status], status]))

/** The status that a stored code stands for; throws a RangeError for a code that no version wrote. */
export function statusOf(code: number): MessageStatus {
  const status = BY_CODE.get(code)
  if (!status) throw new RangeError(`no status has the code ${code}`)
  return status
}

export const rankOf = (status: MessageStatus): number => Math.floor(STATUS_CODES[status] / 10)

/**
 * Lowest code of a message that has ended, for which nothing is sent any more. `unknown` has: it is never submitted a second
 * time.
 */
export const FIRST_ENDED_CODE = STATUS_CODES.unknown

/**
 * States of messages that did not succeed, or of which that is not known. They are few, so that an index of their own finds them.
 */
export const UNSUCCESSFUL = [
  'unknown',
  'failed',
  'expired',
  'undelivered',
  'rejected',
  'canceled',
  'suppressed',
] as const satisfies readonly MessageStatus[]

/** True once nothing is sent for the message any more. */
export const hasEnded = (status: MessageStatus): boolean => STATUS_CODES[status] >= FIRST_ENDED_CODE
