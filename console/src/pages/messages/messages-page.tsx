import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo } from 'react'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { NothingSent } from '../../app/tenant/nothing-sent.tsx'
import { Button } from '../../parts/button.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Empty, Loading } from '../../parts/feedback.tsx'
import { List, useList } from '../../parts/list.tsx'
import { Page } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { t as common } from '../../words/common.ts'
import { num } from '../../words/format.ts'
import { columns, csvFields } from './columns.tsx'
import { type Change, Filters, Narrowed } from './filters.tsx'
import { type Message, type MessagePage, useFresh } from './fresh.ts'
import { isNarrowed, type MessageQuery, type MessageSearch, queryOf, searchOf } from './query.ts'
import { type Sought, soughtOf } from './sought.ts'
import { t } from './words.ts'
import '../../styles/messages.css'

/** Rooms of what has an id of its own. */
const ROOMS = { message: 'messages', batch: 'batches', verification: 'verifications' } as const

/** Address of what was searched for, if that has a page of its own. */
const pageOf = (sought: Sought | null): string | null =>
  sought && sought.kind in ROOMS && 'id' in sought ? `${ROOMS[sought.kind]}/${sought.id}` : null

function NothingHere({ search }: { search: MessageSearch }) {
  const navigate = useNavigate()
  if (!isNarrowed(search)) return <NothingSent title={t.empty} advice={t.emptyDo} compose={t.compose} />
  return (
    <Empty title={t.nothing}>
      <p>{t.nothingDo}</p>
      <Button onPress={() => void navigate({ to: '.', search: {} })}>{t.clearAll}</Button>
    </Empty>
  )
}

/** What a search finds, page by page. */
function useLog(search: MessageSearch) {
  const { api, key } = useTenantTab()
  const query = useMemo(() => queryOf(search), [search])
  const read = (more: Partial<MessageQuery>): Promise<MessagePage> =>
    unwrap(api.GET('/v1/messages', { params: { query: { ...query, ...more } } }))
  const listKey = [key, 'messages', 'list', query]
  const list = useList<Message, MessagePage>(listKey, (cursor, limit = 20) =>
    read({ limit, ...(cursor ? { cursor } : {}) }),
  )
  return { query, read, listKey, list }
}

/** The list itself, for one search. */
function Log({ search }: { search: MessageSearch }) {
  const queries = useQueryClient()
  const { query, read, listKey, list } = useLog(search)
  const loadedAt = list.query.dataUpdatedAt
  const after = query.after ?? ''
  const fresh = useFresh({
    key: listKey,
    rows: list.rows,
    loadedAt,
    isOn: query.before === undefined,
    read: (look) => read({ ...look, after: look.after > after ? look.after : after }),
  })
  return (
    <>
      <div className="log-head">
        {fresh.count > 0 ? (
          <Button weight="primary" onPress={() => void queries.resetQueries({ queryKey: listKey, exact: true })}>
            {(fresh.isMore ? t.freshMany : t.fresh)(num(fresh.count))}
          </Button>
        ) : null}
        <span className="visually-hidden" role="status">
          {fresh.count > 0 ? t.fresh(num(fresh.count)) : ''}
        </span>
      </div>
      <List list={list} empty={<NothingHere search={search} />}>
        <div className="log">
          <Table label={t.title} columns={columns} rows={list.rows} keyOf={({ id }) => id} />
        </div>
      </List>
    </>
  )
}

const LogFile = ({ search }: { search: MessageSearch }) => (
  <Download name="messages" of={useLog(search).list} fields={csvFields} />
)

/** The log of messages, newest first. */
export default function MessagesPage() {
  const { can, tenantId, mode } = useTenantTab()
  const asked: Readonly<Record<string, unknown>> = useSearch({ strict: false })
  const search = useMemo(() => searchOf(asked), [asked])
  const navigate = useNavigate()
  const sought = search.q === undefined ? null : soughtOf(search.q, search.as)
  const page = pageOf(sought)
  useEffect(() => {
    if (page) void navigate({ href: `/t/${tenantId}/${mode}/${page}`, replace: true })
  }, [page, navigate, tenantId, mode])
  const change = (fields: Change): void => {
    const merged = Object.entries({ ...search, ...fields }).filter(([, value]) => value !== undefined)
    void navigate({ to: '.', search: Object.fromEntries(merged), replace: true })
  }
  if (page) return <Loading />
  if (!can('messages:read')) return <Page title={t.title}>{common.noScope}</Page>
  return (
    <Page title={t.title} about={t.about} actions={<LogFile search={search} />}>
      <Filters search={search} onChange={change} />
      <Narrowed search={search} onChange={change} />
      <Log search={search} />
    </Page>
  )
}
