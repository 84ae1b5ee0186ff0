import { toldRefusals } from '#worker/lib/mail/bounce-words.ts'
import type { EnhancedStatus, RecipientStatus } from '#worker/lib/mail/delivery-status.ts'
import { fieldOf, type HeaderField, valuesOf } from '#worker/lib/mail/header-fields.ts'
import type { Mail } from './read.ts'

/** Mail of ours that a bounce may be about. */
export interface Bounced {
  /** True if the address is the message's recipient. */
  isRecipient(address: string): boolean
  /** True if the address is the message's sender, or the one that its bounces go to. */
  isSender(address: string): boolean
  /** True if only who had this very mail can have written the report. */
  readonly isProven: boolean
}

/** What a bounce says of the mail. */
export interface BounceVerdict {
  readonly action: RecipientStatus['action']
  readonly status: EnhancedStatus | null
  /** True if it speaks of another address, to which the recipient's mail was passed on. */
  readonly isElsewhere: boolean
}

/**
 * Finds what a delivery status says of the mail. One that names its recipient is believed with the ref alone. One that names
 * only other addresses, or none, is believed if the report is proven: the mail was passed on (RFC 3464 2.3.1, 2.3.2), or the
 * server left the name out.
 */
export function verdictOfStatus(statuses: readonly RecipientStatus[], bounced: Bounced): BounceVerdict | null {
  const isOurs = (address: string | null): boolean => address !== null && bounced.isRecipient(address)
  const own = statuses.find(({ finalRecipient, originalRecipient }) => isOurs(finalRecipient ?? originalRecipient))
  if (own) return { ...own, isElsewhere: false }
  const passedOn = statuses.filter(({ originalRecipient }) => isOurs(originalRecipient))
  const others =
    passedOn.length > 0 || !bounced.isProven ? passedOn : statuses.filter((one) => one.originalRecipient === null)
  // An address that took the mail counts more than one that did not: then it was read.
  const other = others.find(({ action }) => action !== 'failed') ?? others[0]
  return other ? { ...other, isElsewhere: other.finalRecipient !== null } : null
}

/** Signs in the header of a mail that answers another by itself (RFC 3834): an absence note, a mailing list. */
const ANSWERS: readonly (readonly [name: string, value: RegExp])[] = [
  ['auto-submitted', /^\s*auto-replied\b/i],
  ['precedence', /^\s*(?:list|auto_reply)\b/i],
  ['x-autoreply', /./],
  ['x-autorespond', /./],
  ['list-id', /./],
]
/** Names by which mail servers write. Persons and help desks write by others. */
const SERVERS =
  /mailer[-_. ]?daemon|mail[-_. ]?daemon|post[-_. ]?master|mail[-_. ]?(?:delivery|system|administrator)|delivery[-_. ]?(?:sub)?system|system administrator|microsoft ?(?:outlook|exchange)/i

/** True if a mail server wrote the mail in its own name. */
function isServers(fields: readonly HeaderField[]): boolean {
  const from = fieldOf(fields, 'from')
  return from === null || from === '' || SERVERS.test(from.replace(/@[^\s<>]*/g, ''))
}

/** Addresses that Exim and Google name as failed. */
const failedOf = (fields: readonly HeaderField[]): readonly string[] =>
  valuesOf(fields, 'x-failed-recipients')
    .flatMap((value) => value.split(/[\s,;]+/))
    .filter((address) => address.includes('@'))
    .slice(0, 100)

/**
 * Finds what a mail without a delivery status says of ours. Absence notes come with an empty envelope sender too, so it must be
 * a server's own mail that shows evidence of a failure for good.
 */
export function verdictOfWords(
  { subject, text }: Pick<Mail, 'subject' | 'text'>,
  fields: readonly HeaderField[],
  { isRecipient, isSender }: Bounced,
): BounceVerdict | null {
  const failed = failedOf(fields)
  if (!isServers(fields)) return null
  // Exim marks its bounces as answers too.
  if (
    failed.length === 0 &&
    fields.some(({ name, value }) => ANSWERS.some(([is, said]) => name === is && said.test(value)))
  )
    return null
  const refusals = toldRefusals({ subject, text, failed, isSender })
  const own = refusals.find(({ address }) => isRecipient(address))
  const refusal = own ?? refusals[0]
  return refusal ? { action: 'failed', status: refusal.status, isElsewhere: !own } : null
}
