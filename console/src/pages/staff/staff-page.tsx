import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { paths } from '../../../generated/api.d.ts'
import { meQuery } from '../../api/queries.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Loading, Note, Trouble } from '../../parts/feedback.tsx'
import { Card, Page } from '../../parts/page.tsx'
import { Badge } from '../../parts/status.tsx'
import { Table } from '../../parts/table.tsx'
import { Code, Words } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { levelWords } from '../../words/levels.ts'
import { roleName } from '../../words/roles.ts'
import { ChangeRole } from './change-role.tsx'
import { Invitations } from './invitations.tsx'
import { InviteForm } from './invite-form.tsx'
import { t } from './words.ts'

export type Member = paths['/admin/v1/staff']['get']['responses']['200']['content']['application/json']['data'][number]

/** The licensee's people, and who is invited. */
export default function StaffPage() {
  const { api, key, can } = useTab()
  const me = useQuery(meQuery).data
  const [changing, setChanging] = useState<Member | null>(null)
  const staff = useQuery({
    queryKey: [key, 'staff'],
    enabled: can('staff:read'),
    queryFn: () => unwrap(api.GET('/admin/v1/staff')),
  })
  if (!can('staff:read')) return <Note>{common.noScope}</Note>
  const mayChange = can('staff:write')
  return (
    <Page
      title={t.title}
      about={t.about}
      actions={
        staff.data ? (
          <Download name="staff" of={staff.data.data} fields={['id', 'name', 'role', 'identityLevel']} />
        ) : null
      }
    >
      {staff.isPending ? <Loading /> : null}
      <Trouble error={staff.error} onRetry={() => void staff.refetch()} />
      {staff.data ? (
        <Card title={t.people}>
          <Table
            label={t.people}
            rows={staff.data.data}
            keyOf={({ id }) => id}
            columns={[
              {
                name: t.name,
                kind: 'head',
                of: ({ id, name, altered }) => (
                  <span className="row">
                    {name ? <Words>{name}</Words> : <Code>{id}</Code>}
                    {id === me?.id ? <Badge tone="open">{t.you}</Badge> : null}
                    {altered ? <Badge tone="bad">{t.altered}</Badge> : null}
                  </span>
                ),
              },
              { name: t.role, of: ({ role }) => roleName(role) },
              {
                name: t.level,
                of: ({ identityLevel }) =>
                  identityLevel === 'L0' || identityLevel === 'L1' ? (
                    <Badge tone="warn">{t.low}</Badge>
                  ) : (
                    levelWords[identityLevel].name
                  ),
              },
              ...(mayChange
                ? [
                    {
                      name: common.actions,
                      of: (member: Member) => (
                        <Button weight="quiet" onPress={() => setChanging(member)}>
                          {t.change}
                        </Button>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        </Card>
      ) : null}
      {changing ? <ChangeRole member={changing} onClose={() => setChanging(null)} /> : null}
      {mayChange ? <InviteForm /> : null}
      <Invitations mayCancel={mayChange} />
    </Page>
  )
}
