import type { Region } from '#worker/domain/addresses/number-plans.ts'
import type { IdentityLevel } from '#worker/domain/identity/level.ts'
import type { Purpose } from '#worker/domain/messages/message.ts'
import type { LineClass } from './tenant.ts'

/** Source of a rule; `about` names the member of the pack that rests on it. */
interface Source {
  readonly about: string
  readonly source: string
}

/** Most recipients that one call may have. */
type Recipients = number | 'any'

/** A text that must stand at the end of some messages. */
interface FooterRule {
  readonly text: string
  readonly purposes: readonly Purpose[]
  readonly lineClasses: readonly LineClass[]
  /** Fewest recipients of a call that needs it. */
  readonly fromRecipients: number
}

/** Reach of an opt-out. line: this line · tenant: all lines of the tenant · hard: the carrier takes nothing for the person. */
export type SuppressionLevel = 'line' | 'tenant' | 'hard'

/** Wall-clock times `HH:MM` in an IANA zone between which messages may go out. */
interface SendingHours {
  readonly purposes: readonly Purpose[]
  readonly timeZone: string
  readonly from: string
  readonly until: string
}

/** What accounts whose owner has an identity level may do in live. In test everything may be tried, whoever it is. */
export interface IdentityRule {
  /** True if messages may go out at all. */
  readonly live: boolean
  readonly purposes: readonly Purpose[]
  /** Most recipients of one call. */
  readonly recipients: Recipients
  /** Most live messages a day; null: no cap beside the account's own. */
  readonly daily: number | null
}

/** Bulk rules of a market as data with sources. The functions of `bulk-rules.ts` and `keywords.ts` read it. */
export interface PolicyPack {
  readonly name: string
  readonly sources: readonly Source[]
  /** Purposes that a line of each class may carry, and to how many in one call; a purpose that is absent is refused. */
  readonly purposes: Readonly<Record<LineClass, Readonly<Partial<Record<Purpose, Recipients>>>>>
  /**
   * Fewest recipients in one call whose same text is `informational` if it names no purpose; null: it keeps the tenant's default.
   */
  readonly informationalFrom: number | null
  readonly footers: readonly FooterRule[]
  /** Keywords as whole messages, folded: lower case, ASCII digits, no white space. */
  readonly keywords: { readonly stop: readonly string[]; readonly start: readonly string[] }
  /** Opt-outs that hold back each purpose. */
  readonly suppression: Readonly<Record<Purpose, readonly SuppressionLevel[]>>
  /** What each identity level permits (requirements S6-13). An account that has none is an operator's, and is not limited. */
  readonly identity: Readonly<Record<IdentityLevel, IdentityRule>>
  /** Fewest recipients of one call that is bulk, whatever its purpose: not in live without a licence number; null: none is. */
  readonly licensedFrom: number | null
  /** Purposes that nobody may send in live, to one person either, unless the gateway's licensee has a licence number. */
  readonly licensedPurposes: readonly Purpose[]
  /** Hours of the market's rules. Not applied yet: no message waits or is refused for its hour. */
  readonly sendingHours: readonly SendingHours[]
  /** Region whose national forms (`09…`) are read for tenants that name none; null: numbers need their country code. */
  readonly defaultRegion: Region | null
  /** Countries that codes go to for tenants that name none (ISO 3166-1 alpha-2); null: to any. */
  readonly codeCountries: readonly string[] | null
}
