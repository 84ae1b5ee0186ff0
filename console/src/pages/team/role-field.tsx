import { GIVEN_BY, ROLES, type Role, SCOPES_OF } from '../../../generated/roles.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { RadioField } from '../../parts/choice-field.tsx'
import { roleNames, scopeWords } from '../../words/roles.ts'
import { t } from './words.ts'

/** True of a word that is one of a tenant's roles. */
export const isRole = (role: string): role is Role => ROLES.some((one) => one === role)

/** Roles that a person of `role` may give, and whose members he may change. */
export const rolesGivenBy = (role: string): readonly Role[] => (isRole(role) ? GIVEN_BY[role] : [])

/** What a role may do, in words. */
export const Permissions = ({ role }: { role: Role }) => (
  <details>
    <summary>{t.may}</summary>
    <ul>
      {SCOPES_OF[role].map((scope) => (
        <li key={scope}>{scopeWords[scope]}</li>
      ))}
    </ul>
  </details>
)

interface RoleFieldProps {
  readonly value: Role
  readonly onChange: (role: Role) => void
  readonly error?: string | undefined
}

/** Chooses a role, of those that the person may give. */
export function RoleField({ value, onChange, error }: RoleFieldProps) {
  const { role } = useTenantTab()
  return (
    <>
      <RadioField
        label={t.role}
        options={rolesGivenBy(role).map((id) => ({ id, name: roleNames[id], help: t.roleAbout[id] }))}
        value={value}
        onChange={onChange}
        error={error}
      />
      <Permissions key={value} role={value} />
    </>
  )
}
