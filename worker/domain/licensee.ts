import type { TenantId } from './ids.ts'
import type { Mode } from './realm.ts'

/** How people may make accounts by themselves. */
interface SignUpSettings {
  /** True if they may. */
  readonly open: boolean
  /** True if an operator has to approve a tenant that was made so before it may send live. */
  readonly approval: boolean
  /** Tenant in whose name codes go out, and the mode in which they do; null: nobody can get a code. */
  readonly tenantId: TenantId | null
  readonly mode: Mode
}

/** Settings of the licensee, who runs the gateway. */
export interface LicenseeSettings {
  readonly signUp: SignUpSettings
  /** Relying party of passkeys; null: the host that the gateway is reached at. */
  readonly rpId: string | null
  /** Origins of the pages that may use a sign-in; empty: the gateway's own alone. */
  readonly origins: readonly string[]
}

export const LICENSEE_DEFAULTS: LicenseeSettings = {
  signUp: { open: false, approval: true, tenantId: null, mode: 'live' },
  rpId: null,
  origins: [],
}

/** Origin of a base URL on loopback, by the name that passkeys work at; null: it is elsewhere. */
export function loopbackOrigin(baseUrl: string): string | null {
  const [, port] = /^http:\/\/(?:127\.0\.0\.1|localhost)(:\d+)?$/.exec(baseUrl) ?? []
  return /^http:\/\/(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(baseUrl) ? `http://localhost${port ?? ''}` : null
}

/** Origins whose pages may use a sign-in. */
export const ownOrigins = ({ origins }: LicenseeSettings, baseUrl: string): readonly string[] =>
  origins.length > 0 ? origins : [...new Set([baseUrl, loopbackOrigin(baseUrl) ?? baseUrl])]

/** Relying party of passkeys. */
export const relyingParty = ({ rpId }: LicenseeSettings, baseUrl: string): string =>
  rpId ?? new URL(loopbackOrigin(baseUrl) ?? baseUrl).hostname
