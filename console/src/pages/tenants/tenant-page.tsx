import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { lazy } from 'react'
import { unwrap } from '../../api/unwrap.ts'
import { Part } from '../../app/part.tsx'
import { useTab } from '../../app/tab.tsx'
import { CopyableId, Link } from '../../parts/button.tsx'
import { Loading, Note, Trouble } from '../../parts/feedback.tsx'
import { Card, Facts, Page } from '../../parts/page.tsx'
import { Status } from '../../parts/status.tsx'
import { Time, Words } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { zoneName } from '../../words/format.ts'
import { levelWords } from '../../words/levels.ts'
import { packWords } from '../../words/packs.ts'
import { Credentials } from './credentials.tsx'
import { GuardForm, GuardStanding } from './guard-form.tsx'
import { LimitsForm } from './limits-form.tsx'
import { Senders } from './senders.tsx'
import { Ways } from './ways.tsx'
import { t } from './words.ts'

/** What the account lacks comes after what it is: it asks for routes and senders besides. */
const LiveNeeds = lazy(() => import('../../app/operator/live-needs.tsx'))

/** Anchor of the part where senders are assigned. */
const SENDERS = 'senders'

/** One account as the operator sees it. */
export default function TenantPage() {
  const { api, key, can } = useTab()
  const { id = '' } = useParams({ strict: false })
  const tenant = useQuery({
    queryKey: [key, 'tenant', id],
    enabled: can('tenants:read'),
    queryFn: () => unwrap(api.GET('/admin/v1/tenants/{tenantId}', { params: { path: { tenantId: id } } })),
  })
  if (!can('tenants:read')) return <Note>{common.noScope}</Note>
  if (!tenant.data)
    return tenant.isPending ? <Loading /> : <Trouble error={tenant.error} onRetry={() => void tenant.refetch()} />
  const { data } = tenant
  const { suspension } = data
  return (
    <Page title={data.name} heading={<bdi>{data.name}</bdi>} about={<CopyableId id={id} />}>
      <Card>
        {data.altered ? <Note tone="bad">{common.altered}</Note> : null}
        <Facts
          of={[
            [t.status, <Status key="status" status={data.status} />],
            [t.level, data.identityLevel ? levelWords[data.identityLevel].name : t.vouched],
            [t.pack, packWords[data.pack].name],
            [t.zone, zoneName(data.timeZone)],
            [t.made, <Time key="made" at={data.createdAt} />],
            [t.suspendedFor, suspension ? <Words key="reason">{suspension.reason}</Words> : undefined],
            [
              t.told,
              suspension ? (
                suspension.notice ? (
                  <Words key="notice">{suspension.notice}</Words>
                ) : (
                  t.toldNothing
                )
              ) : undefined,
            ],
            [t.suspendedSince, suspension ? <Time key="since" at={suspension.at} /> : undefined],
          ]}
        />
        <p className="row">
          {can('connections:read') ? (
            <Link to="/operator/routes" search={{ tenant: id }}>
              {t.routes}
            </Link>
          ) : null}
          {can('requests:read') ? (
            <Link to="/operator/access-log" search={{ by: 'tenantId', of: id }}>
              {t.log}
            </Link>
          ) : null}
        </p>
        <Ways tenant={data} />
      </Card>
      {can('connections:read') && data.status !== 'closed' ? (
        <Part>
          <LiveNeeds tenant={data} sendersAt={SENDERS} />
        </Part>
      ) : null}
      {can('tenants:write') && data.status !== 'closed' ? <LimitsForm tenant={data} /> : null}
      {can('tenants:write') && data.status !== 'closed' ? <GuardForm tenant={data} /> : null}
      {data.status === 'closed' ? null : <GuardStanding tenantId={id} />}
      <div id={SENDERS} className="stack">
        <Senders tenantId={id} isClosed={data.status === 'closed'} />
      </div>
      <Credentials tenantId={id} isClosed={data.status === 'closed'} />
    </Page>
  )
}
