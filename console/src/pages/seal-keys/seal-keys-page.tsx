import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AnswerOf } from '../../api/answers.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { useTab } from '../../app/tab.tsx'
import { Allowed } from '../../app/tenant/allowed.tsx'
import { useOnce } from '../../app/tenant/once.ts'
import { Button } from '../../parts/button.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { Loading, Note, Trouble } from '../../parts/feedback.tsx'
import { Card, Page } from '../../parts/page.tsx'
import { Badge } from '../../parts/status.tsx'
import { Table } from '../../parts/table.tsx'
import { Code, Ltr, Time } from '../../parts/text.tsx'
import { num } from '../../words/format.ts'
import { t } from './words.ts'

type Keys = AnswerOf<'/admin/v1/keys'>

/** Takes some of what is under older keys over to the first one. */
function Rotate() {
  const { api, key } = useTab()
  const once = useOnce()
  const [isAsked, setAsked] = useState(false)
  const rotate = useAct(
    () =>
      unwrap(api.POST('/admin/v1/keys/rotate', { params: { header: { 'Idempotency-Key': once.keyFor('rotate') } } })),
    {
      changes: [[key, 'seal-keys']],
      onDone: () => {
        once.done()
        setAsked(false)
      },
    },
  )
  return (
    <>
      <div>
        <Button onPress={() => setAsked(true)}>{t.rotate}</Button>
      </div>
      {rotate.data ? (
        <Note tone={rotate.data.left ? 'warn' : 'good'}>
          {t.rotated(rotate.data.pairs, rotate.data.secrets)} {rotate.data.left ? t.left : null}
        </Note>
      ) : null}
      <Confirm
        title={t.rotateTitle}
        action={t.rotate}
        weight="primary"
        isOpen={isAsked}
        isPending={rotate.isPending}
        onClose={() => setAsked(false)}
        onConfirm={() => rotate.mutate()}
      >
        <p>{t.rotateWhy}</p>
        <Trouble error={rotate.error} />
      </Confirm>
    </>
  )
}

function Found({ keys: { fault, first, inUse, closed } }: { keys: Keys }) {
  const { can } = useTab()
  const isOlder = inUse.some(({ kid }) => kid !== first)
  return (
    <>
      {fault === null ? (
        <Note tone="good">{t.well}</Note>
      ) : (
        <Note tone="bad">
          {t.fault} <Ltr>{fault}</Ltr>
        </Note>
      )}
      <Card title={t.keys}>
        <Table
          label={t.keys}
          rows={inUse}
          keyOf={({ kid }) => kid}
          columns={[
            { name: t.key, kind: 'head', of: ({ kid }) => <Code>{kid}</Code> },
            {
              name: t.use,
              of: ({ kid }) =>
                kid === first ? <Badge tone="good">{t.first}</Badge> : <Badge tone="warn">{t.older}</Badge>,
            },
            { name: t.count, align: 'end', of: ({ count }) => num(count) },
          ]}
        />
        <p className="faint">{t.free}</p>
        {isOlder && can('keys:rotate') ? <Rotate /> : null}
      </Card>
      {closed.length > 0 ? (
        <Card title={t.closed}>
          <Table
            label={t.closed}
            rows={closed}
            keyOf={({ tenantId }) => tenantId}
            columns={[
              { name: t.tenant, kind: 'head', of: ({ tenantId }) => <Code>{tenantId}</Code> },
              { name: t.closedAt, of: ({ closedAt }) => <Time at={closedAt} exact /> },
              { name: t.erasable, of: ({ erasableFrom }) => <Time at={erasableFrom} exact /> },
            ]}
          />
        </Card>
      ) : null}
    </>
  )
}

function SealKeys() {
  const { api, key } = useTab()
  const keys = useQuery({ queryKey: [key, 'seal-keys'], queryFn: () => unwrap(api.GET('/admin/v1/keys')) })
  return (
    <Page title={t.title} about={t.about}>
      {keys.isPending ? <Loading /> : null}
      <Trouble error={keys.error} onRetry={() => void keys.refetch()} />
      {keys.data ? <Found keys={keys.data} /> : null}
    </Page>
  )
}

/** Keys that seal what is kept: which are in use, and whether they open it. */
export default function SealKeysPage() {
  return (
    <Allowed scope="keys:read" title={t.title}>
      <SealKeys />
    </Allowed>
  )
}
