import { DANGEROUS_SCOPES, OPERATOR_SCOPES, type OperatorScope, PEOPLES_SCOPES } from './operator-scopes.ts'
import { SCOPES, type Scope } from './scopes.ts'

/** Roles of people in a tenant, the mightiest first. */
export const ROLES = ['owner', 'admin', 'developer', 'sender', 'support', 'finance', 'auditor', 'viewer'] as const
export type Role = (typeof ROLES)[number]

/** Roles of the licensee's own people, who run the gateway for all tenants. */
export const OPERATOR_ROLES = ['owner', 'operator', 'support', 'finance', 'auditor'] as const
export type OperatorRole = (typeof OPERATOR_ROLES)[number]

const READS = SCOPES.filter((scope) => scope.endsWith(':read'))
const without = (...left: readonly Scope[]): readonly Scope[] => READS.filter((scope) => !left.includes(scope))

/**
 * What a role may do in its tenant: the scopes of a member's tokens, and the most that a credential can hold that he made. What
 * does not stand here is denied. docs/roles.md is made of it.
 */
export const SCOPES_OF: Readonly<Record<Role, readonly Scope[]>> = {
  owner: SCOPES,
  admin: SCOPES,
  developer: SCOPES.filter((scope) => scope !== 'suppressions:write' && scope !== 'people:write'),
  sender: [
    ...without('webhooks:read', 'requests:read', 'verifications:read', 'people:read', 'keys:read'),
    'messages:send',
    'media:write',
  ],
  support: [...without('requests:read', 'people:read', 'keys:read'), 'suppressions:write'],
  finance: ['account:read', 'senders:read', 'statistics:read'],
  auditor: READS,
  viewer: without('requests:read', 'webhooks:read', 'people:read', 'keys:read'),
}

/** Those of `scopes` that the role has, too. */
export const withinRole = (scopes: readonly string[], role: Role): readonly Scope[] =>
  SCOPES_OF[role].filter((scope) => scopes.includes(scope))

const OPERATOR_READS = OPERATOR_SCOPES.filter((scope) => scope.endsWith(':read'))

/** What a role may do at the licensee. What does not stand here is denied. docs/roles.md is made of it. */
export const OPERATOR_SCOPES_OF: Readonly<Record<OperatorRole, readonly OperatorScope[]>> = {
  owner: OPERATOR_SCOPES,
  operator: OPERATOR_SCOPES.filter((scope) => scope !== 'staff:write'),
  support: [
    'tenants:read',
    'connections:read',
    'health:read',
    'unowned:read',
    'people:disclose',
    'identity:read',
    'lost-access:read',
    'requests:read',
    'approvals:read',
    'approvals:write',
  ],
  finance: ['tenants:read'],
  // Numbers and words of people are no part of what was done.
  auditor: OPERATOR_READS.filter((scope) => scope !== 'lost-access:read'),
}

/** Identity level that the licensee's people have at least (decision 0054). */
export const STAFF_LEVEL = 2

/** Scopes that a person has at the licensee. `level`: of his identity, as a number. */
export const operatorScopesOf = (role: OperatorRole | null, level: number): readonly OperatorScope[] =>
  role === null || level < STAFF_LEVEL ? [] : OPERATOR_SCOPES_OF[role]

/** Scopes of the licensee's programs that ask for no others. */
export const PROGRAM_SCOPES: readonly OperatorScope[] = OPERATOR_SCOPES.filter(
  (scope) => !DANGEROUS_SCOPES.includes(scope) && !PEOPLES_SCOPES.includes(scope),
)

/** Roles that each role may give, and whose members it may change: its own at most. None but an owner touches owners. */
export const GIVEN_BY: Readonly<Record<Role, readonly Role[]>> = {
  owner: ROLES,
  admin: ROLES.filter((role) => role !== 'owner'),
  developer: [],
  sender: [],
  support: [],
  finance: [],
  auditor: [],
  viewer: [],
}
