import { type FormEvent, type ReactNode, useState } from 'react'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import type { Weight } from '../../parts/link.tsx'
import { t as common } from '../../words/common.ts'
import { words } from '../../words/language.ts'

const t = words({ reason: 'Reason' }, { reason: 'دلیل' })

interface ReasonProps {
  readonly title: string
  readonly why: string
  readonly action: string
  readonly isPending: boolean
  readonly error: unknown
  readonly onReason: (reason: string) => void
  readonly onClose: () => void
  readonly children?: ReactNode
  /** `danger` of what takes something from somebody. */
  readonly weight?: Weight
}

/** Asks for the reason of an act, which is kept with it: of 3 to 500 characters, as the API takes it. */
export function ReasonDialog({ title, why, action, weight = 'primary', ...props }: ReasonProps) {
  const { isPending, error, onReason, onClose, children } = props
  const [reason, setReason] = useState('')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onReason(reason)
  }
  return (
    <Dialog title={title} isOpen onClose={onClose}>
      <form onSubmit={submit} className="stack">
        <p>{why}</p>
        <TextField
          label={t.reason}
          value={reason}
          onChange={setReason}
          isRequired
          minLength={3}
          maxLength={500}
          autoFocus
        />
        {children}
        <Trouble error={error} />
        <div className="actions">
          <Button onPress={onClose}>{common.back}</Button>
          <Button type="submit" weight={weight} isPending={isPending}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
