import '../../styles/rooms.css'
import { getRouteApi } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { AnswerOf } from '../../api/answers.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Allowed } from '../../app/tenant/allowed.tsx'
import { Button, Link } from '../../parts/button.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Empty } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { List, useList } from '../../parts/list.tsx'
import { Card, Page } from '../../parts/page.tsx'
import { Status } from '../../parts/status.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Ltr, Time } from '../../parts/text.tsx'
import { channelName } from '../../words/common.ts'
import { Counted } from './counted.tsx'
import { GuardCard } from './guard-card.tsx'
import { blockOf, type Verification } from './summary.ts'
import { reasonName, t } from './words.ts'

/** Why a verification stands as it does; empty where its state says all. */
export function reasonOf(verification: Verification): string {
  const block = blockOf(verification)
  if (block === 'too-many-checks') return t.tooManyChecks
  const reason = block ?? verification.guard?.reason
  return reason ? reasonName(reason) : ''
}

const route = getRouteApi('/t/$tenantId/$mode/verifications')

/** Narrows the list to a recipient. */
function Finder({ to, onFind }: { to: string; onFind: (to: string) => void }) {
  const [typed, setTyped] = useState(to)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onFind(typed.trim())
  }
  return (
    <form onSubmit={submit} className="filter-row">
      <TextField label={t.findTo} value={typed} onChange={setTyped} placeholder="+98912…" ltr />
      <Button type="submit">{t.find}</Button>
      {to ? <Button onPress={() => onFind('')}>{t.all}</Button> : null}
    </form>
  )
}

function All() {
  const { api, key, tenantId, mode } = useTenantTab()
  const navigate = route.useNavigate()
  const { to: asked, ...others } = route.useSearch()
  // A number without its plus is read as a number from the address.
  const to = asked === undefined ? '' : String(asked)
  const list = useList<Verification, AnswerOf<'/v1/verifications'>>(
    [key, 'verifications', 'list', to],
    (cursor, limit = 20) =>
      unwrap(
        api.GET('/v1/verifications', {
          params: { query: { limit, ...(to ? { to } : {}), ...(cursor ? { cursor } : {}) } },
        }),
      ),
  )
  const columns: readonly Column<Verification>[] = [
    {
      name: t.to,
      kind: 'head',
      of: (one) => (
        <Link to="/t/$tenantId/$mode/verifications/$id" params={{ tenantId, mode, id: one.id }}>
          <Ltr>{one.to}</Ltr>
        </Link>
      ),
    },
    { name: t.state, of: ({ status }) => <Status status={status} /> },
    { name: t.reason, of: reasonOf },
    { name: t.channel, of: ({ channel }) => channelName(channel) },
    { name: t.when, of: ({ startedAt }) => <Time at={startedAt} /> },
  ]
  return (
    <Card
      title={t.list}
      actions={
        <Download
          name="verifications"
          of={list}
          fields={['id', 'startedAt', 'to', 'channel', 'status', 'guard.reason', 'clientRef', 'updatedAt']}
        />
      }
    >
      <Finder
        key={to}
        to={to}
        onFind={(sought) => void navigate({ search: sought ? { ...others, to: sought } : others })}
      />
      <List list={list} empty={<Empty title={to ? t.noneOf : t.empty}>{to ? null : <p>{t.emptyWhy}</p>}</Empty>}>
        <Table label={t.list} columns={columns} rows={list.rows} keyOf={({ id }) => id} />
      </List>
    </Card>
  )
}

/** Codes that prove numbers: what came of them, and what was held back. */
export default function VerificationsPage() {
  const { tenantId, mode, can } = useTenantTab()
  const tryIt = can('verifications:write') ? (
    <Link to="/t/$tenantId/$mode/verifications/try" params={{ tenantId, mode }} weight="primary">
      {t.tryIt}
    </Link>
  ) : null
  return (
    <Allowed scope="verifications:read" title={t.title}>
      <Page title={t.title} about={t.about} actions={tryIt}>
        <Counted />
        <GuardCard />
        <All />
      </Page>
    </Allowed>
  )
}
