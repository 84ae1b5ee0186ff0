import { useState } from 'react'
import type { paths } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { Decided } from '../../app/operator/decided.tsx'
import { useTab } from '../../app/tab.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Empty, Note } from '../../parts/feedback.tsx'
import { List, useList } from '../../parts/list.tsx'
import { Page } from '../../parts/page.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { t as common } from '../../words/common.ts'
import { ApprovalCard } from './approval-card.tsx'
import { approvalsRoute } from './routes.ts'
import { t } from './words.ts'

type Query = NonNullable<paths['/admin/v1/approvals']['get']['parameters']['query']>
type Approvals = paths['/admin/v1/approvals']['get']['responses']['200']['content']['application/json']
export type Approval = Approvals['data'][number]
type Status = NonNullable<Query['status']>

const STATUSES = ['pending', 'approved', 'used', 'refused', 'withdrawn', 'expired'] as const
const isStatus = (text: string | undefined): text is Status => STATUSES.some((status) => status === text)

/** Calls that two people do: proposed, decided, done. */
export default function ApprovalsPage() {
  const { api, key, can } = useTab()
  const { status } = approvalsRoute.useSearch()
  const navigate = approvalsRoute.useNavigate()
  const [decided, setDecided] = useState<string | null>(null)
  const chosen = isStatus(status) ? status : null
  const list = useList<Approval, Approvals>([key, 'approvals', chosen], (cursor, limit = 20) =>
    unwrap(
      api.GET('/admin/v1/approvals', {
        params: { query: { limit, ...(chosen ? { status: chosen } : {}), ...(cursor ? { cursor } : {}) } },
      }),
    ),
  )
  if (!can('approvals:read')) return <Note>{common.noScope}</Note>
  return (
    <Page
      title={t.title}
      about={t.about}
      actions={
        <Download
          name="approvals"
          of={list}
          fields={[
            'id',
            'proposedAt',
            'status',
            'kind',
            'method',
            'path',
            'reason',
            'proposedBy',
            'decidedBy',
            'decidedAt',
            'expiresAt',
            'usedBy',
            'usedAt',
          ]}
        />
      }
    >
      <div className="filters">
        <SelectField<Status | 'all'>
          label={t.status}
          value={chosen ?? 'all'}
          onChange={(next) => void navigate({ search: next === 'all' ? {} : { status: next } })}
          options={[{ id: 'all', name: t.all }, ...STATUSES.map((id) => ({ id, name: t.statuses[id] }))]}
        />
      </div>
      <Decided what={decided} />
      <List list={list} empty={<Empty title={t.empty}>{t.emptyWhy}</Empty>}>
        {list.rows.map((approval) => (
          <ApprovalCard key={approval.id} approval={approval} onDecided={setDecided} />
        ))}
      </List>
    </Page>
  )
}
