import type { AnswerOf, RowOf } from '../../api/answers.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Allowed } from '../../app/tenant/allowed.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Empty } from '../../parts/feedback.tsx'
import { List, useList } from '../../parts/list.tsx'
import { Badge } from '../../parts/status.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Code, Time, Words } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { TeamPage } from './team-page.tsx'
import { t } from './words.ts'

type Disclosure = RowOf<'/v1/disclosures'>

const COLUMNS: readonly Column<Disclosure>[] = [
  { name: t.when, kind: 'head', of: ({ at }) => <Time at={at} exact /> },
  { name: t.who, of: ({ role }) => t.readers[role] },
  { name: t.what, of: ({ object }) => <Code>{object}</Code> },
  {
    name: t.why,
    of: ({ reason, altered }) => (
      <>
        {reason ? <Words>{reason}</Words> : '—'} {altered ? <Badge tone="bad">{common.altered}</Badge> : null}
      </>
    ),
  },
  { name: t.call, of: ({ operation }) => <Code>{operation}</Code> },
]

function Disclosures() {
  const { api, key } = useTenantTab()
  const list = useList<Disclosure, AnswerOf<'/v1/disclosures'>>([key, 'disclosures'], (cursor, limit = 20) =>
    unwrap(api.GET('/v1/disclosures', { params: { query: { limit, ...(cursor ? { cursor } : {}) } } })),
  )
  return (
    <TeamPage
      title={t.reads}
      about={t.readsAbout}
      actions={
        <Download name="read-by-operator" of={list} fields={['at', 'id', 'role', 'object', 'reason', 'operation']} />
      }
    >
      <List list={list} empty={<Empty title={t.readsEmpty} />}>
        <Table label={t.reads} columns={COLUMNS} rows={list.rows} keyOf={({ id }) => id} />
      </List>
    </TeamPage>
  )
}

/** Who of the operator read words of the account's people. */
export default function DisclosuresPage() {
  return (
    <Allowed scope="requests:read" title={t.reads}>
      <Disclosures />
    </Allowed>
  )
}
