import type { Region } from '#worker/domain/addresses/number-plans.ts'
import type { Purpose } from '#worker/domain/messages/message.ts'

/** Messages a tenant may send. `burst` is the most at once, `rate` messages a second refill it. Null: no such cap. */
export interface Limits {
  readonly rate: number
  readonly burst: number
  readonly daily: number | null
  readonly monthly: number | null
}

/**
 * What an operator may set of a tenant, in the admin API and in the policy alike. A new setting is a line in this type, one in
 * `DEFAULT_SETTINGS`, its schema in routes/admin/tenant-operations.ts, and whoever reads it from the policy.
 */
export interface TenantSettings {
  /** IANA zone of the daily and monthly caps. */
  readonly timeZone: string
  /** Name of the bulk rules (domain/tenants/policy-packs). */
  readonly pack: string
  /** Whose national forms of numbers are read; null: the pack's. In a policy the pack's stands in its place. */
  readonly region: Region | null
  readonly limits: Limits
  /** `resubmit`: the tenant prefers a possible double to a possible loss. */
  readonly onUnknown: 'keep' | 'resubmit'
  /** Of messages that name none. */
  readonly defaultPurpose: Purpose
}

/** Settings of a tenant that was created without any, and of rows older than a setting. */
export const DEFAULT_SETTINGS: TenantSettings = {
  timeZone: 'UTC',
  pack: 'generic',
  region: null,
  limits: { rate: 1_000, burst: 20_000, daily: null, monthly: null },
  onUnknown: 'keep',
  defaultPurpose: 'transactional',
}

/** Some settings, each with a value: what a request leaves out is undefined. */
type SettingsChange = {
  readonly [Name in keyof TenantSettings]?:
    | (Name extends 'limits' ? { readonly [Cap in keyof Limits]?: Limits[Cap] | undefined } : TenantSettings[Name])
    | undefined
}

/** The fields of `change` that have a value, over those of `before`. */
const over = <Fields extends object>(
  before: Fields,
  change: { readonly [Name in keyof Fields]?: unknown },
): Fields => ({
  ...before,
  ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)),
})

/** Settings after a change; of the limits, too, what it does not name stays. */
export const changedSettings = (before: TenantSettings, { limits, ...change }: SettingsChange): TenantSettings => ({
  ...over(before, change),
  limits: over(before.limits, limits ?? {}),
})

/** The settings of a stored row: a setting that is younger than the row has its default. */
export const settingsOf = (stored: Partial<TenantSettings>): TenantSettings => changedSettings(DEFAULT_SETTINGS, stored)
