import type { Purpose } from '#worker/domain/messages/message.ts'
import type { PolicyPack, SuppressionLevel } from './policy-pack.ts'
import type { LineClass } from './tenant.ts'

/** True if a line of this class may carry this purpose to so many recipients in one call. Without a rule it may not. */
export function purposeAllowed(pack: PolicyPack, purpose: Purpose, lineClass: LineClass, recipients: number): boolean {
  const most = pack.purposes[lineClass]?.[purpose]
  return most !== undefined && (most === 'any' || recipients <= most)
}

/** Footer that the message must end in; null: none. The channel adds it once, before anything is counted. */
export function footerFor(pack: PolicyPack, purpose: Purpose, lineClass: LineClass, recipients: number): string | null {
  const rule = pack.footers.find(
    ({ purposes, lineClasses, fromRecipients }) =>
      recipients >= fromRecipients && purposes.includes(purpose) && lineClasses.includes(lineClass),
  )
  return rule?.text ?? null
}

/**
 * True if the message must carry its channel's own way out (RFC 8058 for mail), in every market and whatever footer it has: all
 * advertising, and what informs several people in one call.
 */
export const needsWayOut = (purpose: Purpose, recipients: number): boolean =>
  purpose === 'advertising' || (purpose === 'informational' && recipients > 1)

/**
 * Purpose of messages that name none, where so many recipients of one call get the same text. Advertising stays what it is: it
 * has stricter rules.
 */
export function purposeOfBulk({ informationalFrom }: PolicyPack, byDefault: Purpose, recipients: number): Purpose {
  const isBulk = informationalFrom !== null && recipients >= informationalFrom
  return isBulk && byDefault !== 'advertising' ? 'informational' : byDefault
}

/** An opt-out of a recipient from one line; an empty line stands for all lines of the tenant. */
interface OptOut {
  readonly line: string
  /** Origin. keyword, recipient: the person said so · api: the tenant did · carrier: the network takes nothing for them. */
  readonly source: 'keyword' | 'recipient' | 'api' | 'carrier'
}

function levelOf({ line, source }: OptOut): SuppressionLevel {
  if (source === 'carrier') return 'hard'
  return line === '' ? 'tenant' : 'line'
}

/**
 * True if these opt-outs hold a message of this purpose back (requirements R-5). `entries` are the recipient's opt-outs from
 * the line that it comes from and from all lines; the caller leaves out those from other lines.
 */
export function isSuppressed(pack: PolicyPack, purpose: Purpose, entries: readonly OptOut[]): boolean {
  const levels = pack.suppression[purpose]
  return entries.some((entry) => levels.includes(levelOf(entry)))
}
