import '../../styles/rooms.css'
import { useNavigate } from '@tanstack/react-router'
import type { Connection, Provider } from '../../api/operator.ts'
import { unwrap } from '../../api/unwrap.ts'
import { Anew, ChangeTrouble, type Difference } from '../../app/changed/change-trouble.tsx'
import { useRecordChange } from '../../app/changed/record-change.ts'
import { providerOf, useProviders } from '../../app/operator/connections.ts'
import { useTab } from '../../app/tab.tsx'
import { Allowed } from '../../app/tenant/allowed.tsx'
import { Loading, Note, Trouble } from '../../parts/feedback.tsx'
import { Page } from '../../parts/page.tsx'
import { Words } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { type Asked, ConnectionForm } from './connection-form.tsx'
import { useConnection } from './one.ts'
import { settingWords } from './setting-words.ts'
import { Unopened } from './state.tsx'
import { t } from './words.ts'

const number = (value: number | null): string => (value === null ? '' : String(value))

/** What was asked for beside what is in force; of a secret that was typed only that there is another. */
function differencesOf(provider: Provider, asked: Asked, now: Connection): readonly Difference[] {
  const settings = Object.entries(asked.settings).map(([name, value]) => {
    const own = provider.settings.find((setting) => setting.name === name)
    return {
      name: own ? settingWords(provider.name, name, own).title : name,
      typed: String(value ?? ''),
      now: String(now.settings[name] ?? ''),
    }
  })
  return [
    { name: t.name, typed: asked.name, now: now.name },
    ...settings,
    { name: t.rate, typed: number(asked.rate), now: number(now.rate) },
    { name: t.concurrency, typed: number(asked.concurrency), now: number(now.concurrency) },
  ]
}

function Edit({ of, onLoad }: { of: Connection; onLoad: (now: Connection) => void }) {
  const { api, key } = useTab()
  const providers = useProviders()
  const navigate = useNavigate()
  const provider = providerOf(providers.data?.data, of)
  const path = { connectionId: of.id }
  const { save: change, newer } = useRecordChange<Connection, Asked>({
    of,
    send: ({ settings, ...asked }, base) =>
      unwrap(
        api.PATCH('/admin/v1/connections/{connectionId}', {
          params: { path },
          // Settings that nobody changed are left out, so that they are not sealed anew.
          body: { ...asked, ...(Object.keys(settings).length > 0 ? { settings } : {}), version: base?.version },
        }),
      ),
    read: () => unwrap(api.GET('/admin/v1/connections/{connectionId}', { params: { path } })),
    changes: [[key, 'connections']],
    onDone: () => void navigate({ to: '/operator/connections/$connectionId', params: path }),
  })
  const asked = change.variables
  if (providers.isPending) return <Loading />
  if (!provider) return <Note tone="bad">{t.notDeployed}</Note>
  return (
    <>
      <Unopened of={of} />
      <p className="faint">{t.saved}</p>
      <ConnectionForm
        provider={provider}
        before={of}
        action={common.save}
        isPending={change.isPending}
        error={change.error}
        trouble={
          asked && (
            <ChangeTrouble
              error={change.error}
              newer={newer}
              differences={(now) => differencesOf(provider, asked, now)}
              onLoad={onLoad}
            />
          )
        }
        onSubmit={(asked) => change.mutate(asked)}
      />
    </>
  )
}

function EditLoaded() {
  const connection = useConnection()
  return (
    <Page title={t.editTitle} about={connection.data ? <Words>{connection.data.name}</Words> : undefined}>
      {connection.isPending ? <Loading /> : null}
      <Trouble error={connection.error} onRetry={() => void connection.refetch()} />
      {connection.data ? <Anew of={connection.data}>{(of, onLoad) => <Edit of={of} onLoad={onLoad} />}</Anew> : null}
    </Page>
  )
}

/** Changes a connection. */
export default function EditConnectionPage() {
  return (
    <Allowed scope="connections:write" title={t.editTitle}>
      <EditLoaded />
    </Allowed>
  )
}
