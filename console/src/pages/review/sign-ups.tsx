import { useState } from 'react'
import type { paths } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { Approve } from '../../app/operator/approve.tsx'
import { Decided } from '../../app/operator/decided.tsx'
import { useTab } from '../../app/tab.tsx'
import { Button, Link } from '../../parts/button.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { List, useList } from '../../parts/list.tsx'
import { Card } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { Time, Words } from '../../parts/text.tsx'
import { levelWords } from '../../words/levels.ts'
import { packWords } from '../../words/packs.ts'
import { t } from './words.ts'

type Tenants = paths['/admin/v1/tenants']['get']['responses']['200']['content']['application/json']
type Tenant = Tenants['data'][number]

/** Accounts that people made by themselves and that wait for approval. */
export function SignUps() {
  const { api, key, can } = useTab()
  const list = useList<Tenant, Tenants>([key, 'tenants', 'pending'], (cursor, limit = 20) =>
    unwrap(
      api.GET('/admin/v1/tenants', {
        params: { query: { status: 'pending', limit, ...(cursor ? { cursor } : {}) } },
      }),
    ),
  )
  const [asking, setAsking] = useState<Tenant | null>(null)
  const [decided, setDecided] = useState<Tenant | null>(null)
  return (
    <Card
      title={t.signUps}
      actions={<Download name="sign-ups" of={list} fields={['id', 'name', 'identityLevel', 'pack', 'createdAt']} />}
    >
      <Decided
        what={
          decided && (
            <>
              {t.approvedAccount(decided.name)}{' '}
              <Link to="/operator/tenants/$id" params={{ id: decided.id }}>
                {t.whatLacks}
              </Link>
            </>
          )
        }
      />
      <List list={list} empty={<p className="faint">{t.noSignUps}</p>}>
        <Table
          label={t.signUps}
          rows={list.rows}
          keyOf={({ id }) => id}
          columns={[
            {
              name: t.account,
              kind: 'head',
              of: ({ id, name }) => (
                <Link to="/operator/tenants/$id" params={{ id }}>
                  <Words>{name}</Words>
                </Link>
              ),
            },
            { name: t.level, of: ({ identityLevel }) => (identityLevel ? levelWords[identityLevel].name : '—') },
            { name: t.pack, of: ({ pack }) => packWords[pack].name },
            { name: t.made, of: ({ createdAt }) => <Time at={createdAt} /> },
            {
              name: t.approve,
              of: (tenant) =>
                can('tenants:write') ? <Button onPress={() => setAsking(tenant)}>{t.approve}</Button> : null,
            },
          ]}
        />
      </List>
      {asking ? (
        <Approve
          key={asking.id}
          tenant={asking}
          onClose={() => setAsking(null)}
          onDone={() => {
            setAsking(null)
            setDecided(asking)
          }}
        />
      ) : null}
    </Card>
  )
}
