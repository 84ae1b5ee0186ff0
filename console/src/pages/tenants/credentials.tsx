import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { paths } from '../../../generated/api.d.ts'
import { KEY_SCOPES } from '../../../generated/roles.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { useTab } from '../../app/tab.tsx'
import { Button, CopyButton } from '../../parts/button.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { Loading, Note, Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { Card } from '../../parts/page.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { Status } from '../../parts/status.tsx'
import { Table } from '../../parts/table.tsx'
import { Code, Time, Words } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { t } from './words.ts'

type Credential =
  paths['/admin/v1/tenants/{tenantId}/credentials']['get']['responses']['200']['content']['application/json']['data'][number]

type Input = paths['/admin/v1/tenants/{tenantId}/credentials']['post']['requestBody']['content']['application/json']

// The cast: the tables are typed by all scopes, and these are those that a credential can hold.
const SCOPES = [...KEY_SCOPES] as Input['scopes']

function Make({ tenantId }: { tenantId: string }) {
  const { api, key } = useTab()
  const [name, setName] = useState('')
  const [mode, setMode] = useState<'test' | 'live'>('test')
  const [once, setOnce] = useState(() => crypto.randomUUID())
  const make = useAct(
    () =>
      unwrap(
        api.POST('/admin/v1/tenants/{tenantId}/credentials', {
          params: { path: { tenantId } },
          headers: { 'Idempotency-Key': once },
          body: { kind: 'secret', name, mode, scopes: SCOPES },
        }),
      ),
    {
      changes: [[key, 'credentials', tenantId]],
      onDone: () => {
        setName('')
        setOnce(crypto.randomUUID())
      },
    },
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    make.mutate()
  }
  const secret = make.data && 'secret' in make.data ? String(make.data.secret) : null
  return (
    <form onSubmit={submit} className="stack form">
      <h3>{t.makeCredential}</h3>
      <p className="faint">{t.credentialWhy}</p>
      <TextField label={t.name} value={name} onChange={setName} isRequired maxLength={200} />
      <SelectField<'test' | 'live'>
        label={t.mode}
        value={mode}
        onChange={setMode}
        options={[
          { id: 'test', name: common.test },
          { id: 'live', name: common.live },
        ]}
      />
      <Trouble error={make.error} />
      {make.data && secret ? (
        <Note tone="good">
          <strong>{t.secret}</strong>
          <Code>{make.data.clientId}</Code>
          <Code>{secret}</Code>
          <CopyButton text={secret} />
        </Note>
      ) : null}
      <div>
        <Button type="submit" isPending={make.isPending}>
          {t.makeCredential}
        </Button>
      </div>
    </form>
  )
}

/** Credentials of an account, and API keys of its people. */
export function Credentials({ tenantId, isClosed }: { tenantId: string; isClosed: boolean }) {
  const { api, key, can } = useTab()
  const list = useQuery({
    queryKey: [key, 'credentials', tenantId],
    queryFn: () => unwrap(api.GET('/admin/v1/tenants/{tenantId}/credentials', { params: { path: { tenantId } } })),
  })
  const [revoked, setRevoked] = useState<Credential | null>(null)
  const revoke = useAct(
    (clientId: string) =>
      unwrap(
        api.POST('/admin/v1/tenants/{tenantId}/credentials/{clientId}/revoke', {
          params: { path: { tenantId, clientId } },
        }),
      ),
    { changes: [[key, 'credentials', tenantId]], onDone: () => setRevoked(null) },
  )
  const rows = list.data?.data ?? []
  return (
    <Card
      title={t.credentials}
      actions={
        rows.length > 0 ? (
          <Download
            name={`credentials-${tenantId}`}
            of={rows}
            fields={[
              'clientId',
              'name',
              'mode',
              'kind',
              'status',
              'scopes',
              'allowedIps',
              'madeBy',
              'createdAt',
              'expiresAt',
              'revokedAt',
              'lastUsedAt',
            ]}
          />
        ) : null
      }
    >
      {list.isPending ? <Loading /> : null}
      <Trouble error={list.error} />
      {list.data && rows.length === 0 ? <p className="faint">{t.noCredentials}</p> : null}
      {rows.length > 0 ? (
        <Table<Credential>
          label={t.credentials}
          rows={rows}
          keyOf={({ clientId }) => clientId}
          columns={[
            { name: t.name, kind: 'head', of: ({ name }) => <Words>{name}</Words> },
            { name: t.status, of: ({ status }) => <Status status={status} /> },
            { name: t.mode, of: ({ mode }) => common[mode] },
            { name: t.kind, of: ({ kind }) => t.kinds[kind] },
            { name: t.id, of: ({ clientId }) => <Code>{clientId}</Code> },
            { name: t.used, of: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
            {
              name: common.actions,
              of: (credential) =>
                credential.status === 'active' && can('credentials:write') ? (
                  <Button
                    weight="danger"
                    onPress={() => {
                      revoke.reset()
                      setRevoked(credential)
                    }}
                  >
                    {t.revoke}
                  </Button>
                ) : null,
            },
          ]}
        />
      ) : null}
      {revoked ? (
        <Confirm
          title={t.revokeTitle}
          action={t.revoke}
          isOpen
          isPending={revoke.isPending}
          onClose={() => setRevoked(null)}
          onConfirm={() => revoke.mutate(revoked.clientId)}
        >
          <p>
            <Words>{revoked.name}</Words> <Code>{revoked.clientId}</Code>
          </p>
          <p>{t.revokeWhy}</p>
          <Trouble error={revoke.error} />
        </Confirm>
      ) : null}
      {can('credentials:write') && !isClosed ? <Make tenantId={tenantId} /> : null}
    </Card>
  )
}
