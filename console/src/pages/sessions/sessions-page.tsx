import type { components } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Empty, Note } from '../../parts/feedback.tsx'
import { Link } from '../../parts/link.tsx'
import { List, useList } from '../../parts/list.tsx'
import { Page } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Code, Ltr, Time } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { num } from '../../words/format.ts'
import { End } from './end.tsx'
import { t } from './words.ts'

type Session = components['schemas']['Session']

function Nothing() {
  const { tenantId, mode } = useTenantTab()
  if (mode === 'live') return <Empty title={t.empty}>{t.emptyLive}</Empty>
  return (
    <Empty title={t.empty}>
      <p>{t.emptyDo}</p>
      <Link weight="plain" to="/t/$tenantId/$mode/simulator" params={{ tenantId, mode }}>
        {t.toSimulator}
      </Link>
    </Empty>
  )
}

function Sessions() {
  const { api, key, tenantId, mode } = useTenantTab()
  const list = useList<Session, components['schemas']['SessionPage']>([key, 'sessions'], (cursor) =>
    unwrap(api.GET('/v1/sessions', { params: { query: { limit: 20, ...(cursor ? { cursor } : {}) } } })),
  )
  const columns: readonly Column<Session>[] = [
    {
      name: t.person,
      kind: 'head',
      of: ({ id, from }) => (
        <Link to="/t/$tenantId/$mode/sessions/$id" params={{ tenantId, mode, id }}>
          <Ltr>{from ?? id}</Ltr>
        </Link>
      ),
    },
    { name: t.code, of: ({ to }) => <Code>{to ?? '—'}</Code> },
    { name: t.state, of: (session) => <End session={session} /> },
    { name: t.turns, align: 'end', of: ({ turnCount }) => num(turnCount) },
    { name: t.when, of: ({ startedAt }) => <Time at={startedAt} /> },
  ]
  return (
    <List list={list} empty={<Nothing />}>
      <Table label={t.title} columns={columns} rows={list.rows} keyOf={({ id }) => id} />
    </List>
  )
}

/** Sessions, newest first. */
export default function SessionsPage() {
  const { can } = useTenantTab()
  return (
    <Page title={t.title} about={t.about}>
      {can('sessions:read') ? <Sessions /> : <Note>{common.noScope}</Note>}
    </Page>
  )
}
