import { typedAddress } from './delivery-status.ts'
import { fieldOf, headerFields, valuesOf } from './header-fields.ts'

/** A complaint in the Abuse Reporting Format (RFC 5965). */
interface FeedbackReport {
  /** Type of the complaint in lower case: `abuse`, `fraud`, `not-spam` … */
  readonly type: string
  /** Envelope sender of the mail that the complaint is about. */
  readonly originalMailFrom: string | null
  /** Recipients that the report names; often none, or with the local part redacted (RFC 6590). */
  readonly originalRecipients: readonly string[]
}

/** Reads a `message/feedback-report` part (RFC 5965 3); null if it has no type. */
export function parseFeedbackReport(text: string): FeedbackReport | null {
  const fields = headerFields(text.replace(/^\s+/, ''))
  const type = /^[a-z-]{1,40}/.exec(fieldOf(fields, 'feedback-type')?.toLowerCase() ?? '')?.[0]
  if (type === undefined) return null
  const named = [...valuesOf(fields, 'original-rcpt-to'), ...valuesOf(fields, 'removal-recipient')]
  return {
    type,
    originalMailFrom: typedAddress(fieldOf(fields, 'original-mail-from')),
    originalRecipients: named.slice(0, 100).flatMap((address) => typedAddress(address) ?? []),
  }
}
