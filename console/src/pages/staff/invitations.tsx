import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { paths } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { StaffName } from '../../app/approval/staff-name.tsx'
import { InvitationState, invited, Withdraw } from '../../app/people/invitation.tsx'
import { useTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Loading, Trouble } from '../../parts/feedback.tsx'
import { Card } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { Time } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { roleName } from '../../words/roles.ts'
import { t } from './words.ts'

type Invitation =
  paths['/admin/v1/invitations']['get']['responses']['200']['content']['application/json']['data'][number]

/** Invitations to the licensee's people, the newest first. */
export function Invitations({ mayCancel }: { mayCancel: boolean }) {
  const { api, key } = useTab()
  const invitations = useQuery({
    queryKey: [key, 'invitations'],
    queryFn: () => unwrap(api.GET('/admin/v1/invitations')),
  })
  const [withdrawn, setWithdrawn] = useState<Invitation | null>(null)
  const rows = invitations.data?.data ?? []
  return (
    <Card
      title={t.invitations}
      actions={
        rows.length > 0 ? (
          <Download
            name="staff-invitations"
            of={rows}
            fields={['id', 'to', 'role', 'status', 'madeBy', 'createdAt', 'expiresAt']}
          />
        ) : null
      }
    >
      {invitations.isPending ? <Loading /> : null}
      <Trouble error={invitations.error} />
      {invitations.data && rows.length === 0 ? <p className="faint">{t.none}</p> : null}
      {rows.length > 0 ? (
        <Table<Invitation>
          label={t.invitations}
          rows={rows}
          keyOf={({ id }) => id}
          columns={[
            { name: t.to, kind: 'head', of: invited },
            { name: t.role, of: ({ role }) => roleName(role) },
            { name: t.status, of: ({ status }) => <InvitationState status={status} /> },
            { name: t.by, of: ({ madeBy }) => (madeBy ? <StaffName id={madeBy} /> : '—') },
            { name: t.until, of: ({ expiresAt }) => <Time at={expiresAt} /> },
            {
              name: common.actions,
              of: (invitation) =>
                invitation.status === 'open' && mayCancel ? (
                  <Button weight="danger" onPress={() => setWithdrawn(invitation)}>
                    {t.withdraw}
                  </Button>
                ) : null,
            },
          ]}
        />
      ) : null}
      {withdrawn ? (
        <Withdraw
          of={withdrawn}
          call={(id) => unwrap(api.DELETE('/admin/v1/invitations/{id}', { params: { path: { id } } }))}
          onClose={() => setWithdrawn(null)}
        />
      ) : null}
    </Card>
  )
}
