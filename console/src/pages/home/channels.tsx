import { useTenantTab } from '../../app/tab.tsx'
import { type Both, FIGURES } from '../../app/traffic/columns.ts'
import type { Statistic } from '../../app/traffic/counts.ts'
import { t as figures } from '../../app/traffic/words.ts'
import { Link } from '../../parts/link.tsx'
import { Card } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { channelName } from '../../words/common.ts'
import { t } from './words.ts'

interface Row extends Both {
  readonly channel: string
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

const columns: readonly Column<Row>[] = [
  { name: figures.channel, kind: 'head', of: ({ channel }) => <Channel channel={channel} /> },
  ...FIGURES,
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
