import type { FailureCode } from './provider.ts'

/** What each code of `failure.code` tells a tenant. The docs are made from this table. */
export const FAILURES = {
  'recipient-invalid': 'The carrier knows no such recipient.',
  'recipient-blocked': 'The recipient has blocked messages of this kind at the carrier.',
  'recipient-unreachable': 'The recipient’s device could not be reached.',
  'recipient-suppressed': 'The recipient has opted out; no carrier was called.',
  'sender-refused': 'The carrier does not let this account send from this sender.',
  'content-refused': 'The carrier refused the content.',
  'link-refused': 'The carrier refused a link in the content.',
  'connection-misconfigured': 'The carrier account is not set up rightly; the operator must act.',
  'credit-exhausted': 'The carrier account has no credit left; the operator must act.',
  'provider-throttled': 'The carrier takes fewer messages than it was given.',
  'provider-unavailable': 'The connection to the carrier failed; the status says whether it may have the message.',
  'provider-timeout': 'The carrier gave no answer in time; the status says whether it may have the message.',
  'provider-invalid-answer':
    'The carrier’s answer could not be understood; the status says whether it may have the message.',
  'provider-refused': 'The carrier refused the message; `carrierCode` is its own reason.',
  'validity-expired': 'The message’s validity ended before it could be delivered.',
  'no-route': 'No connection carries messages of this account and channel.',
  'report-overdue': 'No delivery report came in time.',
  'attempt-lost': 'The gateway was interrupted while it submitted the message; the carrier may have taken it.',
  poison: 'The message could not be processed; the operator has kept it.',
  lost: 'The message was accepted, and no record of it reached the ledger.',
  canceled: 'The message was canceled before any carrier was called.',
  'not-delivered': 'The carrier gave up without a better reason.',
  'tenant-suspended': 'The account was suspended before the message was submitted.',
} as const satisfies Record<FailureCode, string>
