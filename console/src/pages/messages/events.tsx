import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { components } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Link } from '../../parts/link.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Card } from '../../parts/page.tsx'
import { Said } from '../../parts/said.tsx'
import { Badge } from '../../parts/status.tsx'
import { Code, Time } from '../../parts/text.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { eventWords } from '../../words/events.ts'
import { between, num, took } from '../../words/format.ts'
import { postOutcome } from '../../words/posts.ts'
import type { Tone } from '../../words/statuses.ts'
import { t } from './message-words.ts'

type Event = components['schemas']['MessageEvent']
type Delivery = NonNullable<Event['deliveries']>[number]

const TONES: Readonly<Record<Delivery['outcome'], Tone>> = {
  succeeded: 'good',
  failed: 'warn',
  exhausted: 'bad',
  skipped: 'quiet',
}

/** One POST to an endpoint: how it was answered, how long that took, when it is made anew. */
function Attempt({ delivery, id }: { delivery: Delivery; id: string }) {
  const { tenantId, mode } = useTenantTab()
  const { endpointId, outcome, httpStatus, durationMs, reason, nextAt, attempt, at } = delivery
  return (
    <li>
      <div className="row">
        <Badge tone={TONES[outcome]}>{postOutcome(delivery)}</Badge>
        {httpStatus === null ? null : <Code>{httpStatus}</Code>}
        <span className="faint">
          {t.attempt(num(attempt))}
          {between}
          {took(durationMs)}
        </span>
        <Time at={at} exact />
        <Link
          to="/t/$tenantId/$mode/developers/webhooks/$id"
          params={{ tenantId, mode, id: endpointId }}
          search={{ message: id }}
        >
          {t.endpoint}
        </Link>
      </div>
      {reason ? (
        <p className="faint">
          <Said text={reason} />
        </p>
      ) : null}
      {nextAt && Date.parse(nextAt) > Date.now() ? (
        <p className="faint">
          {t.nextAttempt} <Time at={nextAt} />
        </p>
      ) : null}
    </li>
  )
}

const EventItem = ({ event: { type, at, deliveries }, id }: { event: Event; id: string }) => (
  <li>
    <div className="row">
      <span>{eventWords[type]}</span> <Code>{type}</Code>
      <Time at={at} exact />
    </div>
    {deliveries === undefined ? null : deliveries.length === 0 ? (
      <p className="faint">{t.noPosts}</p>
    ) : (
      <ul className="event-posts">
        {deliveries.map((delivery) => (
          <Attempt key={delivery.id} delivery={delivery} id={id} />
        ))}
      </ul>
    )}
  </li>
)

/**
 * What webhooks heard of a message, and how each POST went. Read once for each status that it comes to, for the log of POSTs is
 * searched for it.
 */
export function Events({ id, status }: { id: string; status: string }) {
  const { api, key } = useTenantTab()
  const events = useQuery({
    queryKey: [key, 'messages', id, 'events', status],
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    queryFn: () => unwrap(api.GET('/v1/messages/{id}/events', { params: { path: { id } } })),
  })
  const rows = events.data?.data ?? []
  return (
    <Card
      title={t.events}
      actions={rows.length > 0 ? <Download name={`events-${id}`} of={rows} fields={['at', 'type', 'id']} /> : null}
    >
      {events.isPending ? <Loading /> : null}
      <Trouble error={events.error} onRetry={() => void events.refetch()} />
      {events.data && rows.length === 0 ? <p className="faint">{t.noEvents}</p> : null}
      <ul className="events">
        {rows.map((event) => (
          <EventItem key={event.id} event={event} id={id} />
        ))}
      </ul>
      {events.data && !events.data.complete && rows.some(({ deliveries }) => deliveries) ? (
        <p className="faint">{t.notComplete}</p>
      ) : null}
    </Card>
  )
}
