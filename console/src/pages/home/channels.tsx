import { useTenantTab } from '../../app/tab.tsx'
import { Link } from '../../parts/link.tsx'
import { Card } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { channelName } from '../../words/common.ts'
import { num, percent, took } from '../../words/format.ts'
import { type Statistic, successOf } from './counts.ts'
import { t } from './words.ts'

interface Row {
  readonly channel: string
  readonly out: Statistic | undefined
  readonly came: Statistic | undefined
}

function Channel({ channel }: { channel: string }) {
  const { tenantId, mode, can } = useTenantTab()
  if (!can('messages:read')) return channelName(channel)
  return (
    <Link to="/t/$tenantId/$mode/messages" params={{ tenantId, mode }} search={{ channel }}>
      {channelName(channel)}
    </Link>
  )
}

const timeOf = (one: Statistic | undefined, which: 'p50Ms' | 'p95Ms'): string =>
  one?.timeToDeliver ? took(one.timeToDeliver[which]) : '—'

const columns: readonly Column<Row>[] = [
  { name: t.channel, kind: 'head', of: ({ channel }) => <Channel channel={channel} /> },
  { name: t.out, align: 'end', of: ({ out }) => num(out?.messages ?? 0) },
  {
    name: t.success,
    align: 'end',
    of: ({ out }) => {
      const share = successOf(out)
      return share === null ? '—' : percent(share)
    },
  },
  { name: t.median, align: 'end', of: ({ out }) => timeOf(out, 'p50Ms') },
  { name: t.p95, align: 'end', of: ({ out }) => timeOf(out, 'p95Ms') },
  { name: t.units, align: 'end', of: ({ out }) => num(out?.units ?? 0) },
  { name: t.in, align: 'end', of: ({ came }) => num(came?.messages ?? 0) },
]

/** The same figures, channel by channel. */
export function Channels({ data }: { data: readonly Statistic[] }) {
  const byChannel = Map.groupBy(data, ({ channel }) => channel ?? '')
  const rows = [...byChannel].map(([channel, all]) => ({
    channel,
    out: all.find(({ direction }) => direction === 'outbound'),
    came: all.find(({ direction }) => direction === 'inbound'),
  }))
  if (rows.length === 0) return null
  return (
    <Card title={t.byChannel}>
      <Table label={t.byChannel} columns={columns} rows={rows} keyOf={({ channel }) => channel} />
    </Card>
  )
}
