import { useQuery } from '@tanstack/react-query'
import { unwrap } from '../../../api/unwrap.ts'
import { useTenantTab } from '../../../app/tab.tsx'
import { Allowed } from '../../../app/tenant/allowed.tsx'
import { Link } from '../../../parts/button.tsx'
import { Download } from '../../../parts/csv/download.tsx'
import { Empty, Loading, Trouble } from '../../../parts/feedback.tsx'
import { type Column, Table } from '../../../parts/table.tsx'
import { Code, Time, Words } from '../../../parts/text.tsx'
import { num } from '../../../words/format.ts'
import { DevelopersPage } from '../developers-page.tsx'
import { type Webhook, WebhookState } from './state.tsx'
import { t } from './words.ts'

function Webhooks() {
  const { api, key, tenantId, mode, can } = useTenantTab()
  const webhooks = useQuery({ queryKey: [key, 'webhooks'], queryFn: () => unwrap(api.GET('/v1/webhooks')) })
  const add = can('webhooks:write') ? (
    <Link to="/t/$tenantId/$mode/developers/webhooks/new" params={{ tenantId, mode }} weight="primary">
      {t.add}
    </Link>
  ) : null
  const columns: readonly Column<Webhook>[] = [
    {
      name: t.url,
      kind: 'head',
      of: ({ id, url, description }) => (
        <div>
          <Link to="/t/$tenantId/$mode/developers/webhooks/$id" params={{ tenantId, mode, id }}>
            <Code>{url}</Code>
          </Link>
          {description ? (
            <div className="faint">
              <Words>{description}</Words>
            </div>
          ) : null}
        </div>
      ),
    },
    { name: t.state, of: (webhook) => <WebhookState of={webhook} /> },
    { name: t.hears, of: ({ events }) => (events ? t.eventsCount(num(events.length)) : t.allEvents) },
    { name: t.added, of: ({ createdAt }) => <Time at={createdAt} /> },
  ]
  return (
    <DevelopersPage
      title={t.title}
      about={t.about}
      actions={
        <>
          {webhooks.data?.data.length ? (
            <Download
              name="webhooks"
              of={webhooks.data.data}
              fields={['id', 'url', 'description', 'status', 'reason', 'failingSince', 'createdAt', 'updatedAt']}
            />
          ) : null}
          {add}
        </>
      }
    >
      {webhooks.isPending ? <Loading /> : null}
      <Trouble error={webhooks.error} onRetry={() => void webhooks.refetch()} />
      {webhooks.data?.data.length === 0 ? <Empty title={t.empty}>{add ? <p>{t.emptyWhy}</p> : null}</Empty> : null}
      {webhooks.data?.data.length ? (
        <Table label={t.title} columns={columns} rows={webhooks.data.data} keyOf={({ id }) => id} />
      ) : null}
    </DevelopersPage>
  )
}

/** The endpoints of the tab's mode. */
export default function WebhooksPage() {
  return (
    <Allowed scope="webhooks:read" title={t.title}>
      <Webhooks />
    </Allowed>
  )
}
