import {
  DANGEROUS_SCOPES,
  OPERATOR_SCOPE_HELP,
  OPERATOR_SCOPES,
  PEOPLES_SCOPES,
} from '#worker/domain/people/operator-scopes.ts'
import { OPERATOR_ROLES, OPERATOR_SCOPES_OF, PROGRAM_SCOPES, ROLES, SCOPES_OF } from '#worker/domain/people/roles.ts'
import { SCOPE_HELP, SCOPES } from '#worker/domain/people/scopes.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { operations } from '#worker/routes/resources.ts'

const WRITTEN = '<!-- Written by `npm run docs` from worker/domain/people/ and the operations; edit those. -->'

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')

const mark = (has: boolean): string => (has ? 'yes' : '')

/** Table of what roles hold: a row a scope, a column a role. */
const held = (scopes: readonly string[], columns: readonly (readonly [name: string, holds: readonly string[]])[]) =>
  table(
    ['scope', ...columns.map(([name]) => name)],
    scopes.map((scope) => [`\`${scope}\``, ...columns.map(([, holds]) => mark(holds.includes(scope)))]),
  )

const callOf = ({ method, path, stepUp }: Operation): string => `\`${method} ${path}\`${stepUp ? ' ‡' : ''}`

/** Table of scopes: what each permits, and the calls. */
const calls = (help: Readonly<Record<string, string>>, scopeOf: (one: Operation) => string | undefined): string =>
  table(
    ['scope', 'what it permits', 'calls'],
    Object.entries(help).map(([scope, text]) => [
      `\`${scope}\``,
      text,
      operations
        .filter((one) => scopeOf(one) === scope)
        .map(callOf)
        .join(', '),
    ]),
  )

/** Writes docs/roles.md. */
export const rolesMarkdown = (): string => `${WRITTEN}

# Roles and scopes

What does not stand here is denied. A test calls every operation as everybody (\`test/routes/roles.test.ts\`); why it is so:
[decision 0054](decisions/0054-roles.md). ‡: a person must have proved within the last ten minutes that it is still he (\`step-up-required\`); a tenant's program
is refused there.

## In a tenant

The scopes of a member's token, and the most that a credential or key can hold that he made: what he loses, they lose, within 5 seconds.

${held(
  SCOPES,
  ROLES.map((role) => [role, SCOPES_OF[role]]),
)}

${calls(SCOPE_HELP, ({ scope }) => scope)}

## At the licensee

Who runs the gateway. Its people have identity level 2 and are read at each call: who loses his role is refused at once. Its programs (\`npm run admin-token\`, or
behind Cloudflare Access) hold what stands under *program*, or less if their token names its \`scope\`. Dangerous scopes
(${DANGEROUS_SCOPES.map((scope) => `\`${scope}\``).join(', ')}) take [four eyes](four-eyes.md); programs hold them only by a token that breaks the glass: \`npm run admin-token -- --break-glass "<why>"\`, for an hour at most.
The same holds of ${PEOPLES_SCOPES.map((scope) => `\`${scope}\``).join(', ')}, which one person uses alone.

${held(OPERATOR_SCOPES, [
  ...OPERATOR_ROLES.map((role) => [role, OPERATOR_SCOPES_OF[role]] as const),
  ['program', PROGRAM_SCOPES],
])}

${calls(OPERATOR_SCOPE_HELP, ({ operatorScope }) => operatorScope)}
`
