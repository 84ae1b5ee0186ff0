import '../../styles/rooms.css'
import '../../styles/routing.css'
import { useState } from 'react'
import type { Connection, Provider, Route } from '../../api/operator.ts'
import { providerOf } from '../../app/operator/connections.ts'
import { useTab } from '../../app/tab.tsx'
import { Button, Link } from '../../parts/button.tsx'
import { Badge } from '../../parts/status.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Code, Words } from '../../parts/text.tsx'
import { channelName, t as common } from '../../words/common.ts'
import { num } from '../../words/format.ts'
import { type Place, RouteEditor } from './route-editor.tsx'
import { t } from './words.ts'

/** What a matrix is drawn from. */
export interface Known {
  readonly connections: readonly Connection[]
  readonly providers: readonly Provider[]
  /** Routes of all that have none of their own. */
  readonly defaults: readonly Route[]
  /** Routes of the account; those by default where it is about them. */
  readonly own: readonly Route[]
}

interface MatrixProps {
  /** An account's id; empty: by default. */
  readonly tenantId: string
  readonly known: Known
}

type Channel = Route['channel']

const find = (routes: readonly Route[], { channel, mode }: Pick<Place, 'channel' | 'mode'>): Route | undefined =>
  routes.find((route) => route.channel === channel && route.mode === mode)

/** Connections of a route by their names, and what is wrong with any. */
function Tried({ route, known }: { route: Route; known: Known }) {
  return (
    <ol>
      {route.connections.map((id, place) => {
        const connection = known.connections.find((one) => one.id === id)
        const isSimulated = connection && providerOf(known.providers, connection)?.simulated
        return (
          <li key={id} className="row">
            <span className="faint">{num(place + 1)}</span>
            {connection ? (
              <Link to="/operator/connections/$connectionId" params={{ connectionId: id }}>
                <Words>{connection.name}</Words>
              </Link>
            ) : (
              <>
                <Code>{id}</Code> <Badge tone="bad">{t.gone}</Badge>
              </>
            )}
            {connection?.status === 'disabled' ? <Badge tone="quiet">{t.off}</Badge> : null}
            {route.mode === 'live' && isSimulated ? <Badge tone="warn">{t.simulatedLive}</Badge> : null}
          </li>
        )
      })}
    </ol>
  )
}

/** One route of the matrix: the account's own, else the default one. */
function Cell({ place, known, onEdit }: { place: Place; known: Known; onEdit: () => void }) {
  const { can } = useTab()
  const own = find(known.own, place)
  const otherwise = place.tenantId ? find(known.defaults, place) : undefined
  const route = own ?? otherwise
  const names = [channelName(place.channel), place.mode === 'test' ? common.test : common.live] as const
  return (
    <div className="route-cell">
      {route ? null : <span className="faint">{t.noRoute}</span>}
      {own || !otherwise ? null : <span className="faint">{t.asDefault}</span>}
      {route ? <Tried route={route} known={known} /> : null}
      {can('connections:write') ? (
        <Button
          weight="quiet"
          className="in-row"
          aria-label={own ? t.changeOf(...names) : t.setOf(...names)}
          onPress={onEdit}
        >
          {own ? t.change : t.set}
        </Button>
      ) : null}
    </div>
  )
}

/** Routes of an account, or by default: a row a channel, a column a mode. */
export function Matrix({ tenantId, known }: MatrixProps) {
  const [edited, setEdited] = useState<Place | null>(null)
  const channels = [...new Set(known.providers.map(({ channel }) => channel))]
  const isSimulated = (connection: Connection): boolean =>
    connection !== undefined && providerOf(known.providers, connection)?.simulated === true
  const columnOf = (mode: Place['mode'], name: string): Column<Channel> => ({
    name,
    kind: 'wide',
    of: (channel) => {
      const place = { tenantId, channel, mode }
      return <Cell place={place} known={known} onEdit={() => setEdited(place)} />
    },
  })
  const columns: readonly Column<Channel>[] = [
    { name: t.channel, kind: 'head', of: channelName },
    columnOf('test', common.test),
    columnOf('live', common.live),
  ]
  return (
    <>
      <Table label={t.table} columns={columns} rows={channels} keyOf={(channel) => channel} />
      {edited ? (
        <RouteEditor
          place={edited}
          route={find(known.own, edited)}
          offered={known.connections.filter(
            (one) => one.channel === edited.channel && (edited.mode === 'live' || isSimulated(one)),
          )}
          isSimulated={isSimulated}
          onClose={() => setEdited(null)}
        />
      ) : null}
    </>
  )
}
