import { useState } from 'react'
import type { RowOf } from '../../../api/answers.ts'
import { unwrap } from '../../../api/unwrap.ts'
import { useTenantTab } from '../../../app/tab.tsx'
import { Allowed } from '../../../app/tenant/allowed.tsx'
import { ConfirmRemoval } from '../../../app/tenant/removal.tsx'
import { useKeys, Who } from '../../../app/tenant/who.tsx'
import { Button, Link } from '../../../parts/button.tsx'
import { Checkbox } from '../../../parts/choice-field.tsx'
import { Download } from '../../../parts/csv/download.tsx'
import { Dialog } from '../../../parts/dialog.tsx'
import { Empty, Loading, Trouble } from '../../../parts/feedback.tsx'
import { Facts } from '../../../parts/page.tsx'
import { Status } from '../../../parts/status.tsx'
import { type Column, Table } from '../../../parts/table.tsx'
import { Code, Time, Words } from '../../../parts/text.tsx'
import { t as common } from '../../../words/common.ts'
import { scopeWords } from '../../../words/roles.ts'
import { DevelopersPage } from '../developers-page.tsx'
import { t } from './words.ts'

type Key = RowOf<'/v1/keys'>

/** What a key may do, in words. */
const Scopes = ({ of }: { of: readonly string[] }) => (
  <ul>
    {of.map((scope) => (
      <li key={scope}>
        {(scopeWords as Readonly<Record<string, string>>)[scope] ?? scope}{' '}
        <span className="faint">
          <Code>{scope}</Code>
        </span>
      </li>
    ))}
  </ul>
)

/** All of one key. */
const KeyDialog = ({ of, onClose }: { of: Key; onClose: () => void }) => (
  <Dialog title={of.name} isOpen onClose={onClose}>
    <Facts
      of={[
        [t.state, <Status key="state" status={of.status} />],
        [t.kind, t.kinds[of.kind]],
        [t.id, <Code key="id">{of.id}</Code>],
        [t.madeBy, <Who key="by" id={of.madeBy} />],
        [t.made, <Time key="made" at={of.createdAt} exact />],
        [t.ends, <Time key="ends" at={of.expiresAt} exact />],
        [t.lastUsed, of.lastUsedAt ? <Time key="used" at={of.lastUsedAt} exact /> : t.never],
        [t.ips, of.allowedIps ? <Code key="ips">{of.allowedIps.join(' ')}</Code> : t.anywhere],
      ]}
    />
    <div>
      <h3>{t.scopes}</h3>
      {of.scopes.length > 0 ? <Scopes of={of.scopes} /> : <p>{t.none}</p>}
    </div>
    <div className="actions">
      <Button onPress={onClose}>{common.close}</Button>
    </div>
  </Dialog>
)

/** Asks before a key is revoked. */
function Revoke({ of, onClose }: { of: Key; onClose: () => void }) {
  const { api } = useTenantTab()
  return (
    <ConfirmRemoval
      title={t.revokeTitle}
      what={<Words>{of.name}</Words>}
      why={t.revokeWhy}
      action={t.revokeKey}
      call={() => unwrap(api.DELETE('/v1/keys/{id}', { params: { path: { id: of.id } } }))}
      changes={['keys']}
      onClose={onClose}
    />
  )
}

/** The table of keys, with what can be done to one. */
function Keys({ keys, onRevoke }: { keys: readonly Key[]; onRevoke: (key: Key) => void }) {
  const { can } = useTenantTab()
  const [seen, setSeen] = useState<Key | null>(null)
  const columns: readonly Column<Key>[] = [
    {
      name: t.name,
      kind: 'head',
      of: (one) => (
        <Button weight="quiet" className="as-link" onPress={() => setSeen(one)}>
          <Words>{one.name}</Words>
        </Button>
      ),
    },
    { name: t.state, of: ({ status }) => <Status status={status} /> },
    { name: t.kind, of: ({ kind }) => t.kinds[kind] },
    { name: t.madeBy, of: ({ madeBy }) => <Who id={madeBy} /> },
    { name: t.lastUsed, of: ({ lastUsedAt }) => (lastUsedAt ? <Time at={lastUsedAt} /> : t.never) },
    { name: t.ends, of: ({ expiresAt }) => <Time at={expiresAt} /> },
  ]
  const revoking: Column<Key> = {
    name: common.actions,
    of: (one) =>
      one.status === 'active' ? (
        <Button weight="danger" className="in-row" onPress={() => onRevoke(one)}>
          {t.revoke}
        </Button>
      ) : null,
  }
  return (
    <>
      <Table
        label={t.title}
        columns={can('keys:write') ? [...columns, revoking] : columns}
        rows={keys}
        keyOf={({ id }) => id}
      />
      {seen ? <KeyDialog of={seen} onClose={() => setSeen(null)} /> : null}
    </>
  )
}

function KeysList() {
  const { can, mode, tenantId } = useTenantTab()
  const keys = useKeys()
  const [endedToo, setEndedToo] = useState(false)
  const [revoked, setRevoked] = useState<Key | null>(null)
  const all = keys.data?.data.filter((one) => one.mode === mode) ?? []
  const seen = all.filter(({ status }) => endedToo || status === 'active')
  const make = can('keys:write') ? (
    <Link to="/t/$tenantId/$mode/developers/keys/new" params={{ tenantId, mode }} weight="primary">
      {t.make}
    </Link>
  ) : null
  return (
    <DevelopersPage
      title={t.title}
      about={t.about}
      actions={
        <>
          {seen.length > 0 ? (
            <Download
              name="keys"
              of={seen}
              fields={[
                'id',
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
          ) : null}
          {make}
        </>
      }
    >
      {keys.isPending ? <Loading /> : null}
      <Trouble error={keys.error} onRetry={() => void keys.refetch()} />
      {keys.data && seen.length === 0 ? <Empty title={t.empty}>{make ? <p>{t.emptyWhy}</p> : null}</Empty> : null}
      {seen.length > 0 ? <Keys keys={seen} onRevoke={setRevoked} /> : null}
      {all.some(({ status }) => status !== 'active') ? (
        <Checkbox isSelected={endedToo} onChange={setEndedToo}>
          {t.showEnded}
        </Checkbox>
      ) : null}
      {revoked ? <Revoke of={revoked} onClose={() => setRevoked(null)} /> : null}
    </DevelopersPage>
  )
}

/** API keys and credentials of the tab's mode. */
export default function KeysPage() {
  return (
    <Allowed scope="keys:read" title={t.title}>
      <KeysList />
    </Allowed>
  )
}
