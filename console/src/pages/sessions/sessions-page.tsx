import type { components } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Allowed } from '../../app/tenant/allowed.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Empty } from '../../parts/feedback.tsx'
import { Link } from '../../parts/link.tsx'
import { List, useList } from '../../parts/list.tsx'
import { Page } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Code, Ltr, Time } from '../../parts/text.tsx'
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
  const list = useList<Session, components['schemas']['SessionPage']>([key, 'sessions'], (cursor, limit = 20) =>
    unwrap(api.GET('/v1/sessions', { params: { query: { limit, ...(cursor ? { cursor } : {}) } } })),
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
    <Page
      title={t.title}
      about={t.about}
      actions={
        <Download
          name="sessions"
          of={list}
          fields={['id', 'startedAt', 'from', 'to', 'status', 'reason', 'turnCount', 'updatedAt']}
        />
      }
    >
      <List list={list} empty={<Nothing />}>
        <Table label={t.title} columns={columns} rows={list.rows} keyOf={({ id }) => id} />
      </List>
    </Page>
  )
}

/** Sessions, newest first. */
export default function SessionsPage() {
  return (
    <Allowed scope="sessions:read" title={t.title}>
      <Sessions />
    </Allowed>
  )
}
