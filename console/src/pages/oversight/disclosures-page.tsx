import { useState } from 'react'
import type { paths } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { useTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { Empty, Trouble } from '../../parts/feedback.tsx'
import { List, useList } from '../../parts/list.tsx'
import { Page } from '../../parts/page.tsx'
import { Badge } from '../../parts/status.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Code, Time, Words } from '../../parts/text.tsx'
import { roleName } from '../../words/roles.ts'
import { t } from './words.ts'

type Disclosures = paths['/admin/v1/disclosures']['get']['responses'][200]['content']['application/json']
type Disclosure = Disclosures['data'][number]

/** Lets the account see a disclosure whose order was lifted. */
function Lift({ id }: { id: string }) {
  const { api, key } = useTab()
  const [isAsked, setAsked] = useState(false)
  const lift = useAct(() => unwrap(api.POST('/admin/v1/disclosures/{id}/lift', { params: { path: { id } } })), {
    changes: [[key, 'disclosures']],
    onDone: () => setAsked(false),
  })
  return (
    <>
      <Button weight="quiet" onPress={() => setAsked(true)}>
        {t.lift}
      </Button>
      <Confirm
        title={t.lift}
        action={t.lift}
        isOpen={isAsked}
        isPending={lift.isPending}
        onClose={() => setAsked(false)}
        onConfirm={() => lift.mutate()}
      >
        <p>{t.liftWhy}</p>
        <Trouble error={lift.error} />
      </Confirm>
    </>
  )
}

/** What the licensee's people read of other people's words. */
export default function DisclosuresPage() {
  const { api, key, can } = useTab()
  const list = useList<Disclosure, Disclosures>([key, 'disclosures'], (cursor, limit = 20) =>
    unwrap(api.GET('/admin/v1/disclosures', { params: { query: { limit, ...(cursor ? { cursor } : {}) } } })),
  )
  const columns: readonly Column<Disclosure>[] = [
    { name: t.at, kind: 'head', of: ({ at }) => <Time at={at} exact /> },
    { name: t.who, of: ({ role }) => roleName(role) },
    { name: t.what, of: ({ object }) => <Code>{object}</Code> },
    { name: t.operation, of: ({ operation }) => <Code>{operation}</Code> },
    { name: t.tenantId, of: ({ tenantId }) => <Code>{tenantId}</Code> },
    { name: t.reason, kind: 'wide', of: ({ reason }) => <Words>{reason ?? '—'}</Words> },
    {
      name: t.underOrder,
      of: ({ id, underOrder }) =>
        underOrder === null ? (
          <span className="faint">{t.seen}</span>
        ) : (
          <span className="row">
            <Words>{underOrder.reference ?? ''}</Words>
            <Badge tone={underOrder.isLifted ? 'good' : 'warn'}>{underOrder.isLifted ? t.seen : t.hidden}</Badge>
            {!underOrder.isLifted && can('people:disclose') ? <Lift id={id} /> : null}
          </span>
        ),
    },
  ]
  return (
    <Page
      title={t.disclosuresTitle}
      about={t.disclosuresAbout}
      actions={
        <Download
          name="disclosures"
          of={list}
          fields={[
            'at',
            'id',
            'role',
            'object',
            'operation',
            'tenantId',
            'reason',
            'underOrder.reference',
            'underOrder.isLifted',
          ]}
        />
      }
    >
      <List list={list} empty={<Empty title={t.noDisclosures} />}>
        <Table label={t.disclosuresTitle} columns={columns} rows={list.rows} keyOf={({ id }) => id} />
      </List>
    </Page>
  )
}
