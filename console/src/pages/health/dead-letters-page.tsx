import { useState } from 'react'
import type { paths } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { useTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { Switch } from '../../parts/choice-field.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { Empty, Note, Trouble } from '../../parts/feedback.tsx'
import { List, useList } from '../../parts/list.tsx'
import { Mark } from '../../parts/mark.tsx'
import { Page } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Code, Time } from '../../parts/text.tsx'
import { num } from '../../words/format.ts'
import { deadLettersRoute } from './routes.ts'
import { t } from './words.ts'

type Letters = paths['/admin/v1/dead-letters']['get']['responses'][200]['content']['application/json']
type Letter = Letters['data'][number]
type Queue = NonNullable<NonNullable<paths['/admin/v1/dead-letters']['get']['parameters']['query']>['queue']>

/** Sends the waiting jobs of one queue again, as many calls as it takes. */
function ReplayQueue({ queue }: { queue: Queue }) {
  const { api, key } = useTab()
  const [isAsked, setAsked] = useState(false)
  const [count, setCount] = useState<number | null>(null)
  const replay = useAct(
    async () => {
      let sent = 0
      for (let isMore = true; isMore; ) {
        const answer = await unwrap(
          api.POST('/admin/v1/dead-letters/replay', {
            body: { queue },
            headers: { 'Idempotency-Key': crypto.randomUUID() },
          }),
        )
        sent += answer.replayed
        isMore = answer.more && answer.replayed > 0
        setCount(sent)
      }
    },
    {
      changes: [
        [key, 'dead-letters'],
        [key, 'health'],
      ],
      onDone: () => setAsked(false),
    },
  )
  return (
    <>
      <Button onPress={() => setAsked(true)}>{t.replayAll}</Button>
      {count === null ? null : <Note tone="good">{t.replayed(count)}</Note>}
      <Confirm
        title={t.replayAll}
        action={t.replayAll}
        weight="primary"
        isOpen={isAsked}
        isPending={replay.isPending}
        onClose={() => setAsked(false)}
        onConfirm={() => replay.mutate()}
      >
        <p>{t.replayWhy}</p>
        <Trouble error={replay.error} />
      </Confirm>
    </>
  )
}

/** Jobs that ran out of retries, newest first. */
export default function DeadLettersPage() {
  const { api, key, can } = useTab()
  const { queue: named, state } = deadLettersRoute.useSearch()
  // The address may say anything; the API refuses what is no queue.
  const queue = named as Queue | undefined
  const navigate = deadLettersRoute.useNavigate()
  const list = useList<Letter, Letters>([key, 'dead-letters', queue, state], (cursor, limit = 20) =>
    unwrap(
      api.GET('/admin/v1/dead-letters', {
        params: {
          query: { limit, state: state ?? 'waiting', ...(queue ? { queue } : {}), ...(cursor ? { cursor } : {}) },
        },
      }),
    ),
  )
  const replay = useAct(
    (id: string) =>
      unwrap(
        api.POST('/admin/v1/dead-letters/{id}/replay', {
          params: { path: { id } },
          headers: { 'Idempotency-Key': `replay ${id}` },
        }),
      ),
    {
      changes: [
        [key, 'dead-letters'],
        [key, 'health'],
      ],
    },
  )
  const columns: readonly Column<Letter>[] = [
    { name: t.queue, kind: 'head', of: (letter) => <Code>{letter.queue}</Code> },
    { name: t.kind, of: ({ kind }) => <Code>{kind}</Code> },
    { name: t.reason, of: ({ reason }) => <Code>{reason ?? '—'}</Code> },
    { name: t.items, align: 'end', of: ({ items }) => num(items) },
    { name: t.tenant, of: ({ tenantId }) => (tenantId ? <Code>{tenantId}</Code> : '—') },
    { name: t.at, of: ({ at }) => <Time at={at} /> },
    {
      name: t.replayedAt,
      of: ({ id, replayedAt }) =>
        replayedAt ? (
          <Time at={replayedAt} />
        ) : can('dead-letters:replay') ? (
          <Button
            weight="quiet"
            isPending={replay.isPending && replay.variables === id}
            onPress={() => replay.mutate(id)}
          >
            {t.replay}
          </Button>
        ) : (
          '—'
        ),
    },
  ]
  return (
    <Page
      title={t.deadLetters}
      about={t.lettersAbout}
      actions={
        <>
          <Download
            name="dead-letters"
            of={list}
            fields={['id', 'at', 'queue', 'kind', 'reason', 'items', 'tenantId', 'mode', 'replayedAt']}
          />
          {queue && can('dead-letters:replay') ? <ReplayQueue queue={queue} /> : null}
        </>
      }
    >
      <div className="row">
        {queue ? (
          <Button weight="quiet" onPress={() => void navigate({ search: state ? { state } : {} })}>
            <Code>{queue}</Code> <Mark of="close" /> {t.allQueues}
          </Button>
        ) : null}
        <Switch
          isSelected={state === 'all'}
          onChange={(isAll) =>
            void navigate({ search: { ...(queue ? { queue } : {}), ...(isAll ? { state: 'all' as const } : {}) } })
          }
        >
          {t.all}
        </Switch>
      </div>
      <Trouble error={replay.error} />
      <List list={list} empty={<Empty title={t.noLetters} />}>
        <Table label={t.deadLetters} columns={columns} rows={list.rows} keyOf={({ id }) => id} />
      </List>
    </Page>
  )
}
