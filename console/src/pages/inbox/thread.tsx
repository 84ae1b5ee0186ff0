import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { Loading } from '../../parts/feedback.tsx'
import { Link } from '../../parts/link.tsx'
import { Status } from '../../parts/status.tsx'
import { Ltr } from '../../parts/text.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { channelName } from '../../words/common.ts'
import { clock, longDay } from '../../words/format.ts'
import { askedOf, type Message, type Person, waysOf } from './conversations.ts'
import { Reply } from './reply.tsx'
import { Said } from './said.tsx'
import { t } from './words.ts'

/** Milliseconds between two looks, and messages of a page. */
const EVERY_MS = 6_000
const PAGE = 20

/** A person's messages by all channels that lead to him, both ways, oldest first. */
function useThread(person: Person) {
  const { api, key } = useTenantTab()
  const { data, ...query } = useInfiniteQuery({
    queryKey: [key, 'inbox', 'thread', person.channel, person.address],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      unwrap(
        api.GET('/v1/messages', {
          params: { query: { ...askedOf(person), limit: PAGE, ...(cursor ? { cursor } : {}) } },
        }),
      ),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    // Pages that were gone through are not read again and again: the first one alone is looked at.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : EVERY_MS),
  })
  return { ...query, messages: data?.pages.flatMap((page) => page.data).reverse() ?? [] }
}

const dayOf = ({ acceptedAt }: Message): string => longDay(new Date(acceptedAt))

/** One message of a thread. */
function Entry({ message }: { message: Message }) {
  const { tenantId, mode } = useTenantTab()
  const { id, channel, direction, status, acceptedAt } = message
  return (
    <li className="entry" data-direction={direction}>
      <div className="entry-said">
        <Said message={message} />
      </div>
      <footer className="faint">
        <span>{channelName(channel)}</span>
        <span className="figures">{clock(new Date(acceptedAt))}</span>
        {direction === 'outbound' ? <Status status={status} /> : null}
        <Link to="/t/$tenantId/$mode/messages/$id" params={{ tenantId, mode, id }}>
          {t.open}
        </Link>
      </footer>
    </li>
  )
}

/** A conversation with one person: both directions, the newest at the end, and the field to answer in. */
export function Thread({ person }: { person: Person }) {
  const { can } = useTenantTab()
  const thread = useThread(person)
  const end = useRef<HTMLDivElement>(null)
  const newest = thread.isPending ? undefined : thread.messages.at(-1)?.id
  useEffect(() => {
    if (newest) end.current?.scrollTo({ top: end.current.scrollHeight })
  }, [newest])
  return (
    <section className="thread" aria-label={t.thread}>
      <header>
        <h2>
          <Ltr>{person.address}</Ltr>
        </h2>
      </header>
      <div className="entries" ref={end}>
        {thread.isPending ? <Loading /> : null}
        <Trouble error={thread.error} />
        {thread.hasNextPage ? (
          <Button weight="quiet" isPending={thread.isFetchingNextPage} onPress={() => void thread.fetchNextPage()}>
            {t.earlier}
          </Button>
        ) : null}
        {!thread.isPending && thread.messages.length === 0 ? <p className="faint">{t.nothing}</p> : null}
        <ol>
          {thread.messages.map((message, at) => {
            const before = thread.messages[at - 1]
            const day = dayOf(message)
            return [
              before && dayOf(before) === day ? null : (
                <li key={day} className="entry-day">
                  {day}
                </li>
              ),
              <Entry key={message.id} message={message} />,
            ]
          })}
        </ol>
      </div>
      {can('messages:send') ? (
        <Reply person={person} ways={waysOf(thread.messages.toReversed())} />
      ) : (
        <p className="faint">{t.noReply}</p>
      )}
    </section>
  )
}
