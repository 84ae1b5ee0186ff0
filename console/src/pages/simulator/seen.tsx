import { useQueries, useQuery } from '@tanstack/react-query'
import type { components } from '../../../generated/api.d.ts'
import { contentOf, wordsOf } from '../../api/content.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Link } from '../../parts/link.tsx'
import { Card } from '../../parts/page.tsx'
import { Status } from '../../parts/status.tsx'
import { Code, Ltr, Words } from '../../parts/text.tsx'
import { channelName } from '../../words/common.ts'
import { between, digits, exactClock } from '../../words/format.ts'
import { Icon } from './device/icons.tsx'
import { placesOf } from './phones.ts'
import type { Channel } from './send.ts'
import { t } from './words.ts'

type Message = components['schemas']['Message']

/** Milliseconds between two looks at the list, and at a message that may still change. */
const LIST_MS = 3_000
const CALM_MS = 15_000
/** Milliseconds since something was sent or said in which more is likely to come. */
const LIVELY_MS = 40_000
const TIMELINE_MS = 1_500
/** Milliseconds for which a message is looked at: the latest fate is told after 90 s. */
const OPEN_MS = 150_000
/** Messages that are shown with their timeline. */
const SHOWN = 8

/** Entries of a message's timeline, as they come. */
function Timeline({ id, isNew }: { id: string; isNew: boolean }) {
  const { api, key } = useTenantTab()
  const message = useQuery({
    queryKey: [key, 'messages', id],
    queryFn: () => unwrap(api.GET('/v1/messages/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state: { data } }) =>
      isNew && (!data || Date.now() - Date.parse(data.acceptedAt) < OPEN_MS) && TIMELINE_MS,
    retry: 3,
  })
  const timeline = message.data?.timeline ?? []
  return (
    <ol className="seen-events" aria-label={t.events}>
      {timeline.length === 0 ? <li className="faint">{t.waitingFor}</li> : null}
      {timeline.map(({ at, status, code, by, attempt }) => (
        <li key={`${at}${status}${by}${code ?? ''}`}>
          <Ltr className="figures">{exactClock(new Date(at))}</Ltr>
          <Status status={status} />
          <span className="faint">
            {t.by[by]}
            {attempt && attempt > 1 ? `${between}${t.attempt(digits(String(attempt)))}` : ''}
          </span>
          {code ? <Code>{code}</Code> : null}
        </li>
      ))}
    </ol>
  )
}

/** One message as the API has it. */
function Seen({ message, isNew }: { message: Message; isNew: boolean }) {
  const { tenantId, mode } = useTenantTab()
  const { id, channel, direction, status } = message
  return (
    <li className="seen" data-direction={direction}>
      <header>
        <span className="seen-way" aria-hidden="true">
          <Icon name={direction === 'outbound' ? 'out' : 'in'} />
        </span>
        <strong>{channelName(channel)}</strong>
        <Status status={status} />
        <Link to="/t/$tenantId/$mode/messages/$id" params={{ tenantId, mode, id }}>
          {t.openMessage}
        </Link>
      </header>
      <Words className="seen-words">{wordsOf(contentOf(message.content))}</Words>
      {direction === 'outbound' ? <Timeline id={id} isNew={isNew} /> : null}
    </li>
  )
}

/** Where messages of the person of a number are listed: a notification goes to a device, whose messages no person's list has. */
const channelsOf = (number: string): readonly { readonly channel: Channel; readonly address: string }[] =>
  placesOf(number).flatMap(({ channel, address }) => {
    const channels: readonly Channel[] =
      channel === 'sms' ? ['sms', 'voice', 'ussd'] : channel === 'push' ? [] : [channel]
    return channels.map((one) => ({ channel: one, address }))
  })

interface Props {
  readonly number: string
  /** Ids of what this page sent to the telephone. */
  readonly sent: readonly string[]
  /** Epoch milliseconds at which something was last sent to the telephone or said on it. */
  readonly lastAt: number
}

/** What the API knows of the person of a number: messages of all channels, both ways, each with its timeline as it comes. */
export function WhatTheApiSaw({ number, sent, lastAt }: Props) {
  const { api, key } = useTenantTab()
  const lists = useQueries({
    queries: channelsOf(number).map(({ channel, address }) => ({
      queryKey: [key, 'seen', channel, address],
      queryFn: () => unwrap(api.GET('/v1/messages', { params: { query: { channel, person: address, limit: SHOWN } } })),
      refetchInterval: () => (Date.now() - lastAt < LIVELY_MS ? LIST_MS : CALM_MS),
      retry: false,
    })),
  })
  const found = new Map<string, Message>()
  for (const { data } of lists) for (const message of data?.data ?? []) found.set(message.id, message)
  const rows = [...found.values()].sort((a, b) => b.acceptedAt.localeCompare(a.acceptedAt)).slice(0, SHOWN)
  // Notifications of this page are known by their ids.
  const unlisted = sent.filter((id) => !found.has(id)).slice(0, SHOWN)
  return (
    <Card title={t.seenTitle}>
      {rows.length === 0 && unlisted.length === 0 ? (
        <p className="faint">{t.seenEmpty}</p>
      ) : (
        <ul className="seen-list">
          {unlisted.map((id) => (
            <Unlisted key={id} id={id} />
          ))}
          {rows.map((message, at) => (
            <Seen key={message.id} message={message} isNew={at < 3} />
          ))}
        </ul>
      )}
    </Card>
  )
}

/** A message that is known by its id alone: one that has just been sent, or a notification. */
function Unlisted({ id }: { id: string }) {
  const { api, key } = useTenantTab()
  const message = useQuery({
    queryKey: [key, 'messages', id],
    queryFn: () => unwrap(api.GET('/v1/messages/{id}', { params: { path: { id } } })),
    retry: 3,
  })
  return message.data ? <Seen message={message.data} isNew /> : null
}
