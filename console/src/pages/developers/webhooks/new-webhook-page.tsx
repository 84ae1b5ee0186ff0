import { useState } from 'react'
import { unwrap } from '../../../api/unwrap.ts'
import { useAct } from '../../../app/act.tsx'
import { useTenantTab } from '../../../app/tab.tsx'
import { Allowed } from '../../../app/tenant/allowed.tsx'
import { useOnce } from '../../../app/tenant/once.ts'
import { Link } from '../../../parts/button.tsx'
import { ShownOnce } from '../../../parts/code/shown-once.tsx'
import { Card } from '../../../parts/page.tsx'
import { Code } from '../../../parts/text.tsx'
import { DevelopersPage } from '../developers-page.tsx'
import { ReceiverHelp } from './receiver-help.tsx'
import { type Webhook, Why } from './state.tsx'
import { type Draft, WebhookForm } from './webhook-form.tsx'
import { t } from './words.ts'

const BLANK: Draft = { url: '', description: '', events: null, batch: false }

type Made = Webhook & { readonly secret: string }

/** What stands once an endpoint is made: its secret, and whether it answered. */
function Ready({ made }: { made: Made }) {
  const { tenantId, mode } = useTenantTab()
  return (
    <>
      <Why of={made} />
      <Card title={t.secret}>
        <ShownOnce secret={made.secret} about={t.secretWhy} />
      </Card>
      <div>
        <Link to="/t/$tenantId/$mode/developers/webhooks/$id" params={{ tenantId, mode, id: made.id }} weight="primary">
          {t.toEndpoint}
        </Link>
      </div>
    </>
  )
}

function NewWebhook() {
  const { api, key } = useTenantTab()
  const once = useOnce()
  const [made, setMade] = useState<Made | null>(null)
  const make = useAct(
    ({ description, events, ...draft }: Draft) => {
      const body = {
        ...draft,
        ...(description ? { description } : {}),
        ...(events ? { events: [...events] } : {}),
      }
      return unwrap(api.POST('/v1/webhooks', { params: { header: { 'Idempotency-Key': once.keyFor(body) } }, body }))
    },
    {
      changes: [[key, 'webhooks']],
      onDone: (webhook) => {
        once.done()
        setMade(webhook)
      },
    },
  )
  return (
    <DevelopersPage title={t.add} about={made ? <Code>{made.url}</Code> : t.emptyWhy}>
      {made ? (
        <Ready made={made} />
      ) : (
        <WebhookForm
          initial={BLANK}
          action={t.add}
          isPending={make.isPending}
          error={make.error}
          onSubmit={(draft) => make.mutate(draft)}
        />
      )}
      {made?.status === 'active' ? null : <ReceiverHelp />}
    </DevelopersPage>
  )
}

/** Adds an endpoint. */
export default function NewWebhookPage() {
  return (
    <Allowed scope="webhooks:write" title={t.add}>
      <NewWebhook />
    </Allowed>
  )
}
