import type { paths } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { scopeName } from '../../app/guard/standing.tsx'
import { useTenantNames } from '../../app/operator/tenants.ts'
import { useTab } from '../../app/tab.tsx'
import { Link } from '../../parts/button.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { List, useList } from '../../parts/list.tsx'
import { Card } from '../../parts/page.tsx'
import { Badge } from '../../parts/status.tsx'
import { Table } from '../../parts/table.tsx'
import { Time, Words } from '../../parts/text.tsx'
import { num, percent } from '../../words/format.ts'
import { t } from './words.ts'

type Alerts = paths['/admin/v1/guard-alerts']['get']['responses']['200']['content']['application/json']
type Alert = Alerts['data'][number]

/** Accounts whose codes used much of a day's ceiling: a campaign of theirs, or somebody who pumps codes. */
export function GuardAlerts() {
  const { api, key } = useTab()
  const nameOf = useTenantNames()
  const list = useList<Alert, Alerts>([key, 'guard-alerts'], (cursor, limit = 20) =>
    unwrap(api.GET('/admin/v1/guard-alerts', { params: { query: { limit, ...(cursor ? { cursor } : {}) } } })),
  )
  return (
    <Card
      title={t.guard.title}
      actions={
        <Download
          name="guard"
          of={list}
          fields={['id', 'at', 'tenantId', 'mode', 'scope', 'percent', 'used', 'ceiling']}
        />
      }
    >
      <p className="faint">{t.guard.about}</p>
      <List list={list} empty={<p className="faint">{t.guard.none}</p>}>
        <Table
          label={t.guard.title}
          rows={list.rows}
          keyOf={({ id }) => id}
          columns={[
            {
              name: t.account,
              kind: 'head',
              of: ({ tenantId }) => (
                <Link to="/operator/tenants/$id" params={{ id: tenantId }}>
                  <Words>{nameOf(tenantId)}</Words>
                </Link>
              ),
            },
            { name: t.guard.mode, of: ({ mode }) => t.guard.modes[mode] },
            { name: t.guard.scope, of: ({ scope }) => scopeName(scope) },
            {
              name: t.guard.reached,
              of: ({ percent: reached, used, ceiling }) => (
                <>
                  <Badge tone={reached >= 80 ? 'bad' : 'warn'}>{percent(reached / 100)}</Badge>{' '}
                  <span className="faint">{t.guard.of(num(used), num(ceiling))}</span>
                </>
              ),
            },
            { name: t.guard.at, of: ({ at }) => <Time at={at} /> },
          ]}
        />
      </List>
    </Card>
  )
}
