import { type FormEvent, type ReactNode, useState } from 'react'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Words } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { fieldText } from '../../words/failures.ts'
import { words } from '../../words/language.ts'
import { roleName } from '../../words/roles.ts'
import { Anew, ChangeTrouble } from '../changed/change-trouble.tsx'
import { useRecordChange, type Versioned } from '../changed/record-change.ts'
import { useTab } from '../tab.tsx'

const t = words(
  { title: 'Change the role', role: 'Role', change: 'Change the role' },
  { title: 'تغییر نقش', role: 'نقش', change: 'تغییر نقش' },
)

/** A person with a role, in an account or at the licensee. */
interface Holder extends Versioned {
  readonly id: string
  readonly name: string | null
  readonly role: string
}

interface Props<Of extends Holder, Role extends string> {
  readonly of: Of
  /** The role that stands chosen at first. */
  readonly roleOf: (holder: Of) => Role
  /** Field in which another one is chosen. */
  readonly field: (role: Role, onChange: (role: Role) => void, error: string | undefined) => ReactNode
  readonly send: (role: Role, base: Of | null) => Promise<unknown>
  /** Reads anew all who stand in the list. */
  readonly read: () => Promise<readonly Of[]>
  /** List of the tab that shows them. */
  readonly list: string
  /** Name of the button where the choice takes the role away; absent: no choice does. */
  readonly takeAway?: { readonly role: Role; readonly action: string }
  readonly onClose: () => void
}

function Form<Of extends Holder, Role extends string>({
  of,
  onLoad,
  ...props
}: Props<Of, Role> & { readonly onLoad: (now: Of) => void }) {
  const { key } = useTab()
  const [role, setRole] = useState<Role>(() => props.roleOf(of))
  const { save: change, newer } = useRecordChange<Of>({
    of,
    send: async (_, base) => {
      await props.send(role, base)
      return null
    },
    read: async () => (await props.read()).find(({ id }) => id === of.id) ?? null,
    changes: [[key, props.list]],
    onDone: props.onClose,
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    change.mutate()
  }
  const takesAway = role === props.takeAway?.role
  return (
    <form onSubmit={submit} className="stack">
      <strong>
        <Words>{of.name ?? of.id}</Words>
      </strong>
      {props.field(role, setRole, fieldText(change.error, '/role'))}
      <ChangeTrouble
        error={change.error}
        newer={newer}
        differences={(now) => [{ name: t.role, typed: roleName(role), now: roleName(now.role) }]}
        onLoad={onLoad}
      />
      <div className="actions">
        <Button onPress={props.onClose}>{common.back}</Button>
        <Button
          type="submit"
          weight={takesAway ? 'danger' : 'primary'}
          isPending={change.isPending}
          isDisabled={role === (newer?.record ?? of).role}
        >
          {takesAway ? props.takeAway?.action : t.change}
        </Button>
      </div>
    </form>
  )
}

/** Gives a person another role, as long as he has the one that was shown. */
export const RoleDialog = <Of extends Holder, Role extends string>(props: Props<Of, Role>) => (
  <Dialog title={t.title} isOpen onClose={props.onClose}>
    <Anew of={props.of}>{(of, onLoad) => <Form {...props} of={of} onLoad={onLoad} />}</Anew>
  </Dialog>
)
