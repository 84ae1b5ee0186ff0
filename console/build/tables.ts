import { GIVEN_BY, OPERATOR_ROLES, OPERATOR_SCOPES_OF, ROLES, SCOPES_OF } from '../../worker/domain/people/roles.ts'
import { CREDENTIAL_SCOPES, SCOPES } from '../../worker/domain/people/scopes.ts'
import { PACK_NAMES, policyPack } from '../../worker/domain/tenants/policy-packs/all.ts'

interface Posted {
  readonly summary: string
  readonly requestBody: {
    readonly content: Readonly<
      Record<string, { readonly examples?: Readonly<Record<string, { readonly value: unknown }>> }>
    >
  }
}

/** What the tables are made of: the part of the API's document that says what is POSTed to webhooks. */
export interface Described {
  readonly webhooks: Readonly<Record<string, { readonly post: Posted }>>
}

const union = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(' | ')
const json = (value: unknown): string => JSON.stringify(value, null, 2)

/** Writes the module of all events, each with its examples; the batch and the challenge are no events. */
export function eventsModule({ webhooks }: Described): string {
  const events = Object.entries(webhooks)
    .filter(([type]) => type.includes('.') && type !== 'webhook.challenge')
    .map(([type, { post }]) => {
      const { examples = {} } = post.requestBody.content['application/json'] ?? {}
      return {
        type,
        summary: post.summary,
        examples: Object.entries(examples).map(([name, { value }]) => ({ name, value })),
      }
    })
  return `/** Types of the events that webhooks hear. */
export type EventType = ${union(events.map(({ type }) => type))}
interface Event {
  readonly type: EventType
  readonly summary: string
  readonly examples: readonly { readonly name: string; readonly value: unknown }[]
}
export const EVENTS: readonly Event[] = ${json(events)}
`
}

/** Writes the module of roles and scopes: who may do what, and give what. */
export const rolesModule = (): string => `/** Roles of a tenant's people, the mightiest first. */
export type Role = ${union(ROLES)}
export type Scope = ${union(SCOPES)}
export const ROLES: readonly Role[] = ${json(ROLES)}
export const SCOPES: readonly Scope[] = ${json(SCOPES)}
/** Scopes that an API key can hold. */
export const KEY_SCOPES: readonly Scope[] = ${json(CREDENTIAL_SCOPES)}
export const SCOPES_OF: Readonly<Record<Role, readonly Scope[]>> = ${json(SCOPES_OF)}
/** Roles that each role may give. */
export const GIVEN_BY: Readonly<Record<Role, readonly Role[]>> = ${json(GIVEN_BY)}
/** Roles of the licensee's people. */
export type OperatorRole = ${union(OPERATOR_ROLES)}
export const OPERATOR_ROLES: readonly OperatorRole[] = ${json(OPERATOR_ROLES)}
export const OPERATOR_SCOPES_OF: Readonly<Record<string, readonly string[]>> = ${json(OPERATOR_SCOPES_OF)}
`

/** Writes the module of policy packs: what each level of identity permits in live under them. */
export function packsModule(): string {
  const rules = Object.fromEntries(PACK_NAMES.map((name) => [name, policyPack(name).identity]))
  const licensed = Object.fromEntries(PACK_NAMES.map((name) => [name, policyPack(name).licensedFrom !== null]))
  return `import type { components } from './api.d.ts'
type Account = components['schemas']['Account']
/** What a level permits in live. */
export interface LevelRule {
  readonly live: boolean
  readonly purposes: readonly Account['defaultPurpose'][]
  readonly recipients: number | 'any'
  readonly daily: number | null
}
export type PackName = ${union(PACK_NAMES)}
export const LEVEL_RULES: Readonly<Record<PackName, Readonly<Record<'L0' | 'L1' | 'L2' | 'L3', LevelRule>>>> = ${json(rules)}
/** True of packs under which bulk wants the licensee's licence number. */
export const WANTS_LICENCE: Readonly<Record<PackName, boolean>> = ${json(licensed)}
`
}
