import type { Purpose } from '#worker/domain/messages/message.ts'
import type { PolicyPack, SuppressionLevel } from './policy-pack.ts'
import type { LineClass } from './tenant.ts'

/** May a line of this class carry this purpose to so many recipients in one call? No rule, no permission. */
export function purposeAllowed(pack: PolicyPack, purpose: Purpose, lineClass: LineClass, recipients: number): boolean {
  const most = pack.purposes[lineClass]?.[purpose]
  return most !== undefined && (most === 'any' || recipients <= most)
}

/** The footer that the message must end in, or null. The channel adds it once, before anything is counted. */
export function footerFor(pack: PolicyPack, purpose: Purpose, lineClass: LineClass, recipients: number): string | null {
  const rule = pack.footers.find(
    ({ purposes, lineClasses, fromRecipients }) =>
      recipients >= fromRecipients && purposes.includes(purpose) && lineClasses.includes(lineClass),
  )
  return rule?.text ?? null
}

/** An opt-out that concerns this recipient and line: an empty line stands for all of the tenant's. */
interface OptOut {
  readonly line: string
  /** `keyword` and `recipient`: the person said so · `api`: the tenant · `carrier`: the network takes nothing for them. */
  readonly source: 'keyword' | 'recipient' | 'api' | 'carrier'
}

function levelOf({ line, source }: OptOut): SuppressionLevel {
  if (source === 'carrier') return 'hard'
  return line === '' ? 'tenant' : 'line'
}

/**
 * Do these opt-outs hold a message of this purpose back (requirements R-5)? `entries` are the recipient's for the
 * line it comes from and for all lines; the caller leaves other lines' out.
 */
export function isSuppressed(pack: PolicyPack, purpose: Purpose, entries: readonly OptOut[]): boolean {
  const levels = pack.suppression[purpose]
  return entries.some((entry) => levels.includes(levelOf(entry)))
}
