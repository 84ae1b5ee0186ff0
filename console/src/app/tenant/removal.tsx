import type { ReactNode } from 'react'
import { Confirm } from '../../parts/dialog.tsx'
import { Trouble } from '../../parts/feedback.tsx'
import { useAct } from '../act.tsx'
import { useTab } from '../tab.tsx'

interface Props {
  readonly title: string
  /** What is removed, as its table names it. */
  readonly what: ReactNode
  /** What follows from it. */
  readonly why: string
  /** Name of the button that does it: a verb with its object. */
  readonly action: string
  readonly call: () => Promise<unknown>
  /** Lists of the tab that are read anew, by their names. */
  readonly changes: readonly string[]
  readonly onClose: () => void
  /** What else one should know before. */
  readonly children?: ReactNode
}

/** Asks before one row of a list is removed, removes it, and says what stood in the way. */
export function ConfirmRemoval({ title, what, why, action, call, changes, onClose, children }: Props) {
  const { key } = useTab()
  const remove = useAct(call, { changes: changes.map((name) => [key, name]), onDone: onClose })
  return (
    <Confirm
      title={title}
      isOpen
      onClose={onClose}
      action={action}
      isPending={remove.isPending}
      onConfirm={() => remove.mutate()}
    >
      <div className="stack">
        <p>
          <strong>{what}</strong>
        </p>
        <p>{why}</p>
        {children}
        <Trouble error={remove.error} />
      </div>
    </Confirm>
  )
}
