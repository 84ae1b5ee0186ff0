import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { useTab } from '../../app/tab.tsx'
import { Button, Link } from '../../parts/button.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { Loading, Note, Trouble } from '../../parts/feedback.tsx'
import { Card, Facts, Page } from '../../parts/page.tsx'
import { Status } from '../../parts/status.tsx'
import { Code, Ltr, Time } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { levelWords } from '../../words/levels.ts'
import { Credentials } from './credentials.tsx'
import { LimitsForm } from './limits-form.tsx'
import { Senders } from './senders.tsx'
import type { Tenant } from './tenants-page.tsx'
import { t } from './words.ts'

type Verb = 'approve' | 'suspend' | 'resume' | 'close'

/** What can be done with an account in its state. */
function Ways({ tenant: { id, status } }: { tenant: Tenant }) {
  const { api, key, can } = useTab()
  const [asking, setAsking] = useState<'suspend' | 'close' | null>(null)
  const params = { path: { tenantId: id } }
  const act = useAct(
    (verb: Verb) => {
      if (verb === 'approve') return unwrap(api.POST('/admin/v1/tenants/{tenantId}/approve', { params }))
      if (verb === 'suspend') return unwrap(api.POST('/admin/v1/tenants/{tenantId}/suspend', { params }))
      if (verb === 'resume') return unwrap(api.POST('/admin/v1/tenants/{tenantId}/resume', { params }))
      return unwrap(api.POST('/admin/v1/tenants/{tenantId}/close', { params }))
    },
    {
      changes: [
        [key, 'tenants'],
        [key, 'tenant', id],
      ],
      onDone: () => setAsking(null),
    },
  )
  const mayWrite = can('tenants:write')
  return (
    <>
      <div className="actions">
        {status === 'pending' && mayWrite ? (
          <Button weight="primary" isPending={act.isPending} onPress={() => act.mutate('approve')}>
            {t.approve}
          </Button>
        ) : null}
        {status === 'suspended' && mayWrite ? (
          <Button weight="primary" isPending={act.isPending} onPress={() => act.mutate('resume')}>
            {t.resume}
          </Button>
        ) : null}
        {status === 'active' && mayWrite ? <Button onPress={() => setAsking('suspend')}>{t.suspend}</Button> : null}
        {status !== 'closed' && can('tenants:close') ? (
          <Button weight="danger" onPress={() => setAsking('close')}>
            {t.close}
          </Button>
        ) : null}
      </div>
      {asking ? null : <Trouble error={act.error} />}
      <Confirm
        title={asking === 'close' ? t.closeTitle : t.suspendTitle}
        action={asking === 'close' ? t.close : t.suspend}
        isOpen={asking !== null}
        isPending={act.isPending}
        onClose={() => setAsking(null)}
        onConfirm={() => asking && act.mutate(asking)}
      >
        <p>{asking === 'close' ? t.closeWhy : t.suspendWhy}</p>
        <Trouble error={act.error} />
      </Confirm>
    </>
  )
}

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
  return (
    <Page title={data.name} isName about={<Code>{id}</Code>}>
      <Card>
        <Facts
          of={[
            [t.status, <Status key="status" status={data.status} />],
            [t.level, data.identityLevel ? levelWords[data.identityLevel].name : t.vouched],
            [t.pack, t.packs[data.pack]],
            [t.zone, <Ltr key="zone">{data.timeZone}</Ltr>],
            [t.made, <Time key="made" at={data.createdAt} />],
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
      {can('tenants:write') && data.status !== 'closed' ? <LimitsForm key={data.version} tenant={data} /> : null}
      <Senders tenantId={id} isClosed={data.status === 'closed'} />
      <Credentials tenantId={id} isClosed={data.status === 'closed'} />
    </Page>
  )
}
