import { ROLES, SCOPES, SCOPES_OF, type Scope } from '../../../generated/roles.ts'
import { Card } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Code } from '../../parts/text.tsx'
import { roleNames, scopeWords } from '../../words/roles.ts'
import { Permissions } from './role-field.tsx'
import { TeamPage } from './team-page.tsx'
import { t } from './words.ts'

const COLUMNS: readonly Column<Scope>[] = [
  {
    name: t.scope,
    kind: 'head',
    of: (scope) => (
      <div>
        {scopeWords[scope]}
        <div className="faint">
          <Code>{scope}</Code>
        </div>
      </div>
    ),
  },
  ...ROLES.map(
    (role): Column<Scope> => ({
      name: roleNames[role],
      of: (scope) =>
        SCOPES_OF[role].includes(scope) ? (
          <span className="good-text">{t.yes}</span>
        ) : (
          <span className="faint">
            <span aria-hidden="true">—</span>
            <span className="visually-hidden">{t.no}</span>
          </span>
        ),
    }),
  ),
]

/** What each role may do, as the API decides it. */
export default function RolesPage() {
  return (
    <TeamPage title={t.roles} about={t.rolesAbout}>
      <div className="grid">
        {ROLES.map((role) => (
          <Card key={role} title={roleNames[role]}>
            <p>{t.roleAbout[role]}</p>
            <Permissions role={role} />
          </Card>
        ))}
      </div>
      {/* On narrow screens the cards say it all: a card a permission would be a long way to scroll. */}
      <div className="wide-only">
        <Table label={t.roles} columns={COLUMNS} rows={SCOPES} keyOf={(scope) => scope} />
      </div>
    </TeamPage>
  )
}
