import '../../styles/rooms.css'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { RowOf } from '../../api/answers.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Allowed } from '../../app/tenant/allowed.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Empty, Loading, Trouble } from '../../parts/feedback.tsx'
import { Page } from '../../parts/page.tsx'
import { Badge, Status } from '../../parts/status.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Choices } from '../../parts/tabs/choices.tsx'
import { Ltr } from '../../parts/text.tsx'
import { channelName } from '../../words/common.ts'
import { t } from './words.ts'

type Sender = RowOf<'/v1/senders'>

const COLUMNS: readonly Column<Sender>[] = [
  {
    name: t.address,
    kind: 'head',
    of: ({ address, isDefault }) => (
      <span>
        <Ltr>{address}</Ltr> {isDefault ? <Badge tone="open">{t.isDefault}</Badge> : null}
      </span>
    ),
  },
  { name: t.channel, of: ({ channel }) => channelName(channel) },
  { name: t.kind, of: ({ kind }) => t.kinds[kind] },
  { name: t.lineClass, of: ({ lineClass }) => t.classes[lineClass] },
  {
    name: t.state,
    of: ({ state }) => (state === 'active' ? <Status status="active" /> : <Badge tone="quiet">{t.inactive}</Badge>),
  },
]

const route = getRouteApi('/t/$tenantId/$mode/senders')

function Senders() {
  const { api, key } = useTenantTab()
  const navigate = route.useNavigate()
  const { channel = '' } = route.useSearch()
  const senders = useQuery({ queryKey: [key, 'senders'], queryFn: () => unwrap(api.GET('/v1/senders')) })
  const all = senders.data?.data ?? []
  const rows = channel ? all.filter((sender) => sender.channel === channel) : all
  const channels = [...new Set(all.map((sender) => sender.channel))]
  return (
    <Page
      title={t.title}
      about={t.about}
      actions={
        rows.length > 0 ? (
          <Download
            name="senders"
            of={rows}
            fields={['channel', 'address', 'kind', 'lineClass', 'isDefault', 'mode', 'state']}
          />
        ) : null
      }
    >
      {senders.isPending ? <Loading /> : null}
      <Trouble error={senders.error} onRetry={() => void senders.refetch()} />
      {channels.length > 1 ? (
        <Choices<string>
          label={t.channel}
          options={[{ id: '', name: t.every }, ...channels.map((id) => ({ id, name: channelName(id) }))]}
          value={channel}
          onChange={(id) => void navigate({ search: id ? { channel: id } : {}, replace: true })}
        />
      ) : null}
      {senders.data && all.length === 0 ? (
        <Empty title={t.empty}>
          <p>{t.emptyWhy}</p>
        </Empty>
      ) : null}
      {all.length > 0 && rows.length === 0 ? <p className="faint">{t.none}</p> : null}
      {rows.length > 0 ? (
        <>
          <Table
            label={t.title}
            columns={COLUMNS}
            rows={rows}
            keyOf={({ channel: of, address, mode }) => `${of} ${address} ${mode}`}
          />
          <p className="faint">
            {t.isDefault}: {t.isDefaultWhy}
          </p>
        </>
      ) : null}
    </Page>
  )
}

/** What the account's messages come from. */
export default function SendersPage() {
  return (
    <Allowed scope="senders:read" title={t.title}>
      <Senders />
    </Allowed>
  )
}
