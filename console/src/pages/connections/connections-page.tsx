import type { Connection } from '../../api/operator.ts'
import { providerOf, useConnections, useProviders } from '../../app/operator/connections.ts'
import { useTab } from '../../app/tab.tsx'
import { Allowed } from '../../app/tenant/allowed.tsx'
import { Link } from '../../parts/button.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Empty, Loading, Trouble } from '../../parts/feedback.tsx'
import { Page } from '../../parts/page.tsx'
import { Badge } from '../../parts/status.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Words } from '../../parts/text.tsx'
import { channelName, channelNames } from '../../words/common.ts'
import { providerName } from '../../words/providers.ts'
import { Breaker, ConnectionStatus, useFares } from './state.tsx'
import { t } from './words.ts'

/** Channels in the order in which they stand everywhere. */
const ORDER = Object.keys(channelNames)

function Connections() {
  const { can } = useTab()
  const connections = useConnections()
  const providers = useProviders()
  const fares = useFares()
  const add = can('connections:write') ? (
    <Link to="/operator/connections/new" weight="primary">
      {t.add}
    </Link>
  ) : null
  const columns: readonly Column<Connection>[] = [
    {
      name: t.name,
      kind: 'head',
      of: ({ id, name }) => (
        <Link to="/operator/connections/$connectionId" params={{ connectionId: id }}>
          <Words>{name}</Words>
        </Link>
      ),
    },
    { name: t.channel, of: ({ channel }) => channelName(channel) },
    {
      name: t.provider,
      of: (one) => (
        <span className="row">
          {providerName(one.provider)}
          {providerOf(providers.data?.data, one)?.simulated ? <Badge tone="quiet">{t.simulated}</Badge> : null}
        </span>
      ),
    },
    { name: t.state, of: (one) => <ConnectionStatus of={one} /> },
    { name: t.breaker, of: ({ id }) => <Breaker of={fares?.get(id)} /> },
  ]
  return (
    <Page
      title={t.title}
      about={t.about}
      actions={
        <>
          {connections.data?.length ? (
            <Download
              name="connections"
              of={connections.data}
              fields={['id', 'name', 'channel', 'provider', 'status', 'rate', 'concurrency', 'createdAt', 'updatedAt']}
            />
          ) : null}
          {add}
        </>
      }
    >
      {connections.isPending ? <Loading /> : null}
      <Trouble error={connections.error} onRetry={() => void connections.refetch()} />
      {connections.data?.length === 0 ? <Empty title={t.empty}>{add ? <p>{t.emptyWhy}</p> : null}</Empty> : null}
      {connections.data?.length ? (
        <Table
          label={t.title}
          columns={columns}
          rows={[...connections.data].sort((one, other) => ORDER.indexOf(one.channel) - ORDER.indexOf(other.channel))}
          keyOf={({ id }) => id}
        />
      ) : null}
    </Page>
  )
}

/** Accounts at providers. */
export default function ConnectionsPage() {
  return (
    <Allowed scope="connections:read" title={t.title}>
      <Connections />
    </Allowed>
  )
}
