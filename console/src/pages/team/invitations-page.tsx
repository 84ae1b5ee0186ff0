import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { RowOf } from '../../api/answers.ts'
import { unwrap } from '../../api/unwrap.ts'
import { InvitationState, invited, Withdraw } from '../../app/people/invitation.tsx'
import { useTenantTab } from '../../app/tab.tsx'
import { Allowed } from '../../app/tenant/allowed.tsx'
import { Who } from '../../app/tenant/who.tsx'
import { Button, Link } from '../../parts/button.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Empty, Loading, Trouble } from '../../parts/feedback.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Time } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { roleName } from '../../words/roles.ts'
import { TeamPage } from './team-page.tsx'
import { t } from './words.ts'

type Invitation = RowOf<'/v1/invitations'>

const COLUMNS: readonly Column<Invitation>[] = [
  { name: t.to, kind: 'head', of: invited },
  { name: t.role, of: ({ role }) => roleName(role) },
  { name: t.state, of: ({ status }) => <InvitationState status={status} /> },
  { name: t.by, of: ({ madeBy }) => <Who id={madeBy} /> },
  { name: t.invited, of: ({ createdAt }) => <Time at={createdAt} /> },
  { name: t.until, of: ({ expiresAt }) => <Time at={expiresAt} exact /> },
]

function Invitations() {
  const { api, key, tenantId, mode, can } = useTenantTab()
  const invitations = useQuery({
    queryKey: [key, 'invitations'],
    queryFn: () => unwrap(api.GET('/v1/invitations')),
  })
  const [withdrawn, setWithdrawn] = useState<Invitation | null>(null)
  const acts: Column<Invitation> = {
    name: common.actions,
    of: (invitation) =>
      invitation.status === 'open' ? (
        <Button weight="danger" className="in-row" onPress={() => setWithdrawn(invitation)}>
          {t.withdraw}
        </Button>
      ) : null,
  }
  const invite = can('people:write') ? (
    <Link to="/t/$tenantId/$mode/team/invitations/new" params={{ tenantId, mode }} weight="primary">
      {t.invite}
    </Link>
  ) : null
  const rows = invitations.data?.data ?? []
  return (
    <TeamPage
      title={t.invitations}
      about={t.invitationsAbout}
      actions={
        <>
          {rows.length > 0 ? (
            <Download
              name="invitations"
              of={rows}
              fields={['id', 'to', 'role', 'status', 'madeBy', 'createdAt', 'expiresAt']}
            />
          ) : null}
          {invite}
        </>
      }
    >
      {invitations.isPending ? <Loading /> : null}
      <Trouble error={invitations.error} onRetry={() => void invitations.refetch()} />
      {invitations.data && rows.length === 0 ? <Empty title={t.noInvitations} /> : null}
      {rows.length > 0 ? (
        <Table
          label={t.invitations}
          columns={can('people:write') ? [...COLUMNS, acts] : COLUMNS}
          rows={rows}
          keyOf={({ id }) => id}
        />
      ) : null}
      {withdrawn ? (
        <Withdraw
          of={withdrawn}
          call={(id) => unwrap(api.DELETE('/v1/invitations/{id}', { params: { path: { id } } }))}
          onClose={() => setWithdrawn(null)}
        />
      ) : null}
    </TeamPage>
  )
}

/** Who is invited to the account. */
export default function InvitationsPage() {
  return (
    <Allowed scope="people:read" title={t.invitations}>
      <Invitations />
    </Allowed>
  )
}
