import type { Region } from '#worker/domain/addresses/number-plans.ts'
import type { Purpose } from '#worker/domain/messages/message.ts'
import type { LineClass } from './tenant.ts'

/** Where a rule comes from; `about` names the member of the pack that rests on it. */
interface Source {
  readonly about: string
  readonly source: string
}

/** The most recipients one call may have. */
type Recipients = number | 'any'

/** A text that must stand at the end of some messages. */
interface FooterRule {
  readonly text: string
  readonly purposes: readonly Purpose[]
  readonly lineClasses: readonly LineClass[]
  /** Asked for from so many recipients a call on. */
  readonly fromRecipients: number
}

/** `line`: opted out of this line · `tenant`: of all the tenant's lines · `hard`: the carrier refuses everything to them. */
export type SuppressionLevel = 'line' | 'tenant' | 'hard'

/** Wall-clock times `HH:MM` in an IANA zone between which messages may go out. */
interface SendingHours {
  readonly purposes: readonly Purpose[]
  readonly timeZone: string
  readonly from: string
  readonly until: string
}

/** The bulk rules of a market: data with its sources, read by the functions of `bulk-rules.ts` and `keywords.ts`. */
export interface PolicyPack {
  readonly name: string
  readonly sources: readonly Source[]
  /** What a line of each class may carry, and to how many in one call; a purpose that is absent is refused. */
  readonly purposes: Readonly<Record<LineClass, Readonly<Partial<Record<Purpose, Recipients>>>>>
  readonly footers: readonly FooterRule[]
  /** Whole messages, folded: lower case, ASCII digits, no white space. */
  readonly keywords: { readonly stop: readonly string[]; readonly start: readonly string[] }
  /** Which opt-outs hold back which purpose. */
  readonly suppression: Readonly<Record<Purpose, readonly SuppressionLevel[]>>
  /** Not applied yet: nothing waits or is refused for its hour. */
  readonly sendingHours: readonly SendingHours[]
  /** Whose national forms (`09…`) are read for tenants that say nothing of it; null: numbers need their country code. */
  readonly defaultRegion: Region | null
}
