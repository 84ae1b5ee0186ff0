import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { components } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { useTenantTab } from '../../app/tab.tsx'
import { OtherMode } from '../../app/tenant/other-mode.tsx'
import { Button, CopyableId } from '../../parts/button.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { Note } from '../../parts/feedback.tsx'
import { Link } from '../../parts/link.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Card, Facts, Page } from '../../parts/page.tsx'
import { Time, Words } from '../../parts/text.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { t as common } from '../../words/common.ts'
import { num } from '../../words/format.ts'
import { CountsBar, CountsTable, ended } from './counts.tsx'
import { Failures } from './failures.tsx'
import { t } from './words.ts'

type Batch = components['schemas']['Batch']

/** Milliseconds until the next look. The API counts all messages of the batch for it, so a large one is looked at less often. */
const lookAfter = (total: number): number => Math.max(5000, total * 3)

const isOver = ({ counts }: Batch): boolean => {
  const { done, total } = ended(counts)
  return total > 0 && done === total
}

function CancelRest({ id }: { id: string }) {
  const { api, key } = useTenantTab()
  const [isOpen, setOpen] = useState(false)
  const [once] = useState(() => crypto.randomUUID())
  const act = useAct(
    () =>
      unwrap(api.POST('/v1/batches/{id}/cancel', { params: { path: { id }, header: { 'Idempotency-Key': once } } })),
    {
      changes: [
        [key, 'batches'],
        [key, 'messages'],
      ],
    },
  )
  const { data } = act
  return (
    <>
      <Button onPress={() => setOpen(true)}>{t.cancel}</Button>
      <Confirm
        title={t.cancelTitle}
        isOpen={isOpen && !data}
        onClose={() => setOpen(false)}
        action={t.cancel}
        isPending={act.isPending}
        onConfirm={() => act.mutate()}
      >
        <p>{t.cancelWhy}</p>
        <Trouble error={act.error} />
      </Confirm>
      {data ? <p role="status">{t.cancelDone(num(data.canceled), num(data.notCanceled))}</p> : null}
    </>
  )
}

function BatchFacts({ batch }: { batch: Batch }) {
  const { clientRef, altered, canceledAt, rejected } = batch
  return (
    <>
      <Facts
        of={[
          [t.reference, altered ? common.altered : clientRef ? <Words key="ref">{clientRef}</Words> : undefined],
          [t.when, <Time key="when" at={batch.acceptedAt} exact />],
          [t.total, num(batch.total)],
          [t.accepted, batch.accepted === null ? undefined : num(batch.accepted)],
          [t.rejected, rejected === null ? undefined : num(rejected)],
          [t.canceledAt, canceledAt ? <Time key="canceled" at={canceledAt} exact /> : undefined],
        ]}
      />
      {rejected ? <p className="faint">{t.rejectedHow}</p> : null}
    </>
  )
}

/** One batch: how far it is, by status; what did not arrive; cancel the rest. */
export default function BatchPage() {
  const { api, key, can, tenantId, mode } = useTenantTab()
  const { id = '' } = useParams({ strict: false })
  const batch = useQuery({
    queryKey: [key, 'batches', id],
    enabled: can('messages:read'),
    queryFn: () => unwrap(api.GET('/v1/batches/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data && !isOver(state.data) ? lookAfter(state.data.total) : false),
  })
  const { data } = batch
  if (!can('messages:read')) return <Page title={t.batch}>{common.noScope}</Page>
  return (
    <Page
      title={t.batch}
      about={<CopyableId id={id} />}
      actions={
        <>
          <Link to="/t/$tenantId/$mode/messages" params={{ tenantId, mode }} search={{ batch: id }} weight="plain">
            {t.all}
          </Link>
          {data && !isOver(data) && !data.canceledAt && can('messages:send') ? <CancelRest id={id} /> : null}
        </>
      }
    >
      {batch.isPending ? <Loading /> : null}
      <Trouble error={batch.error} onRetry={() => void batch.refetch()} />
      <OtherMode error={batch.error} path={`batches/${id}`} />
      {data ? (
        <>
          {data.accepted === null ? <Note>{t.waiting}</Note> : null}
          <Card>
            <CountsBar counts={data.counts} />
            <CountsTable counts={data.counts} />
            <BatchFacts batch={data} />
          </Card>
          <Failures id={id} counts={data.counts} />
        </>
      ) : null}
    </Page>
  )
}
