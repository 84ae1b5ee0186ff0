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
import { Card, Page } from '../../parts/page.tsx'
import { Status } from '../../parts/status.tsx'
import { Code, Ltr, Time } from '../../parts/text.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { t as common } from '../../words/common.ts'
import { reasonText } from '../../words/reasons.ts'
import { partyOf } from './columns.tsx'
import { ContentView } from './content-view.tsx'
import { Events } from './events.tsx'
import { MessageFacts } from './message-facts.tsx'
import { t } from './message-words.ts'
import { SendAgain } from './send-again.tsx'
import { OwnWords, Timeline } from './timeline.tsx'
import '../../styles/messages.css'

type Message = components['schemas']['Message']

/** States after which nothing changes soon, so that the page need not look again. */
const isMoving = ({ status, direction }: Message): boolean =>
  direction === 'outbound' && ['scheduled', 'accepted', 'submitted'].includes(status)

/** Why it went wrong: our sentence, and the carrier's own words and code. */
function Failed({ message: { failure } }: { message: Message }) {
  if (!failure) return null
  return (
    <Note tone="bad">
      <p>
        <strong>{t.why}:</strong> {reasonText(failure.code)}
      </p>
      <OwnWords carrierCode={failure.carrierCode} detail={failure.detail} />
    </Note>
  )
}

function Waiting({ message: { waiting } }: { message: Message }) {
  if (!waiting) return null
  return (
    <Note tone="warn">
      <p>{waiting.for === 'repeat' ? t.waitRepeat : t.waitNext}</p>
      <p className="faint">
        {t.waitUntil} <Time at={waiting.until} exact />
      </p>
    </Note>
  )
}

function Cancel({ message: { id } }: { message: Message }) {
  const { api, key } = useTenantTab()
  const [isOpen, setOpen] = useState(false)
  const act = useAct(() => unwrap(api.POST('/v1/messages/{id}/cancel', { params: { path: { id } } })), {
    changes: [[key, 'messages']],
    onDone: () => setOpen(false),
  })
  return (
    <>
      <Button onPress={() => setOpen(true)}>{t.cancel}</Button>
      <Confirm
        title={t.cancel}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        action={t.cancel}
        isPending={act.isPending}
        onConfirm={() => act.mutate()}
      >
        <p>{t.cancelWhy}</p>
        <Trouble error={act.error} />
      </Confirm>
    </>
  )
}

/** True of a message that no carrier has now: it waits for its first attempt, or for a next one. */
const isCancelable = ({ status, waiting }: Message): boolean =>
  status === 'accepted' || status === 'scheduled' || waiting?.for === 'next-attempt'

function Actions({ message }: { message: Message }) {
  const { can, tenantId, mode } = useTenantTab()
  const { direction, channel } = message
  const person = partyOf(message)
  const isOut = direction === 'outbound'
  return (
    <>
      {person ? (
        <Link to="/t/$tenantId/$mode/inbox" params={{ tenantId, mode }} search={{ person, channel }} weight="plain">
          {t.talk}
        </Link>
      ) : null}
      {isOut && can('messages:send') && isCancelable(message) ? <Cancel message={message} /> : null}
      {isOut && can('messages:send') && message.content && !message.redacted ? <SendAgain message={message} /> : null}
    </>
  )
}

/** Messages that sent this one again. */
function SentAgain({ id }: { id: string }) {
  const { api, key, tenantId, mode } = useTenantTab()
  const again = useQuery({
    queryKey: [key, 'messages', id, 'again'],
    queryFn: () => unwrap(api.GET('/v1/messages', { params: { query: { resendOf: id, limit: 5 } } })),
    // One that was just sent has its row a moment later.
    refetchInterval: 10_000,
  })
  if (!again.data?.data.length) return null
  return (
    <Note>
      <p>{t.againIs}:</p>
      <ul>
        {again.data.data.map((one) => (
          <li key={one.id}>
            <Link to="/t/$tenantId/$mode/messages/$id" params={{ tenantId, mode, id: one.id }}>
              <Code>{one.id}</Code>
            </Link>{' '}
            <Status status={one.status} /> <Time at={one.acceptedAt} />
          </li>
        ))}
      </ul>
    </Note>
  )
}

/** Whom it went to or came from, and the way to all that went to and fro with them. */
function Heading({ message }: { message: Message }) {
  const { tenantId, mode } = useTenantTab()
  const party = partyOf(message)
  return (
    <>
      {message.direction === 'inbound' ? t.in : t.out}{' '}
      {party ? (
        <Link
          className="message-party"
          to="/t/$tenantId/$mode/messages"
          params={{ tenantId, mode }}
          search={{ person: party, channel: message.channel }}
        >
          <span className="visually-hidden">{t.all}</span> <Ltr>{party}</Ltr>
        </Link>
      ) : (
        t.somebody
      )}
    </>
  )
}

/** How it stands, and its id. */
const Head = ({ id, message }: { id: string; message: Message | undefined }) => (
  <span className="row">
    {message ? <Status status={message.status} /> : null}
    <CopyableId id={id} />
  </span>
)

/** One message: what it says, what became of it by whose clock, and what can be done. */
export default function MessagePage() {
  const { api, key, can } = useTenantTab()
  const { id = '' } = useParams({ strict: false })
  const message = useQuery({
    queryKey: [key, 'messages', id],
    enabled: can('messages:read'),
    queryFn: () => unwrap(api.GET('/v1/messages/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data && isMoving(state.data) ? 5000 : false),
  })
  const { data } = message
  if (!can('messages:read')) return <Page title={t.one}>{common.noScope}</Page>
  return (
    <Page
      title={t.one}
      {...(data ? { heading: <Heading message={data} /> } : {})}
      about={<Head id={id} message={data} />}
      actions={data ? <Actions message={data} /> : null}
    >
      {message.isPending ? <Loading /> : null}
      <Trouble error={message.error} onRetry={() => void message.refetch()} />
      <OtherMode error={message.error} path={`messages/${id}`} />
      {data ? (
        <div className="message">
          <div className="stack">
            <Failed message={data} />
            <Waiting message={data} />
            {data.direction === 'outbound' ? <SentAgain id={id} /> : null}
            <Card title={t.content}>
              <ContentView message={data} />
            </Card>
            <Card title={t.timeline}>
              <p className="faint">{t.clock}</p>
              <Timeline entries={data.timeline ?? []} />
            </Card>
            <Events id={id} status={data.status} />
          </div>
          <Card title={t.facts}>
            <MessageFacts message={data} />
          </Card>
        </div>
      ) : null}
    </Page>
  )
}
