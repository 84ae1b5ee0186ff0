import '../../styles/rooms.css'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { paths } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { useTab } from '../../app/tab.tsx'
import { useOnce } from '../../app/tenant/once.ts'
import { Button, Link } from '../../parts/button.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Empty, Note, Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { List, useList } from '../../parts/list.tsx'
import { Card, Page } from '../../parts/page.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { Status } from '../../parts/status.tsx'
import { Table } from '../../parts/table.tsx'
import { Code, Time, Words } from '../../parts/text.tsx'
import { ZoneField } from '../../parts/times/zone-field.tsx'
import { t as common } from '../../words/common.ts'
import { fieldText } from '../../words/failures.ts'
import { zone } from '../../words/format.ts'
import { levelWords } from '../../words/levels.ts'
import { PACKS, packWords } from '../../words/packs.ts'
import { statusName } from '../../words/statuses.ts'
import { type TenantStatus, tenantsRoute } from './routes.ts'
import { t } from './words.ts'

type Tenants = paths['/admin/v1/tenants']['get']['responses']['200']['content']['application/json']
export type Tenant = Tenants['data'][number]

const STATUSES = ['pending', 'active', 'suspended', 'closed'] as const

function Create() {
  const { api, key } = useTab()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [pack, setPack] = useState<Tenant['pack']>('ir')
  const [timeZone, setTimeZone] = useState<string>(zone)
  const once = useOnce()
  const create = useAct(
    () => {
      const body = { name, pack, timeZone }
      return unwrap(
        api.POST('/admin/v1/tenants', { params: { header: { 'Idempotency-Key': once.keyFor(body) } }, body }),
      )
    },
    {
      changes: [[key, 'tenants']],
      onDone: ({ id }) => void navigate({ to: '/operator/tenants/$id', params: { id } }),
    },
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    create.mutate()
  }
  return (
    <Card title={t.create}>
      <p className="faint">{t.createWhy}</p>
      <form onSubmit={submit} className="stack form">
        <TextField
          label={t.accountName}
          value={name}
          onChange={setName}
          isRequired
          maxLength={100}
          error={fieldText(create.error, '/name')}
        />
        <SelectField<Tenant['pack']>
          label={t.pack}
          help={packWords[pack].means}
          options={PACKS}
          value={pack}
          onChange={setPack}
        />
        <ZoneField
          label={t.zone}
          help={t.zoneHelp}
          value={timeZone}
          onChange={setTimeZone}
          error={fieldText(create.error, '/timeZone')}
        />
        <Trouble error={create.error} />
        <div>
          <Button type="submit" isPending={create.isPending}>
            {t.create}
          </Button>
        </div>
      </form>
    </Card>
  )
}

/** Narrows the list, by state and by a part of the name. */
function Narrow() {
  const { status, name } = tenantsRoute.useSearch()
  const navigate = tenantsRoute.useNavigate()
  const [typed, setTyped] = useState(name ?? '')
  const show = (next: { status?: TenantStatus | undefined; name?: string | undefined }): void =>
    void navigate({
      search: { ...(next.status ? { status: next.status } : {}), ...(next.name ? { name: next.name } : {}) },
    })
  const find = (event: FormEvent): void => {
    event.preventDefault()
    show({ status, name: typed.trim() })
  }
  const forget = (): void => {
    setTyped('')
    show({ status })
  }
  return (
    <form className="filter-row" onSubmit={find}>
      <SelectField<TenantStatus | 'all'>
        label={t.status}
        value={status ?? 'all'}
        onChange={(next) => show({ status: next === 'all' ? undefined : next, name })}
        options={[{ id: 'all', name: t.all }, ...STATUSES.map((id) => ({ id, name: statusName(id) }))]}
      />
      <TextField label={t.partOfName} value={typed} onChange={setTyped} maxLength={100} />
      <Button type="submit">{t.find}</Button>
      {name ? (
        <Button weight="quiet" onPress={forget}>
          {t.showAll}
        </Button>
      ) : null}
    </form>
  )
}

/** All accounts, by state and name. */
export default function TenantsPage() {
  const { api, key, can } = useTab()
  const { status, name } = tenantsRoute.useSearch()
  const list = useList<Tenant, Tenants>([key, 'tenants', status ?? 'all', name ?? ''], (cursor, limit = 50) =>
    unwrap(
      api.GET('/admin/v1/tenants', {
        params: {
          query: { limit, ...(status ? { status } : {}), ...(name ? { name } : {}), ...(cursor ? { cursor } : {}) },
        },
      }),
    ),
  )
  if (!can('tenants:read')) return <Note>{common.noScope}</Note>
  return (
    <Page
      title={t.title}
      about={t.about}
      actions={
        <Download
          name="accounts"
          of={list}
          fields={['id', 'name', 'status', 'identityLevel', 'pack', 'timeZone', 'createdAt', 'updatedAt', 'closedAt']}
        />
      }
    >
      <Narrow key={name ?? ''} />
      <List list={list} empty={<Empty title={name ? t.noneNamed(name) : t.empty} />}>
        <Table
          label={t.title}
          rows={list.rows}
          keyOf={({ id }) => id}
          columns={[
            {
              name: t.name,
              kind: 'head',
              of: ({ id, name }) => (
                <Link to="/operator/tenants/$id" params={{ id }}>
                  <Words>{name}</Words>
                </Link>
              ),
            },
            { name: t.status, of: (tenant) => <Status status={tenant.status} /> },
            {
              name: t.level,
              of: ({ identityLevel }) => (identityLevel ? levelWords[identityLevel].name : t.vouched),
            },
            { name: t.pack, of: ({ pack }) => packWords[pack].name },
            { name: t.id, of: ({ id }) => <Code>{id}</Code> },
            { name: t.made, of: ({ createdAt }) => <Time at={createdAt} /> },
          ]}
        />
      </List>
      {can('tenants:write') ? <Create /> : null}
    </Page>
  )
}
