import { fieldOf, type HeaderField, headerBlocks } from './header-fields.ts'

/** Fate of a mail for one recipient, as its server tells it (RFC 3464 2.3.3). */
type DeliveryAction = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded'
const ACTIONS: readonly DeliveryAction[] = ['failed', 'delayed', 'delivered', 'relayed', 'expanded']

/** An enhanced status code (RFC 3463): `5.1.1` is class 5, subject 1, detail 1. */
export interface EnhancedStatus {
  readonly class: number
  readonly subject: number
  readonly detail: number
}

/** Part of a delivery status notification about one recipient. */
export interface RecipientStatus {
  /** Address of the mailbox at which it ended, without its type; null where the report names none. */
  readonly finalRecipient: string | null
  /** Address that the sender wrote, without its type; null where the report names none. */
  readonly originalRecipient: string | null
  readonly action: DeliveryAction
  readonly status: EnhancedStatus | null
}

/** Recipients of one report that are read; a mail of ours has one. */
const MOST_RECIPIENTS = 100

/** The address in `rfc822; name@domain`; null if it is none. Drops the brackets and comments that some servers add. */
export function typedAddress(value: string | null): string | null {
  if (value === null) return null
  const semicolon = value.indexOf(';')
  const type = semicolon === -1 ? '' : value.slice(0, semicolon).trim().toLowerCase()
  // Other types (x400 and the like) are no e-mail addresses.
  if (semicolon !== -1 && !/^(rfc\/?822|utf-8|smtp|internet|e?-?mail)$/.test(type)) return null
  const address = value
    .slice(semicolon + 1)
    .replace(/\([^()]*\)/g, '')
    .trim()
    .replace(/^<(.*)>$/, '$1')
    .trim()
  return /^[^\s<>@]+@[^\s<>@]+$/.test(address) && address.length <= 320 ? address : null
}

const ENHANCED = /(?:^|[^\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)/

/** The first enhanced status code in a text (RFC 3463); null if it has none. */
function enhancedStatus(text: string | null): EnhancedStatus | null {
  const [, cls, subject, detail] = ENHANCED.exec(text ?? '') ?? []
  return cls === undefined ? null : { class: Number(cls), subject: Number(subject), detail: Number(detail) }
}

/**
 * The status code that says most. A server that does not know the reason writes `5.0.0` and quotes the next server in the
 * diagnosis, whose code is better then.
 */
function bestStatus(fields: readonly HeaderField[]): EnhancedStatus | null {
  const status = enhancedStatus(fieldOf(fields, 'status'))
  if (status && (status.subject !== 0 || status.detail !== 0)) return status
  const diagnosis = enhancedStatus(fieldOf(fields, 'diagnostic-code'))
  return diagnosis && (!status || status.class === diagnosis.class) ? diagnosis : status
}

function recipientStatusOf(fields: readonly HeaderField[]): RecipientStatus | null {
  const word = /^[a-z]+/.exec(fieldOf(fields, 'action')?.toLowerCase() ?? '')?.[0]
  const action = ACTIONS.find((known) => known === word)
  if (!action) return null
  return {
    finalRecipient: typedAddress(fieldOf(fields, 'final-recipient')),
    originalRecipient: typedAddress(fieldOf(fields, 'original-recipient')),
    action,
    status: bestStatus(fields),
  }
}

/**
 * Reads a `message/delivery-status` part (RFC 3464 2.3): one entry a recipient, unreadable blocks passed over. The first block
 * is about the whole mail, but some servers run it and the first recipient's into one, so it is read like the others.
 */
export function parseDeliveryStatus(text: string): readonly RecipientStatus[] {
  return headerBlocks(text, MOST_RECIPIENTS + 1).flatMap((fields) => recipientStatusOf(fields) ?? [])
}
