import {
  DANGEROUS_SCOPES,
  OPERATOR_SCOPE_HELP,
  OPERATOR_SCOPES,
  type OperatorScope,
  PEOPLES_SCOPES,
} from '#worker/domain/people/operator-scopes.ts'
import {
  OPERATOR_ROLES,
  OPERATOR_SCOPES_OF,
  type OperatorRole,
  PROGRAM_SCOPES,
  ROLES,
  type Role,
  SCOPES_OF,
} from '#worker/domain/people/roles.ts'
import { SCOPE_HELP, SCOPES, type Scope } from '#worker/domain/people/scopes.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { operations } from '#worker/routes/resources.ts'
import { code, table } from './table.ts'

/** Tables of the page, each in the page's language, and lists of scopes that take more than a role. */
type Tables = Readonly<
  Record<'roles' | 'calls' | 'operatorRoles' | 'operatorCalls' | 'dangerousScopes' | 'peoplesScopes', string>
>

/** What the guide to roles says in a language, beside what stands in the code. */
export interface RoleWords {
  readonly heads: Readonly<Record<'scope' | 'permits' | 'calls', string>>
  readonly yes: string
  /** Head of a role's column; `program`: of what the licensee's programs hold. */
  readonly role: (role: Role | OperatorRole | 'program') => string
  readonly scopes: Readonly<Record<Scope, string>>
  readonly operatorScopes: Readonly<Record<OperatorScope, string>>
  /** Stands between codes. */
  readonly comma: string
  readonly page: (tables: Tables) => string
}

const ENGLISH: RoleWords = {
  heads: { scope: 'scope', permits: 'what it permits', calls: 'calls' },
  yes: 'yes',
  role: (role) => role,
  scopes: SCOPE_HELP,
  operatorScopes: OPERATOR_SCOPE_HELP,
  comma: ', ',
  page: (tables) => `<!-- Written by \`npm run docs\` from worker/domain/people/ and the operations; edit those. -->

# Roles and scopes

What does not stand here is denied: a test makes every call in every role. Why it is so: [decision 0054](decisions/0054-roles.md). ‡: a person must have proved within the last ten minutes that it is still he (\`step-up-required\`); a tenant's program
is refused there.

## In a tenant

The scopes of a member's token, and the most that a credential or key can hold that he made: what he loses, they lose, within 5 seconds.

${tables.roles}

${tables.calls}

## At the licensee

Who runs the gateway. Its people have identity level 2 and are read at each call: who loses his role is refused at once. Its programs (\`npm run admin-token\`, or
behind Cloudflare Access) hold what stands under *program*, or less if their token names its \`scope\`. Dangerous scopes
(${tables.dangerousScopes}) take [four eyes](four-eyes.md); programs hold them only by a token that breaks the glass: \`npm run admin-token -- --break-glass "<why>"\`, for an hour at most.
The same holds of ${tables.peoplesScopes}, which one person uses alone.

${tables.operatorRoles}

${tables.operatorCalls}
`,
}

type Column = readonly [role: Role | OperatorRole | 'program', holds: readonly string[]]

/** Table of what roles hold: a row a scope, a column a role. */
const held = (scopes: readonly string[], columns: readonly Column[], { heads, role, yes }: RoleWords): string =>
  table(
    [heads.scope, ...columns.map(([name]) => role(name))],
    scopes.map((scope) => [code(scope), ...columns.map(([, holds]) => (holds.includes(scope) ? yes : ''))]),
  )

const callOf = ({ method, path, stepUp }: Operation): string => `${code(`${method} ${path}`)}${stepUp ? ' ‡' : ''}`

/** Table of scopes: what each permits, and the calls. */
const calls = (
  help: Readonly<Record<string, string>>,
  scopeOf: (one: Operation) => string | undefined,
  { heads, comma }: RoleWords,
): string =>
  table(
    [heads.scope, heads.permits, heads.calls],
    Object.entries(help).map(([scope, text]) => [
      code(scope),
      text,
      operations
        .filter((one) => scopeOf(one) === scope)
        .map(callOf)
        .join(comma),
    ]),
  )

/** Writes docs/roles.md, or its translation. */
export function rolesMarkdown(words = ENGLISH): string {
  const columns: readonly Column[] = ROLES.map((role) => [role, SCOPES_OF[role]])
  const operatorColumns: readonly Column[] = [
    ...OPERATOR_ROLES.map((role) => [role, OPERATOR_SCOPES_OF[role]] as const),
    ['program', PROGRAM_SCOPES],
  ]
  return words.page({
    roles: held(SCOPES, columns, words),
    calls: calls(words.scopes, ({ scope }) => scope, words),
    operatorRoles: held(OPERATOR_SCOPES, operatorColumns, words),
    operatorCalls: calls(words.operatorScopes, ({ operatorScope }) => operatorScope, words),
    dangerousScopes: DANGEROUS_SCOPES.map(code).join(words.comma),
    peoplesScopes: PEOPLES_SCOPES.map(code).join(words.comma),
  })
}
