import { useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactNode, useMemo, useState } from 'react'
import type { components, paths } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { NothingSent } from '../../app/tenant/nothing-sent.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Empty } from '../../parts/feedback.tsx'
import { SearchField } from '../../parts/field.tsx'
import { Link } from '../../parts/link.tsx'
import { List, useList } from '../../parts/list.tsx'
import { Page } from '../../parts/page.tsx'
import { Badge } from '../../parts/status.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Code, Time, Words } from '../../parts/text.tsx'
import { TimeFilter } from '../../parts/times/time-filter.tsx'
import { timesOf } from '../../parts/times/times.ts'
import { t as common } from '../../words/common.ts'
import { num } from '../../words/format.ts'
import { CountsBar } from './counts.tsx'
import type { BatchSearch } from './routes.ts'
import { t } from './words.ts'

type BatchPage = components['schemas']['BatchPage']
type Batch = BatchPage['data'][number]

function Name({ batch: { id, clientRef, altered } }: { batch: Batch }) {
  const { tenantId, mode } = useTenantTab()
  return (
    <Link to="/t/$tenantId/$mode/batches/$id" params={{ tenantId, mode, id }}>
      {altered ? common.altered : clientRef ? <Words>{clientRef}</Words> : <Code>{`${id.slice(0, 18)}…`}</Code>}
    </Link>
  )
}

const columns: readonly Column<Batch>[] = [
  { name: t.batch, kind: 'head', of: (batch) => <Name batch={batch} /> },
  { name: t.total, align: 'end', of: ({ total }) => num(total) },
  { name: t.rejected, align: 'end', of: ({ rejected }) => (rejected === null ? '—' : num(rejected)) },
  {
    name: t.progress,
    of: ({ counts, canceledAt }) =>
      canceledAt ? (
        <Badge tone="quiet">{t.canceled}</Badge>
      ) : counts ? (
        <CountsBar counts={counts} />
      ) : (
        <span className="faint">{t.open}</span>
      ),
  },
  { name: t.when, align: 'end', of: ({ acceptedAt }) => <Time at={acceptedAt} /> },
]

type Query = NonNullable<paths['/v1/batches']['get']['parameters']['query']>

/** The list itself, for one search, below what the page says of it. */
function Found({ query, isNarrowed, children }: { query: Query; isNarrowed: boolean; children: ReactNode }) {
  const { api, key } = useTenantTab()
  const list = useList<Batch, BatchPage>([key, 'batches', 'list', query], (cursor, limit = 20) =>
    unwrap(api.GET('/v1/batches', { params: { query: { ...query, limit, ...(cursor ? { cursor } : {}) } } })),
  )
  return (
    <Page
      title={t.title}
      about={t.about}
      actions={
        <Download
          name="batches"
          of={list}
          fields={['id', 'clientRef', 'acceptedAt', 'canceledAt', 'total', 'accepted', 'rejected']}
        />
      }
    >
      {children}
      <List
        list={list}
        empty={
          isNarrowed ? (
            <Empty title={t.nothing} />
          ) : (
            <NothingSent title={t.empty} advice={t.emptyDo} compose={t.compose} />
          )
        }
      >
        <Table label={t.title} columns={columns} rows={list.rows} keyOf={({ id }) => id} />
      </List>
    </Page>
  )
}

/** Batches, newest first. */
export default function BatchesPage() {
  const { can, tenantId, mode } = useTenantTab()
  const search: BatchSearch = useSearch({ strict: false })
  const navigate = useNavigate()
  const [typed, setTyped] = useState(search.ref ?? '')
  const query: Query = useMemo(
    () => ({ ...(search.ref ? { clientRef: search.ref } : {}), ...timesOf(search) }),
    [search],
  )
  const change = (fields: { readonly [Field in keyof BatchSearch]?: string | undefined }): void => {
    const merged = Object.entries({ ...search, ...fields }).filter(([, value]) => value !== undefined)
    void navigate({ to: '.', search: Object.fromEntries(merged), replace: true })
  }
  const find = (text: string): void => {
    const sought = text.trim()
    if (/^bat_[0-9a-z]+$/.test(sought)) void navigate({ href: `/t/${tenantId}/${mode}/batches/${sought}` })
    else change({ ref: sought || undefined })
  }
  if (!can('messages:read')) return <Page title={t.title}>{common.noScope}</Page>
  return (
    <Found query={query} isNarrowed={Object.keys(search).length > 0}>
      <div className="batch-filters">
        <div className="batch-search">
          <SearchField label={t.search} value={typed} onChange={setTyped} onSubmit={find} onClear={() => find('')} />
        </div>
        <TimeFilter value={search} onChange={change} />
      </div>
    </Found>
  )
}
