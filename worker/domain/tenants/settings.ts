import type { Region } from '#worker/domain/addresses/number-plans.ts'
import type { IdentityLevel } from '#worker/domain/identity/level.ts'
import type { Purpose } from '#worker/domain/messages/message.ts'
import { DEFAULT_GUARD, type GuardSettings } from './guard-settings.ts'
import type { Location } from './location.ts'
import { DEFAULT_QUOTAS, type Quotas } from './quotas.ts'

/** Whole messages that a tenant takes for keywords beside those of its pack, as people write them. */
export type KeywordLists = Readonly<Record<'stop' | 'start', readonly string[]>>

/** Messages a tenant may send. `burst` is the most at once, `rate` messages a second refill it. Null: no such cap. */
export interface Limits {
  readonly rate: number
  readonly burst: number
  readonly daily: number | null
  readonly monthly: number | null
}

/** Authenticated calls of the API that a tenant may make. `burst` is the most at once, `rate` calls a second refill it. */
export interface CallLimits {
  readonly rate: number
  readonly burst: number
}

/** How a tenant's one-time codes look, and the fewest digits that they may have. Null: it has none. */
interface CodeSettings {
  /** Name that the text of a code shows. */
  readonly brand: string | null
  /** Domain of the page that asks for codes: browsers fill them in there. */
  readonly domain: string | null
  /** Hash of the Android app that reads codes. */
  readonly appHash: string | null
  readonly leastDigits: number
}

/**
 * Settings of a tenant, which the admin API, the stored row and the policy have under the same names. A new one is a line here
 * and in `DEFAULT_SETTINGS`, its schema in routes/admin/tenant-operations.ts, and its reader, which finds it in the policy.
 */
export interface TenantSettings {
  /** IANA zone of the daily and monthly caps. */
  readonly timeZone: string
  /** Name of the bulk rules (domain/tenants/policy-packs). */
  readonly pack: string
  /** Region whose national forms of numbers are read; null: the pack's, which a policy has in its place. */
  readonly region: Region | null
  /** Region near which the tenant's objects are made; null: near who asks first. Objects that are there stay where they are. */
  readonly location: Location | null
  readonly limits: Limits
  readonly calls: CallLimits
  readonly quotas: Quotas
  /** `resubmit`: the tenant prefers a possible double to a possible loss. */
  readonly onUnknown: 'keep' | 'resubmit'
  /** Purpose of messages that name none. */
  readonly defaultPurpose: Purpose
  /** Words of the tenant's language that stop and start, beside the pack's. */
  readonly keywords: KeywordLists
  readonly codes: CodeSettings
  /**
   * Highest identity level of the account's owners, which the pack says what it permits. Null: an operator made the account and
   * vouches for it.
   */
  readonly identityLevel: IdentityLevel | null
  readonly guard: GuardSettings
}

/** Settings of a tenant that was created without any. A row that is older than a setting has its default, too. */
export const DEFAULT_SETTINGS: TenantSettings = {
  timeZone: 'UTC',
  pack: 'generic',
  region: null,
  location: null,
  limits: { rate: 1_000, burst: 20_000, daily: null, monthly: null },
  // A call reads a database for about a millisecond and a database does one thing at a time: a tenth of it is one tenant's share.
  calls: { rate: 100, burst: 1_000 },
  quotas: DEFAULT_QUOTAS,
  onUnknown: 'keep',
  defaultPurpose: 'transactional',
  keywords: { stop: [], start: [] },
  codes: { brand: null, domain: null, appHash: null, leastDigits: 6 },
  identityLevel: null,
  guard: DEFAULT_GUARD,
}

/** Settings whose parts are changed one by one. */
type Grouped = 'limits' | 'calls' | 'quotas' | 'keywords' | 'codes' | 'guard'

/** Change of some settings. What a request leaves out is absent or undefined. */
type SettingsChange = {
  readonly [Name in keyof TenantSettings]?:
    | (Name extends Grouped
        ? { readonly [Part in keyof TenantSettings[Name]]?: TenantSettings[Name][Part] | undefined }
        : TenantSettings[Name])
    | undefined
}

/** Replaces those fields of `before` for which `change` has a value. */
const over = <Fields extends object>(
  before: Fields,
  change: { readonly [Name in keyof Fields]?: unknown },
): Fields => ({
  ...before,
  ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)),
})

/** Settings after a change. Parts of limits and lists of keywords that it does not name stay, too. */
export const changedSettings = (
  before: TenantSettings,
  { limits, calls, quotas, keywords, codes, guard, ...change }: SettingsChange,
): TenantSettings => ({
  ...over(before, change),
  limits: over(before.limits, limits ?? {}),
  calls: over(before.calls, calls ?? {}),
  quotas: over(before.quotas, quotas ?? {}),
  keywords: over(before.keywords, keywords ?? {}),
  codes: over(before.codes, codes ?? {}),
  guard: over(before.guard, guard ?? {}),
})

/** Settings of a stored row. One that is younger than the row has its default. */
export const settingsOf = (stored: Partial<TenantSettings>): TenantSettings => changedSettings(DEFAULT_SETTINGS, stored)
