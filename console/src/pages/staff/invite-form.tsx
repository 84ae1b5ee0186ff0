import { type FormEvent, useState } from 'react'
import type { OperatorRole } from '../../../generated/roles.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { useTab } from '../../app/tab.tsx'
import { Button, CopyButton } from '../../parts/button.tsx'
import { RadioField } from '../../parts/choice-field.tsx'
import { Note, Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { Card } from '../../parts/page.tsx'
import { Code } from '../../parts/text.tsx'
import { fieldText } from '../../words/failures.ts'
import { ROLE_OPTIONS } from './change-role.tsx'
import { t } from './words.ts'

/** Invites somebody to the licensee's people. Its link is shown once. */
export function InviteForm() {
  const { api, key } = useTab()
  const [to, setTo] = useState('')
  const [role, setRole] = useState<OperatorRole>('operator')
  const [once, setOnce] = useState(() => crypto.randomUUID())
  const invite = useAct(
    () => unwrap(api.POST('/admin/v1/invitations', { body: { to, role }, headers: { 'Idempotency-Key': once } })),
    {
      changes: [[key, 'invitations']],
      onDone: () => {
        setTo('')
        setOnce(crypto.randomUUID())
      },
    },
  )
  const isWrong = fieldText(invite.error, '/to') !== undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    invite.mutate()
  }
  return (
    <Card title={t.invite}>
      <p className="faint">{t.inviteWhy}</p>
      <form onSubmit={submit} className="stack form">
        <TextField
          label={t.mobile}
          error={isWrong ? t.badMobile : undefined}
          type="tel"
          value={to}
          onChange={setTo}
          isRequired
          ltr
        />
        <RadioField label={t.role} value={role} onChange={setRole} options={ROLE_OPTIONS} />
        {isWrong ? null : <Trouble error={invite.error} />}
        <div>
          <Button type="submit" weight="primary" isPending={invite.isPending}>
            {t.send}
          </Button>
        </div>
      </form>
      {invite.data ? (
        <Note tone="good">
          <strong>{t.link}</strong>
          <Code>{invite.data.link}</Code>
          <CopyButton text={invite.data.link} />
          <p>{t.linkWhy}</p>
        </Note>
      ) : null}
    </Card>
  )
}
