import '../../styles/rooms.css'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { AnswerOf, RowOf } from '../../api/answers.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Allowed } from '../../app/tenant/allowed.tsx'
import { Button } from '../../parts/button.tsx'
import { CodeBlock } from '../../parts/code/code-block.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Empty, Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { FilterFold } from '../../parts/filter-fold.tsx'
import { List, useList } from '../../parts/list.tsx'
import { Card, Page } from '../../parts/page.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { Badge, Status } from '../../parts/status.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Code, Time, Words } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { EditDevice, RemoveDevice } from './device-dialogs.tsx'
import type { DeviceSearch } from './routes.ts'
import { t } from './words.ts'

type Device = RowOf<'/v1/devices'>

const STATES = ['active', 'removed', 'all'] as const
type State = (typeof STATES)[number]

const COLUMNS: readonly Column<Device>[] = [
  { name: t.device, kind: 'head', of: ({ id }) => <Code>{id}</Code> },
  {
    name: t.state,
    of: ({ status, altered }) => (
      <span>
        {status === 'active' ? <Status status="active" /> : <Badge tone="quiet">{t.removed}</Badge>}{' '}
        {altered ? <Badge tone="bad">{common.altered}</Badge> : null}
      </span>
    ),
  },
  { name: t.network, of: ({ network }) => t.networks[network] },
  { name: t.app, of: ({ app }) => <Code>{app}</Code> },
  { name: t.user, of: ({ user }) => (user ? <Words>{user}</Words> : '—') },
  {
    name: t.tags,
    of: ({ tags }) => (tags.length > 0 ? <Words>{tags.join(', ')}</Words> : '—'),
  },
  { name: t.since, of: ({ createdAt }) => <Time at={createdAt} /> },
]

const route = getRouteApi('/t/$tenantId/$mode/devices')

interface FiltersProps {
  readonly search: DeviceSearch
  readonly onChange: (search: DeviceSearch) => void
}

/** Narrows the list to a person, a tag or a state. */
function Filters({ search, onChange }: FiltersProps) {
  const [user, setUser] = useState(search.user ?? '')
  const [tag, setTag] = useState(search.tag ?? '')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onChange({ ...search, user: user.trim() || undefined, tag: tag.trim() || undefined })
  }
  return (
    <FilterFold count={Object.values(search).filter((value) => value !== undefined).length}>
      <form onSubmit={submit} className="filter-row">
        <TextField label={t.byUser} value={user} onChange={setUser} />
        <TextField label={t.byTag} value={tag} onChange={setTag} />
        <SelectField<State>
          label={t.state}
          options={STATES.map((id) => ({ id, name: t.states[id] }))}
          value={STATES.find((one) => one === search.status) ?? 'active'}
          onChange={(status) => onChange({ ...search, status: status === 'active' ? undefined : status })}
        />
        <Button type="submit">{t.find}</Button>
      </form>
    </FilterFold>
  )
}

/** The key that browsers subscribe with. */
function SubscriptionKey() {
  const { api, key } = useTenantTab()
  const { data, error } = useQuery({
    queryKey: [key, 'devices', 'key'],
    queryFn: () => unwrap(api.GET('/v1/devices/key')),
    staleTime: 600_000,
  })
  return (
    <Card title={t.key}>
      <p>{t.keyWhy}</p>
      <Trouble error={error} />
      {data ? <CodeBlock title={<Code>applicationServerKey</Code>} code={data.publicKey} /> : null}
    </Card>
  )
}

/** What the address says, as the API wants it: texts alone, without what is empty. */
function queryOf({ user, tag, status }: DeviceSearch) {
  return {
    ...(user ? { user: String(user) } : {}),
    ...(tag ? { tag: String(tag) } : {}),
    ...(status === 'removed' || status === 'all' ? ({ status } as const) : {}),
  }
}

function Devices() {
  const { api, key, can } = useTenantTab()
  const navigate = route.useNavigate()
  const search = route.useSearch()
  const query = { status: 'active' as State, ...queryOf(search) }
  const isNarrowed = Object.keys(queryOf(search)).length > 0
  const [asked, setAsked] = useState<{ readonly what: 'edit' | 'remove'; readonly of: Device } | null>(null)
  const list = useList<Device, AnswerOf<'/v1/devices'>>([key, 'devices', query], (cursor, limit = 25) =>
    unwrap(api.GET('/v1/devices', { params: { query: { ...query, limit, ...(cursor ? { cursor } : {}) } } })),
  )
  const acts: Column<Device> = {
    name: common.actions,
    of: (device) =>
      device.status === 'active' ? (
        <span className="row">
          <Button weight="quiet" className="in-row" onPress={() => setAsked({ what: 'edit', of: device })}>
            {t.edit}
          </Button>
          <Button weight="danger" className="in-row" onPress={() => setAsked({ what: 'remove', of: device })}>
            {t.remove}
          </Button>
        </span>
      ) : null,
  }
  const Asked = asked?.what === 'edit' ? EditDevice : RemoveDevice
  return (
    <Page
      title={t.title}
      about={t.about}
      actions={
        <Download
          name="devices"
          of={list}
          fields={['id', 'network', 'app', 'status', 'user', 'tags', 'createdAt', 'updatedAt']}
        />
      }
    >
      <Filters
        key={`${search.user} ${search.tag}`}
        search={search}
        onChange={(next) => void navigate({ search: next, replace: true })}
      />
      <List
        list={list}
        empty={<Empty title={isNarrowed ? t.none : t.empty}>{isNarrowed ? null : <p>{t.emptyWhy}</p>}</Empty>}
      >
        <Table
          label={t.title}
          columns={can('devices:write') ? [...COLUMNS, acts] : COLUMNS}
          rows={list.rows}
          keyOf={({ id }) => id}
        />
      </List>
      <SubscriptionKey />
      {asked ? <Asked of={asked.of} onClose={() => setAsked(null)} /> : null}
    </Page>
  )
}

/** Devices that take notifications. */
export default function DevicesPage() {
  return (
    <Allowed scope="devices:read" title={t.title}>
      <Devices />
    </Allowed>
  )
}
