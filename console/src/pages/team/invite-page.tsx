import { type FormEvent, useState } from 'react'
import type { Role } from '../../../generated/roles.ts'
import type { RowOf } from '../../api/answers.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { useTenantTab } from '../../app/tab.tsx'
import { Allowed } from '../../app/tenant/allowed.tsx'
import { useOnce } from '../../app/tenant/once.ts'
import { Button, Link } from '../../parts/button.tsx'
import { ShownOnce } from '../../parts/code/shown-once.tsx'
import { Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { Card, Facts } from '../../parts/page.tsx'
import { Ltr, Time } from '../../parts/text.tsx'
import { fieldText } from '../../words/failures.ts'
import { roleName } from '../../words/roles.ts'
import { RoleField } from './role-field.tsx'
import { TeamPage } from './team-page.tsx'
import { t } from './words.ts'

type Made = RowOf<'/v1/invitations'> & { readonly link: string }

/** The link of an invitation, which the person who invites brings himself. */
function Ready({ made }: { made: Made }) {
  const { tenantId, mode } = useTenantTab()
  return (
    <>
      <Card title={t.inviteReady}>
        <Facts
          of={[
            [t.to, <Ltr key="to">{made.to}</Ltr>],
            [t.role, roleName(made.role)],
            [t.until, <Time key="until" at={made.expiresAt} exact />],
          ]}
        />
        <ShownOnce secret={made.link} about={t.handOver} />
      </Card>
      <div>
        <Link to="/t/$tenantId/$mode/team/invitations" params={{ tenantId, mode }} weight="plain">
          {t.invitations}
        </Link>
      </div>
    </>
  )
}

function Inviting({ onMade }: { onMade: (made: Made) => void }) {
  const { api, key } = useTenantTab()
  const once = useOnce()
  const [to, setTo] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const invite = useAct(
    () => {
      const body = { to, role }
      return unwrap(api.POST('/v1/invitations', { params: { header: { 'Idempotency-Key': once.keyFor(body) } }, body }))
    },
    {
      changes: [[key, 'invitations']],
      onDone: (made) => {
        once.done()
        onMade(made)
      },
    },
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    invite.mutate()
  }
  return (
    <form onSubmit={submit} className="stack form-width">
      <TextField
        label={t.to}
        help={t.toHelp}
        value={to}
        onChange={setTo}
        inputMode="tel"
        isRequired
        ltr
        error={fieldText(invite.error, '/to')}
      />
      <RoleField value={role} onChange={setRole} error={fieldText(invite.error, '/role')} />
      <Trouble error={invite.error} />
      <div className="actions">
        <Button type="submit" weight="primary" isPending={invite.isPending}>
          {t.inviteDo}
        </Button>
      </div>
    </form>
  )
}

function Invite() {
  const [made, setMade] = useState<Made | null>(null)
  return (
    <TeamPage title={t.invite} about={t.invitationsAbout}>
      {made ? <Ready made={made} /> : <Inviting onMade={setMade} />}
    </TeamPage>
  )
}

/** Invites somebody to the account. */
export default function InvitePage() {
  return (
    <Allowed scope="people:write" title={t.invite}>
      <Invite />
    </Allowed>
  )
}
