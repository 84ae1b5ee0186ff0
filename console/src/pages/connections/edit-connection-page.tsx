import '../../styles/rooms.css'
import { useNavigate } from '@tanstack/react-router'
import type { Connection } from '../../api/operator.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { providerOf, useProviders } from '../../app/operator/connections.ts'
import { useTab } from '../../app/tab.tsx'
import { Allowed } from '../../app/tenant/allowed.tsx'
import { Loading, Note, Trouble } from '../../parts/feedback.tsx'
import { Page } from '../../parts/page.tsx'
import { Words } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { type Asked, ConnectionForm } from './connection-form.tsx'
import { useConnection } from './one.ts'
import { Unopened } from './state.tsx'
import { t } from './words.ts'

function Edit({ of }: { of: Connection }) {
  const { api, key } = useTab()
  const providers = useProviders()
  const navigate = useNavigate()
  const provider = providerOf(providers.data?.data, of)
  const path = { connectionId: of.id }
  const change = useAct(
    ({ settings, ...asked }: Asked) =>
      unwrap(
        api.PATCH('/admin/v1/connections/{connectionId}', {
          params: { path },
          // Settings that nobody changed are left out, so that they are not sealed anew.
          body: { ...asked, ...(Object.keys(settings).length > 0 ? { settings } : {}) },
        }),
      ),
    {
      changes: [[key, 'connections']],
      onDone: () => void navigate({ to: '/operator/connections/$connectionId', params: path }),
    },
  )
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
      {connection.data ? <Edit of={connection.data} /> : null}
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
