import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import type { RowOf } from '../../../api/answers.ts'
import { unwrap } from '../../../api/unwrap.ts'
import { Anew, ChangeTrouble, type Difference } from '../../../app/changed/change-trouble.tsx'
import { useRecordChange } from '../../../app/changed/record-change.ts'
import { useTenantTab } from '../../../app/tab.tsx'
import { Allowed } from '../../../app/tenant/allowed.tsx'
import { Loading, Trouble } from '../../../parts/feedback.tsx'
import { Code } from '../../../parts/text.tsx'
import { t as common } from '../../../words/common.ts'
import { eventWords } from '../../../words/events.ts'
import { listed } from '../../../words/format.ts'
import { DevelopersPage } from '../developers-page.tsx'
import { type Draft, WebhookForm } from './webhook-form.tsx'
import { t } from './words.ts'

type Webhook = RowOf<'/v1/webhooks'>

const heard = ({ events }: Draft): string => (events ? listed(events.map((type) => eventWords[type])) : t.all)

const differencesOf = (draft: Draft, now: Draft): readonly Difference[] => [
  { name: t.url, typed: draft.url, now: now.url },
  { name: t.description, typed: draft.description, now: now.description },
  { name: t.hears, typed: heard(draft), now: heard(now) },
  { name: t.batch, typed: draft.batch ? common.yes : common.no, now: now.batch ? common.yes : common.no },
]

function Edit({ of, onLoad }: { of: Webhook; onLoad: (now: Webhook) => void }) {
  const { api, key, tenantId, mode } = useTenantTab()
  const navigate = useNavigate()
  const { id } = of
  const params = { path: { id } }
  const { save, newer } = useRecordChange<Webhook, Draft>({
    of,
    send: ({ url, events, description, batch }, base) =>
      unwrap(
        api.PATCH('/v1/webhooks/{id}', {
          params,
          body: {
            // Absent where it stays: an address that is given is challenged.
            ...(url === base?.url ? {} : { url }),
            events: events ? [...events] : null,
            description,
            batch,
            version: base?.version,
          },
        }),
      ),
    read: () => unwrap(api.GET('/v1/webhooks/{id}', { params })),
    changes: [[key, 'webhooks']],
    onDone: () => void navigate({ to: '/t/$tenantId/$mode/developers/webhooks/$id', params: { tenantId, mode, id } }),
  })
  const draft = save.variables
  return (
    <WebhookForm
      initial={of}
      action={t.save}
      isPending={save.isPending}
      error={save.error}
      trouble={
        draft && (
          <ChangeTrouble
            error={save.error}
            newer={newer}
            differences={(now) => differencesOf(draft, now)}
            onLoad={onLoad}
          />
        )
      }
      urlNote={t.urlAgain}
      onSubmit={(asked) => save.mutate(asked)}
    />
  )
}

function EditWebhook() {
  const { api, key } = useTenantTab()
  const { id = '' } = useParams({ strict: false })
  const webhook = useQuery({
    queryKey: [key, 'webhooks', id],
    queryFn: () => unwrap(api.GET('/v1/webhooks/{id}', { params: { path: { id } } })),
  })
  return (
    <DevelopersPage title={t.editTitle} about={<Code>{id}</Code>}>
      {webhook.isPending ? <Loading /> : null}
      <Trouble error={webhook.error} onRetry={() => void webhook.refetch()} />
      {webhook.data ? <Anew of={webhook.data}>{(of, onLoad) => <Edit of={of} onLoad={onLoad} />}</Anew> : null}
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
