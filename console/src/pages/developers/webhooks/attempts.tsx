import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { AnswerOf, RowOf } from '../../../api/answers.ts'
import { unwrap } from '../../../api/unwrap.ts'
import { useAct } from '../../../app/act.tsx'
import { useTenantTab } from '../../../app/tab.tsx'
import { useOnce } from '../../../app/tenant/once.ts'
import { Button, Link } from '../../../parts/button.tsx'
import { CodeBlock } from '../../../parts/code/code-block.tsx'
import { Download } from '../../../parts/csv/download.tsx'
import { Dialog } from '../../../parts/dialog.tsx'
import { Empty, Loading, Note, Trouble } from '../../../parts/feedback.tsx'
import { TextField } from '../../../parts/field.tsx'
import { List, useList } from '../../../parts/list.tsx'
import { Card, Facts } from '../../../parts/page.tsx'
import { Badge } from '../../../parts/status.tsx'
import { type Column, Table } from '../../../parts/table.tsx'
import { Choices } from '../../../parts/tabs/choices.tsx'
import { Code, Time, Words } from '../../../parts/text.tsx'
import { TimeFilter } from '../../../parts/times/time-filter.tsx'
import { timesOf } from '../../../parts/times/times.ts'
import { t as common } from '../../../words/common.ts'
import { num, took } from '../../../words/format.ts'
import { postOutcome } from '../../../words/posts.ts'
import type { Tone } from '../../../words/statuses.ts'
import type { AttemptSearch } from '../routes.ts'
import { eventText } from './event-type.ts'
import type { Webhook } from './state.tsx'
import { reasonText, t } from './words.ts'

type Log = AnswerOf<'/v1/webhooks/{id}/deliveries'>
export type Attempt = RowOf<'/v1/webhooks/{id}/deliveries'>
type Outcome = Attempt['outcome']

const words = t.endpoint
const TONES: Readonly<Record<Outcome, Tone>> = { succeeded: 'good', failed: 'warn', exhausted: 'bad', skipped: 'quiet' }
const OUTCOMES = Object.keys(TONES) as readonly Outcome[]
const CHOICES = [
  { id: 'all', name: words.anyOutcome },
  ...OUTCOMES.map((id) => ({ id, name: t.outcomes[id] })),
] as const

const OutcomeBadge = ({ of }: { of: Attempt }) => <Badge tone={TONES[of.outcome]}>{postOutcome(of)}</Badge>

/** Says what became of asking for events once more. */
export const Queued = ({ queued, skipped }: { queued: number; skipped: readonly string[] }) => (
  <Note tone={queued > 0 ? 'good' : 'open'}>
    <p>{words.queued(num(queued))}</p>
    {skipped.length > 0 ? <p>{words.skipped(num(skipped.length))}</p> : null}
  </Note>
)

/** What is known of an attempt. */
export const AttemptFacts = ({ of }: { of: Attempt }) => (
  <Facts
    of={[
      [words.outcome, <OutcomeBadge key="outcome" of={of} />],
      [words.answer, of.httpStatus === null ? words.noAnswer : <Code key="status">{of.httpStatus}</Code>],
      [words.duration, took(of.durationMs)],
      [words.attempt, num(of.attempt)],
      [words.at, <Time key="at" at={of.at} exact />],
      [words.next, of.nextAt ? <Time key="next" at={of.nextAt} exact /> : undefined],
      [words.reason, of.reason ? <Words key="reason">{reasonText(of.reason)}</Words> : undefined],
      [t.id, <Code key="id">{of.id}</Code>],
    ]}
  />
)

/** What an event says, and its id, with the way to the message or verification that it tells of. */
function EventLink({ id }: { id: string }) {
  const { tenantId, mode } = useTenantTab()
  const params = { tenantId, mode }
  // A message's id has 35 digits, a verification's more.
  const [, told = ''] = /^evt_([0-9a-z]{35,})_[a-z]+$/.exec(id) ?? []
  const text = eventText(id)
  return (
    <>
      {text === null ? null : <Words>{text}</Words>} <Code>{id}</Code>{' '}
      {told.length === 35 ? (
        <Link to="/t/$tenantId/$mode/messages/$id" params={{ ...params, id: `msg_${told}` }}>
          {words.message}
        </Link>
      ) : told ? (
        <Link to="/t/$tenantId/$mode/verifications/$id" params={{ ...params, id: `ver_${told}` }}>
          {words.verification}
        </Link>
      ) : null}
    </>
  )
}

/** Writes a body as people read it: JSON in lines, a form as it came. */
function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}

/** Characters that are drawn as nothing, or turn what stands beside them; but those that texts are written with. */
const UNSEEN = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}]/gu

/** Text of a stranger as it can be looked at: each unseen character by its number. */
const inert = (text: string): string =>
  text.replaceAll('\r\n', '\n').replace(UNSEEN, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`)

/** The request of a POST, made again from what the gateway keeps, and what the receiver answered. */
export function Posted({ id, deliveryId }: { id: string; deliveryId: string }) {
  const { api, key } = useTenantTab()
  const posted = useQuery({
    queryKey: [key, 'webhooks', id, 'attempt', deliveryId],
    queryFn: () =>
      unwrap(api.GET('/v1/webhooks/{id}/deliveries/{deliveryId}', { params: { path: { id, deliveryId } } })),
  })
  if (posted.isPending) return <Loading />
  if (posted.isError) return <Trouble error={posted.error} />
  const { request, answer, httpStatus, altered } = posted.data
  if (!request) return <p className="faint">{words.notPosted}</p>
  const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`)
  return (
    <>
      <div className="stack">
        <h3>{words.request}</h3>
        <CodeBlock title={words.headers} code={headers.join('\n')} />
        {request.body === null ? (
          <p className="faint">{words.noBody}</p>
        ) : (
          <CodeBlock title={words.body} code={readable(request.body)} />
        )}
      </div>
      {httpStatus === null ? null : (
        <div className="stack">
          <h3>{words.answered}</h3>
          {answer ? (
            <>
              <CodeBlock title={words.body} code={inert(answer.text)} />
              {answer.isCut ? <p className="faint">{words.cut}</p> : null}
            </>
          ) : (
            <p className="faint">{altered ? common.altered : words.noAnswerBody}</p>
          )}
        </div>
      )}
    </>
  )
}

interface AttemptDialogProps {
  readonly of: Attempt
  readonly endpoint: Webhook
  readonly onClose: () => void
}

/** One attempt: what came of it, its events, and the way to send them again. */
function AttemptDialog({ of, endpoint, onClose }: AttemptDialogProps) {
  const { api, key, can } = useTenantTab()
  const once = useOnce()
  const path = { id: endpoint.id, deliveryId: of.id }
  const again = useAct(
    () =>
      unwrap(
        api.POST('/v1/webhooks/{id}/deliveries/{deliveryId}/redeliver', {
          params: { path, header: { 'Idempotency-Key': once.keyFor(path) } },
        }),
      ),
    { changes: [[key, 'webhooks', endpoint.id]], onDone: once.done },
  )
  return (
    <Dialog title={words.attemptTitle} isOpen onClose={onClose}>
      <AttemptFacts of={of} />
      <div className="stack">
        <h3>{words.events}</h3>
        <ul className="link-list">
          {of.eventIds.map((id) => (
            <li key={id}>
              <EventLink id={id} />
            </li>
          ))}
        </ul>
      </div>
      <Posted id={endpoint.id} deliveryId={of.id} />
      {again.data ? <Queued {...again.data} /> : null}
      <Trouble error={again.error} />
      <div className="actions">
        {can('webhooks:write') && endpoint.status === 'active' ? (
          <Button isPending={again.isPending} onPress={() => again.mutate()}>
            {words.again}
          </Button>
        ) : null}
        <Button onPress={onClose}>{common.close}</Button>
      </div>
    </Dialog>
  )
}

/** Share of the latest attempts that arrived: a mark each, the newest first. */
function Lately({ rows }: { rows: readonly Attempt[] }) {
  const latest = rows.slice(0, 100)
  const good = latest.filter(({ outcome }) => outcome === 'succeeded').length
  if (latest.length === 0) return null
  return (
    <div className="row">
      <span className="faint">{words.lately}:</span>
      <strong>{words.latelyShare(num(good), num(latest.length))}</strong>
      <span className="marks" aria-hidden="true">
        {latest.map(({ id, outcome }) => (
          <i key={id} data-tone={TONES[outcome]} />
        ))}
      </span>
    </div>
  )
}

type Change = Partial<Record<keyof AttemptSearch, string | undefined>>

/** Narrows the log to a time, and to one message or event. */
function Narrowing({ search, onChange }: { search: AttemptSearch; onChange: (change: Change) => void }) {
  const sought = search.message ?? search.event ?? ''
  const [typed, setTyped] = useState(sought)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const id = typed.trim()
    onChange({
      message: id.startsWith('msg_') ? id : undefined,
      event: id && !id.startsWith('msg_') ? id : undefined,
    })
  }
  return (
    <div className="filter-row">
      <TimeFilter value={search} onChange={onChange} />
      <form onSubmit={submit} className="filter-row">
        <TextField label={words.about} value={typed} onChange={setTyped} placeholder="msg_… evt_…" ltr />
        <Button type="submit">{words.find}</Button>
      </form>
    </div>
  )
}

const route = getRouteApi('/t/$tenantId/$mode/developers/webhooks/$id')

/** The log of an endpoint: each POST to it, newest first. */
export function Attempts({ endpoint }: { endpoint: Webhook }) {
  const { api, key } = useTenantTab()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [seen, setSeen] = useState<Attempt | null>(null)
  const outcome = OUTCOMES.find((one) => one === search.outcome)
  const { event, message } = search
  const query = {
    ...timesOf(search),
    ...(outcome ? { outcome } : {}),
    ...(event ? { event } : {}),
    ...(message ? { message } : {}),
  }
  const isNarrowed = Object.keys(query).length > 0
  const change = (part: Change): void =>
    void navigate({ search: (before: AttemptSearch) => ({ ...before, ...part }), replace: true })
  const list = useList<Attempt, Log>([key, 'webhooks', endpoint.id, 'attempts', query], (cursor, limit = 20) =>
    unwrap(
      api.GET('/v1/webhooks/{id}/deliveries', {
        params: {
          path: { id: endpoint.id },
          query: { limit, ...query, ...(cursor ? { cursor } : {}) },
        },
      }),
    ),
  )
  const columns: readonly Column<Attempt>[] = [
    {
      name: words.at,
      kind: 'head',
      of: (attempt) => (
        <Button weight="quiet" className="as-link" onPress={() => setSeen(attempt)}>
          <Time at={attempt.at} />
        </Button>
      ),
    },
    { name: words.outcome, of: (attempt) => <OutcomeBadge of={attempt} /> },
    {
      name: words.answer,
      of: ({ httpStatus, reason }) => (
        <>
          {httpStatus === null ? null : <Code>{httpStatus}</Code>} {reason ? <Words>{reasonText(reason)}</Words> : null}
        </>
      ),
    },
    { name: words.attempt, align: 'end', of: ({ attempt }) => num(attempt) },
    { name: words.duration, align: 'end', of: ({ durationMs }) => took(durationMs) },
    {
      name: words.events,
      of: ({ eventIds: [first = '', ...more] }) => (
        <span className="faint">
          {more.length > 0 ? num(more.length + 1) : (eventText(first) ?? <Code>{first}</Code>)}
        </span>
      ),
    },
  ]
  const empty = isNarrowed ? (
    <p className="faint">{words.noSuch}</p>
  ) : (
    <Empty title={words.noAttempts}>
      <p>{words.noAttemptsWhy}</p>
    </Empty>
  )
  return (
    <Card
      title={words.attempts}
      actions={
        <>
          <Choices
            label={words.outcome}
            options={CHOICES}
            value={outcome ?? 'all'}
            onChange={(id) => change({ outcome: id === 'all' ? undefined : id })}
          />
          <Download
            name={`attempts-${endpoint.id}`}
            of={list}
            fields={['at', 'id', 'attempt', 'outcome', 'httpStatus', 'durationMs', 'reason', 'eventIds', 'nextAt']}
          />
        </>
      }
    >
      <Narrowing key={`${message} ${event}`} search={search} onChange={change} />
      {isNarrowed ? null : <Lately rows={list.rows} />}
      <List list={list} empty={empty}>
        <Table label={words.attempts} columns={columns} rows={list.rows} keyOf={({ id }) => id} />
      </List>
      {seen ? <AttemptDialog of={seen} endpoint={endpoint} onClose={() => setSeen(null)} /> : null}
    </Card>
  )
}
