import '../../styles/rooms.css'
import { useState } from 'react'
import type { Connection, Provider } from '../../api/operator.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { providerOf, useProviders } from '../../app/operator/connections.ts'
import { useTab } from '../../app/tab.tsx'
import { Allowed } from '../../app/tenant/allowed.tsx'
import { useOnce } from '../../app/tenant/once.ts'
import { Link } from '../../parts/button.tsx'
import { Loading, Note, Trouble } from '../../parts/feedback.tsx'
import { Card, Page } from '../../parts/page.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { channelName } from '../../words/common.ts'
import { providerName } from '../../words/providers.ts'
import { FreshCallback } from './callback.tsx'
import { type Asked, ConnectionForm } from './connection-form.tsx'
import { newConnectionRoute } from './routes.ts'
import { t } from './words.ts'

type Made = Connection & { readonly callbackSecret?: string }

/** What stands once a connection is made: its callback URL, and where to go on. */
const Ready = ({ made }: { made: Made }) => (
  <Page title={t.made(made.name)} about={t.madeNext}>
    <Card title={t.callback}>
      <FreshCallback of={made} />
    </Card>
    <div className="actions">
      <Link to="/operator/routes" weight="primary">
        {t.toRoutes}
      </Link>
      <Link to="/operator/connections/$connectionId" params={{ connectionId: made.id }} weight="plain">
        {t.toConnection}
      </Link>
    </div>
  </Page>
)

/** Form of a new connection of one driver. */
function Form({ provider, onMade }: { provider: Provider; onMade: (made: Made) => void }) {
  const { api, key } = useTab()
  const once = useOnce()
  const make = useAct(
    ({ settings, ...asked }: Asked) => {
      const body = { channel: provider.channel, provider: provider.name, ...asked, settings }
      return unwrap(
        api.POST('/admin/v1/connections', { params: { header: { 'Idempotency-Key': once.keyFor(body) } }, body }),
      )
    },
    {
      changes: [
        [key, 'connections'],
        [key, 'health'],
      ],
      onDone: (made) => {
        once.done()
        onMade(made)
      },
    },
  )
  return (
    <>
      <Note tone={provider.simulated ? 'open' : 'warn'}>{provider.simulated ? t.simulatedWhy : t.realWhy}</Note>
      <ConnectionForm
        provider={provider}
        action={t.connect}
        isPending={make.isPending}
        error={make.error}
        onSubmit={(asked) => make.mutate(asked)}
      />
    </>
  )
}

/** Chooses channel and provider; both stay in the address. */
function Choose({ providers, onMade }: { providers: readonly Provider[]; onMade: (made: Made) => void }) {
  const search = newConnectionRoute.useSearch()
  const navigate = newConnectionRoute.useNavigate()
  const channels = [...new Set(providers.map(({ channel }) => channel))]
  const channel = channels.find((one) => one === search.channel) ?? channels[0] ?? 'sms'
  const offered = providers.filter((one) => one.channel === channel)
  const chosen = providerOf(providers, { channel, provider: search.provider ?? '' })
  return (
    <Page title={t.add} about={t.emptyWhy}>
      <div className="stack form-width">
        <SelectField
          label={t.channel}
          options={channels.map((id) => ({ id, name: channelName(id) }))}
          value={channel}
          onChange={(to) => void navigate({ search: { channel: to }, replace: true })}
        />
        <SelectField
          label={t.provider}
          placeholder={t.choose}
          options={offered.map(({ name }) => ({ id: name, name: providerName(name) }))}
          value={chosen?.name ?? null}
          onChange={(provider) => void navigate({ search: { channel, provider }, replace: true })}
        />
      </div>
      {chosen ? <Form key={`${channel} ${chosen.name}`} provider={chosen} onMade={onMade} /> : null}
    </Page>
  )
}

function NewConnection() {
  const providers = useProviders()
  const [made, setMade] = useState<Made | null>(null)
  if (made) return <Ready made={made} />
  if (providers.data) return <Choose providers={providers.data.data} onMade={setMade} />
  return (
    <Page title={t.add}>
      {providers.isPending ? <Loading /> : null}
      <Trouble error={providers.error} onRetry={() => void providers.refetch()} />
    </Page>
  )
}

/** Connects an account at a provider. */
export default function NewConnectionPage() {
  return (
    <Allowed scope="connections:write" title={t.add}>
      <NewConnection />
    </Allowed>
  )
}
