import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { unwrap } from '../../../api/unwrap.ts'
import { useAct } from '../../../app/act.tsx'
import { useTenantTab } from '../../../app/tab.tsx'
import { Allowed } from '../../../app/tenant/allowed.tsx'
import { Loading, Trouble } from '../../../parts/feedback.tsx'
import { Code } from '../../../parts/text.tsx'
import { DevelopersPage } from '../developers-page.tsx'
import { type Draft, WebhookForm } from './webhook-form.tsx'
import { t } from './words.ts'

function EditWebhook() {
  const { api, key, tenantId, mode } = useTenantTab()
  const { id = '' } = useParams({ strict: false })
  const navigate = useNavigate()
  const webhook = useQuery({
    queryKey: [key, 'webhooks', id],
    queryFn: () => unwrap(api.GET('/v1/webhooks/{id}', { params: { path: { id } } })),
  })
  const change = useAct(
    ({ url, events, description, batch }: Draft) =>
      unwrap(
        api.PATCH('/v1/webhooks/{id}', {
          params: { path: { id } },
          body: {
            // Absent where it stays: an address that is given is challenged.
            ...(url === webhook.data?.url ? {} : { url }),
            events: events ? [...events] : null,
            description,
            batch,
          },
        }),
      ),
    {
      changes: [[key, 'webhooks']],
      onDone: () => void navigate({ to: '/t/$tenantId/$mode/developers/webhooks/$id', params: { tenantId, mode, id } }),
    },
  )
  return (
    <DevelopersPage title={t.editTitle} about={<Code>{id}</Code>}>
      {webhook.isPending ? <Loading /> : null}
      <Trouble error={webhook.error} onRetry={() => void webhook.refetch()} />
      {webhook.data ? (
        <WebhookForm
          initial={webhook.data}
          action={t.save}
          isPending={change.isPending}
          error={change.error}
          urlNote={t.urlAgain}
          onSubmit={(draft) => change.mutate(draft)}
        />
      ) : null}
    </DevelopersPage>
  )
}

/** Changes an endpoint. */
export default function EditWebhookPage() {
  return (
    <Allowed scope="webhooks:write" title={t.editTitle}>
      <EditWebhook />
    </Allowed>
  )
}
