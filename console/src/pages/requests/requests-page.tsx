import '../../styles/rooms.css'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import type { AnswerOf } from '../../api/answers.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Allowed } from '../../app/tenant/allowed.tsx'
import { Who } from '../../app/tenant/who.tsx'
import { Button } from '../../parts/button.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Empty, Note } from '../../parts/feedback.tsx'
import { List, useList } from '../../parts/list.tsx'
import { Page } from '../../parts/page.tsx'
import { Badge } from '../../parts/status.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Code, Time } from '../../parts/text.tsx'
import { num } from '../../words/format.ts'
import type { Tone } from '../../words/statuses.ts'
import { Filters } from './filters.tsx'
import { queryOf, type RequestSearch, searchOf } from './query.ts'
import { type Call, RequestDialog } from './request-dialog.tsx'
import { timeOfRequest } from './request-id.ts'
import { t, whatOf } from './words.ts'

type Log = AnswerOf<'/v1/requests'>

const toneOfStatus = (status: number): Tone => (status < 400 ? 'good' : status < 500 ? 'warn' : 'bad')

const columnsOf = (see: (call: Call) => void): readonly Column<Call>[] => [
  {
    name: t.what,
    kind: 'head',
    of: (call) => (
      <div>
        <Button weight="quiet" className="as-link" onPress={() => see(call)}>
          {whatOf(call.method, call.route) ?? t.one}
        </Button>
        <div className="faint">
          <Code>
            {call.method} {call.route}
          </Code>
        </div>
      </div>
    ),
  },
  {
    name: t.status,
    of: ({ status, count }) => (
      <>
        <Badge tone={toneOfStatus(status)}>
          <bdi dir="ltr">{status}</bdi>
        </Badge>{' '}
        {count > 1 ? <span className="faint">× {num(count)}</span> : null}
      </>
    ),
  },
  { name: t.who, of: ({ actor }) => <Who id={actor} ofNobody={t.nobody} /> },
  {
    name: t.where,
    of: ({ ip, country }) => (
      <Code>
        {ip || '—'} {country}
      </Code>
    ),
  },
  { name: t.at, of: ({ at }) => <Time at={at} /> },
]

const route = getRouteApi('/t/$tenantId/$mode/requests')

function Requests() {
  const { api, key } = useTenantTab()
  const search = searchOf(route.useSearch())
  const navigate = route.useNavigate()
  const [seen, setSeen] = useState<Call | null>(null)
  const isBadId = search.id !== undefined && timeOfRequest(search.id) === null
  const query = queryOf(search)
  const read = (cursor?: string, limit = 25) =>
    unwrap(api.GET('/v1/requests', { params: { query: { ...query, limit, ...(cursor ? { cursor } : {}) } } }))
  const list = useList<Call, Log>([key, 'requests', query], read)
  const rows = search.id ? list.rows.filter(({ id }) => id === search.id) : list.rows
  const shown = { ...list, rows }
  const change = (part: Partial<Record<keyof RequestSearch, string | undefined>>): void =>
    void navigate({ search: (before: RequestSearch) => ({ ...before, ...part }) })
  return (
    <Page
      title={t.title}
      about={t.about}
      actions={
        <Download
          name="access-log"
          of={list}
          fields={[
            'at',
            'id',
            'actor',
            'role',
            'ip',
            'country',
            'method',
            'route',
            { field: 'httpStatus', of: ({ status }) => status },
            'count',
            'object',
            'problem',
          ]}
        />
      }
    >
      <Filters search={search} onChange={change} />
      {isBadId ? (
        <Note tone="warn">{t.badId}</Note>
      ) : (
        <List
          list={shown}
          empty={
            <Empty title={search.id ? t.notFound : t.empty}>
              {search.id ? null : <p>{t.emptyWhy}</p>}
              <Button onPress={() => void navigate({ search: {} })}>{t.showAll}</Button>
            </Empty>
          }
        >
          <Table label={t.title} columns={columnsOf(setSeen)} rows={rows} keyOf={({ id }) => id} />
        </List>
      )}
      {seen ? <RequestDialog of={seen} onClose={() => setSeen(null)} /> : null}
    </Page>
  )
}

/** The access log: what programs and people of the tenant did in this mode. */
export default function RequestsPage() {
  return (
    <Allowed scope="requests:read" title={t.title}>
      <Requests />
    </Allowed>
  )
}
