import type { FailureCode, ReceiptStatus } from './provider.ts'

/** Meaning of a mail server's final refusal for a message. */
interface MailFailure {
  readonly status: Extract<ReceiptStatus, 'undelivered' | 'rejected'>
  readonly code: FailureCode
  readonly detail: string
  /** Set for a hard bounce: nobody reads that mailbox, and servers distrust a sender who keeps writing to it. */
  readonly suppress?: true
}

const NOBODY: MailFailure = {
  status: 'rejected',
  code: 'recipient-invalid',
  detail: 'The recipient’s server knows no such mailbox.',
  suppress: true,
}
const NO_DOMAIN: MailFailure = {
  status: 'rejected',
  code: 'recipient-invalid',
  detail: 'The recipient’s domain takes no mail.',
  suppress: true,
}
const MALFORMED: MailFailure = {
  status: 'rejected',
  code: 'recipient-invalid',
  detail: 'The recipient’s server does not understand the address.',
}
const FULL: MailFailure = {
  status: 'undelivered',
  code: 'recipient-unreachable',
  detail: 'The recipient’s mailbox is full.',
}
const CLOSED: MailFailure = {
  status: 'undelivered',
  code: 'recipient-unreachable',
  detail: 'The recipient’s mailbox takes no mail at present.',
}
const UNREACHED: MailFailure = {
  status: 'undelivered',
  code: 'recipient-unreachable',
  detail: 'The recipient’s server could not be reached in time.',
}
const TOO_LARGE: MailFailure = {
  status: 'rejected',
  code: 'content-refused',
  detail: 'The recipient’s server refuses a mail of this size.',
}
const REFUSED: MailFailure = {
  status: 'rejected',
  code: 'content-refused',
  detail: 'The recipient’s server refuses the mail for its content or by its policy.',
}
const SENDER: MailFailure = {
  status: 'rejected',
  code: 'sender-refused',
  detail: 'The recipient’s server does not accept the sender; the domain’s SPF, DKIM and DMARC records may say why.',
}
const UNCLEAR: MailFailure = {
  status: 'undelivered',
  code: 'not-delivered',
  detail: 'The mail could not be delivered; the recipient’s server gives no better reason.',
}

/**
 * Enhanced status codes by subject and detail: RFC 3463 3, RFC 7504 for 1.10, RFC 7372 for 7.20 … 7.25, and the IANA registry
 * "SMTP Enhanced Status Codes". 2.1 is no hard bounce: large providers use it for "too many at once".
 */
const BY_DETAIL: Readonly<Record<string, MailFailure>> = {
  '1.1': NOBODY,
  '1.2': NO_DOMAIN,
  '1.3': MALFORMED,
  '1.6': NOBODY,
  '1.7': SENDER,
  '1.8': SENDER,
  '1.10': NO_DOMAIN,
  '2.1': CLOSED,
  '2.2': FULL,
  '2.3': TOO_LARGE,
  '3.4': TOO_LARGE,
  '7.13': CLOSED,
  '7.17': NOBODY,
  '7.18': NO_DOMAIN,
  '7.20': SENDER,
  '7.21': SENDER,
  '7.22': SENDER,
  '7.23': SENDER,
  '7.24': SENDER,
  '7.25': SENDER,
  '7.26': SENDER,
  '7.27': SENDER,
}
/** Enhanced status codes by subject alone, for details that the table above lacks (RFC 3463 3). */
const BY_SUBJECT: Readonly<Record<number, MailFailure>> = {
  1: UNREACHED,
  2: CLOSED,
  3: UNREACHED,
  4: UNREACHED,
  6: REFUSED,
  7: REFUSED,
}

/** Meaning of a failed delivery with this enhanced status code; null: the report named none. */
export function mailFailure(
  status: { readonly class: number; readonly subject: number; readonly detail: number } | null,
): MailFailure {
  if (status === null) return UNCLEAR
  const found = BY_DETAIL[`${status.subject}.${status.detail}`] ?? BY_SUBJECT[status.subject] ?? UNCLEAR
  if (status.class === 5) return found
  // Class 4: the server gave up after a passing trouble. The next mail may arrive, so this is never a hard bounce.
  const { code, detail } = found.code === 'recipient-invalid' ? UNREACHED : found
  return { status: 'undelivered', code, detail }
}

/**
 * Meaning of a failed delivery to an address that the recipient's mail was passed on to (RFC 3464 2.3.2). It says nothing
 * against the recipient, whose server took the mail.
 */
export function mailFailureElsewhere(status: Parameters<typeof mailFailure>[0]): MailFailure {
  const { code } = mailFailure(status)
  return {
    status: 'undelivered',
    code: code === 'recipient-invalid' ? 'not-delivered' : code,
    detail: 'The recipient’s mail is passed on to another address, which did not take it.',
  }
}
