import { useQueries } from '@tanstack/react-query'
import type { components } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { Note } from '../../parts/feedback.tsx'
import { Link } from '../../parts/link.tsx'
import { Card, Facts } from '../../parts/page.tsx'
import { Said } from '../../parts/said.tsx'
import { Status } from '../../parts/status.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Ltr } from '../../parts/text.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { codeText, saidOf } from '../../words/failures.ts'
import { num } from '../../words/format.ts'
import { saveRows } from './save-rows.ts'
import type { Outcome, Refused, Run } from './sending.ts'
import { t } from './words.ts'

/** Milliseconds between two looks at the batches, and rows that are shown. */
const EVERY_MS = 5_000
const SHOWN = 20
/** Statuses in which a message still moves. */
const OPEN = new Set(['scheduled', 'accepted', 'submitted'])

const endedOf = ({ counts }: components['schemas']['Batch']): number =>
  Object.entries(counts).reduce((sum, [status, count]) => sum + (OPEN.has(status) ? 0 : count), 0)

/** How far the messages of batches are. */
function Progress({ batches, accepted }: { batches: readonly string[]; accepted: number }) {
  const { api, key } = useTenantTab()
  const asked = useQueries({
    queries: batches.map((id) => ({
      queryKey: [key, 'batches', id],
      queryFn: () => unwrap(api.GET('/v1/batches/{id}', { params: { path: { id } } })),
      // Asked until all have ended; a batch whose messages are not taken up yet has no counts.
      refetchInterval: ({ state: { data } }: { state: { data?: components['schemas']['Batch'] } }) =>
        data?.accepted && endedOf(data) >= data.accepted ? (false as const) : EVERY_MS,
    })),
  })
  const counts = new Map<string, number>()
  for (const { data } of asked) {
    for (const [status, count] of Object.entries(data?.counts ?? {}))
      counts.set(status, (counts.get(status) ?? 0) + count)
  }
  const ended = [...counts].reduce((sum, [status, count]) => sum + (OPEN.has(status) ? 0 : count), 0)
  return (
    <div className="stack">
      <progress max={accepted || 1} value={ended} aria-label={t.progress} />
      <p role="status">{t.progressOf(ended, accepted)}</p>
      <div className="row">
        {[...counts].map(([status, count]) => (
          <span key={status}>
            <Status status={status} /> {num(count)}
          </span>
        ))}
      </div>
    </div>
  )
}

/** What the API says, for a file: without the marks by which a page keeps the direction of code. */
const plain = (detail: string): string => (saidOf(detail) ?? detail).replaceAll(/[\u2066\u2069]/g, '')

/** Recipients that the API refused, each with its row and why. */
function RefusedRows({ refused }: { refused: readonly Refused[] }) {
  if (refused.length === 0) return null
  const columns: readonly Column<Refused>[] = [
    { name: t.row, kind: 'head', of: ({ row }) => num(row) },
    { name: t.value, of: ({ to }) => <Ltr>{to}</Ltr> },
    {
      name: t.reason,
      of: ({ code, details }) => (
        <>
          <p>{codeText(code)}</p>
          {details.map((detail) => (
            <p key={detail} className="faint">
              <Said text={detail} />
            </p>
          ))}
        </>
      ),
    },
  ]
  const save = (): void =>
    saveRows(
      'refused-rows.csv',
      [t.row, t.value, t.reason],
      refused.map(({ row, to, code, details }) => [row, to, [codeText(code), ...details.map(plain)].join(' ')]),
    )
  return (
    <div className="stack">
      <Note tone="warn">
        <strong>
          {t.refused}: {num(refused.length)}
        </strong>
        <Button onPress={save}>{t.refusedSave}</Button>
      </Note>
      <Table
        label={t.refused}
        columns={columns}
        rows={refused.slice(0, SHOWN)}
        keyOf={({ row, to }) => `${row}:${to}`}
      />
      {refused.length > SHOWN ? <p className="faint">{t.andMore(refused.length - SHOWN)}</p> : null}
    </div>
  )
}

interface Props {
  readonly run: Run
  readonly outcome: Outcome
  readonly isPending: boolean
  readonly error: Error | null
  readonly onGoOn: () => void
  readonly onLeave: () => void
}

/** What came of a send: while it goes, where it stopped, and when it is done. */
export function SendOutcome({ run, outcome, isPending, error, onGoOn, onLeave }: Props) {
  const { tenantId, mode } = useTenantTab()
  const all = run.recipients.length
  const isDone = outcome.sent >= all
  return (
    <Card title={isPending ? t.sending : isDone ? t.doneTitle : t.stoppedTitle}>
      {isDone ? null : (
        <>
          <progress max={all} value={outcome.sent} aria-label={t.sending} />
          <p role="status">{isPending ? `${num(outcome.sent)} / ${num(all)}` : t.stopped(outcome.sent, all)}</p>
        </>
      )}
      <Trouble error={isPending ? null : error} />
      <Facts
        of={[
          [t.accepted, num(outcome.accepted)],
          [t.refused, outcome.refused.length > 0 ? num(outcome.refused.length) : undefined],
          [t.units, num(outcome.units)],
        ]}
      />
      {isDone && outcome.batches.length > 0 ? <Progress batches={outcome.batches} accepted={outcome.accepted} /> : null}
      <RefusedRows refused={outcome.refused} />
      <div className="actions">
        {isDone ? null : (
          <Button weight="primary" isPending={isPending} onPress={onGoOn}>
            {t.goOn}
          </Button>
        )}
        {outcome.batches.map((id) => (
          <Link key={id} weight="plain" to="/t/$tenantId/$mode/batches/$id" params={{ tenantId, mode, id }}>
            {t.batch}
          </Link>
        ))}
        {outcome.message ? (
          <Link weight="plain" to="/t/$tenantId/$mode/messages/$id" params={{ tenantId, mode, id: outcome.message }}>
            {t.message}
          </Link>
        ) : null}
        {mode === 'test' && all === 1 && run.recipients[0]?.to.startsWith('+') ? (
          <Link
            weight="plain"
            to="/t/$tenantId/$mode/simulator"
            params={{ tenantId, mode }}
            search={{ number: run.recipients[0].to }}
          >
            {t.phone}
          </Link>
        ) : null}
        {isPending ? null : (
          <Button weight={isDone ? 'primary' : 'plain'} onPress={onLeave}>
            {isDone ? t.another : t.leaveRest}
          </Button>
        )}
      </div>
    </Card>
  )
}
