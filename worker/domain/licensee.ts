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

/** Words for people, in both languages. A text that is an https address alone stands for the page there. */
interface LegalWords {
  readonly fa: string
  readonly en: string
}

/** What the law wants a licensee to show (requirements S4-4). Null: not said yet. */
export interface LegalSettings {
  /** Without it some packs refuse bulk in live (limits/licence-rules.ts). */
  readonly licenceNumber: string | null
  /** Union or authority that gave the licence. */
  readonly authority: LegalWords | null
  readonly legalName: LegalWords | null
  /** National or registration id of the legal person. */
  readonly registrationId: string | null
  readonly postalAddress: LegalWords | null
  readonly landline: string | null
  readonly email: string | null
  readonly terms: LegalWords | null
  readonly privacy: LegalWords | null
  readonly tariffs: LegalWords | null
  /** Where and how to complain. */
  readonly complaints: LegalWords | null
  /** Notice of the authority's own number for complaints, 195. */
  readonly notice195: LegalWords | null
}

/** Settings of the licensee, who runs the gateway. */
export interface LicenseeSettings {
  readonly signUp: SignUpSettings
  /** Relying party of passkeys; null: the host that the gateway is reached at. */
  readonly rpId: string | null
  /** Origins of the pages that may use a sign-in; empty: the gateway's own alone. */
  readonly origins: readonly string[]
  readonly legal: LegalSettings
}

export const LICENSEE_DEFAULTS: LicenseeSettings = {
  signUp: { open: false, approval: true, tenantId: null, mode: 'live' },
  rpId: null,
  origins: [],
  legal: {
    licenceNumber: null,
    authority: null,
    legalName: null,
    registrationId: null,
    postalAddress: null,
    landline: null,
    email: null,
    terms: null,
    privacy: null,
    tariffs: null,
    complaints: null,
    notice195: null,
  },
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
