import { type FormEvent, useState } from 'react'
import { OPERATOR_ROLES, type OperatorRole } from '../../../generated/roles.ts'
import { Failure } from '../../api/problem.ts'
import { unwrap } from '../../api/unwrap.ts'
import { Anew, ChangeTrouble } from '../../app/changed/change-trouble.tsx'
import { useRecordChange } from '../../app/changed/record-change.ts'
import { useTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { RadioField } from '../../parts/choice-field.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Note } from '../../parts/feedback.tsx'
import { Words } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { roleName } from '../../words/roles.ts'
import type { Member } from './staff-page.tsx'
import { t } from './words.ts'

/** Roles of the licensee's people to choose from, each with what it is for. */
export const ROLE_OPTIONS = OPERATOR_ROLES.map((id) => ({ id, name: roleName(id), help: t.roles[id] }))

interface AboutRole {
  readonly member: Member
  readonly onClose: () => void
}

function NewRole({ member, onClose, onLoad }: AboutRole & { readonly onLoad: (now: Member) => void }) {
  const { api, key } = useTab()
  const [role, setRole] = useState<OperatorRole | 'none'>(member.role)
  const { save: change, newer } = useRecordChange<Member>({
    of: member,
    send: async (_, base) => {
      const body = { role: role === 'none' ? null : role, version: base?.version }
      await unwrap(api.PATCH('/admin/v1/staff/{personId}', { params: { path: { personId: member.id } }, body }))
      return null
    },
    read: async () => (await unwrap(api.GET('/admin/v1/staff'))).data.find(({ id }) => id === member.id) ?? null,
    changes: [[key, 'staff']],
    onDone: onClose,
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    change.mutate()
  }
  const isLast = change.error instanceof Failure && change.error.code === 'last-owner'
  return (
    <form onSubmit={submit} className="stack">
      <strong>
        <Words>{member.name ?? member.id}</Words>
      </strong>
      <RadioField<OperatorRole | 'none'>
        label={t.role}
        value={role}
        onChange={setRole}
        options={[...ROLE_OPTIONS, { id: 'none', name: t.remove, help: t.removeWhy }]}
      />
      {isLast ? (
        <Note tone="bad">{t.lastOwner}</Note>
      ) : (
        <ChangeTrouble
          error={change.error}
          newer={newer}
          differences={(now) => [
            { name: t.role, typed: role === 'none' ? '' : roleName(role), now: roleName(now.role) },
          ]}
          onLoad={onLoad}
        />
      )}
      <div className="actions">
        <Button onPress={onClose}>{common.back}</Button>
        <Button
          type="submit"
          weight={role === 'none' ? 'danger' : 'primary'}
          isPending={change.isPending}
          isDisabled={role === (newer?.record ?? member).role}
        >
          {role === 'none' ? t.remove : t.change}
        </Button>
      </div>
    </form>
  )
}

/** Gives one of the licensee's people another role, or none. */
export const ChangeRole = (about: AboutRole) => (
  <Dialog title={t.change} isOpen onClose={about.onClose}>
    <Anew of={about.member}>{(member, onLoad) => <NewRole {...about} member={member} onLoad={onLoad} />}</Anew>
  </Dialog>
)
