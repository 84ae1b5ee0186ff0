import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { components } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useConnections } from '../../app/operator/connections.ts'
import { useTab } from '../../app/tab.tsx'
import { Choices } from '../../app/traffic/choices.tsx'
import { type Both, FIGURES } from '../../app/traffic/columns.ts'
import { CountedUntil } from '../../app/traffic/counted-until.tsx'
import { Numbers } from '../../app/traffic/numbers.tsx'
import { backOf, type FiguresSearch, spanOf } from '../../app/traffic/span.ts'
import { Volume } from '../../app/traffic/volume.tsx'
import { t as figures } from '../../app/traffic/words.ts'
import { Empty } from '../../parts/feedback.tsx'
import { Link } from '../../parts/link.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Card, Page } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Code, Words } from '../../parts/text.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { channelName } from '../../words/common.ts'
import { calendar, zone } from '../../words/format.ts'
import { t } from './words.ts'
import '../../styles/home.css'

type ConnectionStatistic = components['schemas']['ConnectionStatistic']

/** Milliseconds between two looks; the API counts about once a minute. */
const EVERY = 60_000

interface Row extends Both {
  /** Null: no carrier was chosen. */
  readonly id: string | null
}

/** A connection by its name and channel, as far as the operator may read it: of several channels it often has one name. */
function Connection({ id }: { id: string | null }) {
  const connections = useConnections()
  const found = connections.data?.find((one) => one.id === id)
  if (id === null) return t.noCarrier
  if (!found) return <Code>{id}</Code>
  return (
    <span>
      <Link to="/operator/connections/$connectionId" params={{ connectionId: id }}>
        <Words>{found.name}</Words>
      </Link>{' '}
      <span className="faint">{channelName(found.channel)}</span>
    </span>
  )
}

const columns: readonly Column<Row>[] = [
  { name: t.connection, kind: 'head', of: ({ id }) => <Connection id={id} /> },
  ...FIGURES,
]

/** The same figures, carrier by carrier, the busiest first. */
function Connections({ data }: { data: readonly ConnectionStatistic[] }) {
  const rows = [...Map.groupBy(data, ({ connectionId = null }) => connectionId)]
    .map(
      ([id, all]): Row => ({
        id,
        out: all.find(({ direction }) => direction === 'outbound'),
        came: all.find(({ direction }) => direction === 'inbound'),
      }),
    )
    .toSorted((a, b) => (b.out?.messages ?? 0) - (a.out?.messages ?? 0))
  return (
    <Card title={t.byConnection}>
      <Table label={t.byConnection} columns={columns} rows={rows} keyOf={({ id }) => id ?? ''} />
    </Card>
  )
}

/** What all accounts sent and heard together, and how each carrier does: for operators alone. */
export default function TrafficPage() {
  const { api, key } = useTab()
  const search: FiguresSearch = useSearch({ strict: false })
  const back = backOf(search.back)
  const { by, from, before } = useMemo(() => spanOf(back, Date.now()), [back])
  const ask = (asked: { from: string; to?: string; by: readonly string[] } | null) => ({
    queryKey: [key, 'traffic', asked, search.channel],
    enabled: asked !== null,
    refetchInterval: EVERY,
    queryFn: () => {
      const times = { zone, calendar: calendar === 'persian' ? ('persian' as const) : ('gregorian' as const) }
      // The cast: a channel of the address may be any word, and the API answers what is wrong with it.
      const query = {
        ...asked,
        ...times,
        ...(search.channel === undefined ? {} : { channel: search.channel }),
      } as never
      return unwrap(api.GET('/admin/v1/statistics', { params: { query } }))
    },
  })
  const byTime = useQuery(ask({ from, by: [by, 'direction'] }))
  const byConnection = useQuery(ask({ from, by: ['connection', 'direction'] }))
  const inAll = useQuery(ask({ from, by: ['direction'] }))
  const earlier = useQuery(ask(before && { ...before, by: ['direction'] }))
  const trouble = byTime.error ?? inAll.error ?? byConnection.error
  const isEmpty = inAll.data?.data.length === 0
  return (
    <Page title={t.title} about={t.about} actions={<Choices back={back} channel={search.channel} />}>
      <Trouble error={trouble} onRetry={() => void byTime.refetch().then(() => inAll.refetch())} />
      {isEmpty ? (
        <Empty title={figures.noneYet}>
          <p>{figures.notCounted}</p>
        </Empty>
      ) : byTime.data && inAll.data && byConnection.data ? (
        <>
          <Numbers now={inAll.data.data} before={earlier.data?.data ?? null} />
          <Volume statistics={byTime.data} by={by} />
          <Connections data={byConnection.data.data} />
          <CountedUntil at={byTime.data.countedUntil} />
        </>
      ) : trouble ? null : (
        <Loading />
      )}
    </Page>
  )
}
