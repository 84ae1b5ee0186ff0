import { fieldOf, type HeaderField, headerBlocks } from './header-fields.ts'

/** What a server did with a mail for one recipient (RFC 3464 2.3.3). */
type DeliveryAction = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded'
const ACTIONS: readonly DeliveryAction[] = ['failed', 'delayed', 'delivered', 'relayed', 'expanded']

/** An enhanced status code (RFC 3463): `5.1.1` is class 5, subject 1, detail 1. */
export interface EnhancedStatus {
  readonly class: number
  readonly subject: number
  readonly detail: number
}

/** What a delivery status notification says of one recipient. */
export interface RecipientStatus {
  /** Addresses without their type; null where the report names none. */
  readonly finalRecipient: string | null
  readonly originalRecipient: string | null
  readonly action: DeliveryAction
  readonly status: EnhancedStatus | null
}

/** Recipients of one report that are read: a mail of ours has one. */
const MOST_RECIPIENTS = 100

/** `rfc822; name@domain` without its type; null if it is no address. Brackets and comments that some servers add go. */
export function typedAddress(value: string | null): string | null {
  if (value === null) return null
  const semicolon = value.indexOf(';')
  const type = semicolon === -1 ? '' : value.slice(0, semicolon).trim().toLowerCase()
  // x400 and the like are no addresses of ours.
  if (semicolon !== -1 && !/^(rfc822|utf-8|smtp|internet|e?-?mail)$/.test(type)) return null
  const address = value
    .slice(semicolon + 1)
    .replace(/\([^()]*\)/g, '')
    .trim()
    .replace(/^<(.*)>$/, '$1')
    .trim()
  return /^[^\s<>@]+@[^\s<>@]+$/.test(address) && address.length <= 320 ? address : null
}

const ENHANCED = /(?:^|[^\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)/

/** The first enhanced status code in a text; null: it has none. */
function enhancedStatus(text: string | null): EnhancedStatus | null {
  const [, cls, subject, detail] = ENHANCED.exec(text ?? '') ?? []
  return cls === undefined ? null : { class: Number(cls), subject: Number(subject), detail: Number(detail) }
}

/** Servers that do not know the reason write `5.0.0`, and the next server's own words in the diagnosis: these are then better. */
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
 * What a `message/delivery-status` part says of each recipient (RFC 3464 2.3), unreadable blocks passed over. The first block
 * is of the whole mail; some servers run it and the first recipient's into one.
 */
export function parseDeliveryStatus(text: string): readonly RecipientStatus[] {
  return headerBlocks(text, MOST_RECIPIENTS + 1).flatMap((fields) => recipientStatusOf(fields) ?? [])
}
