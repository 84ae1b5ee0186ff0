import { OPERATOR_ROLES, type OperatorRole } from '../../../generated/roles.ts'
import { unwrap } from '../../api/unwrap.ts'
import { RoleDialog } from '../../app/people/role-dialog.tsx'
import { useTab } from '../../app/tab.tsx'
import { RadioField } from '../../parts/choice-field.tsx'
import { roleName } from '../../words/roles.ts'
import type { Member } from './staff-page.tsx'
import { t } from './words.ts'

/** Roles of the licensee's people to choose from, each with what it is for. */
export const ROLE_OPTIONS = OPERATOR_ROLES.map((id) => ({ id, name: roleName(id), help: t.roles[id] }))

/** Gives one of the licensee's people another role, or none. */
export function ChangeRole({ member, onClose }: { member: Member; onClose: () => void }) {
  const { api } = useTab()
  const params = { path: { personId: member.id } }
  return (
    <RoleDialog<Member, OperatorRole | 'none'>
      of={member}
      roleOf={({ role }) => role}
      field={(role, onChange) => (
        <RadioField
          label={t.role}
          value={role}
          onChange={onChange}
          options={[...ROLE_OPTIONS, { id: 'none', name: t.remove, help: t.removeWhy }]}
        />
      )}
      takeAway={{ role: 'none', action: t.remove }}
      send={(role, base) =>
        unwrap(
          api.PATCH('/admin/v1/staff/{personId}', {
            params,
            body: { role: role === 'none' ? null : role, version: base?.version },
          }),
        )
      }
      read={async () => (await unwrap(api.GET('/admin/v1/staff'))).data}
      list="staff"
      onClose={onClose}
    />
  )
}
