import { useInfiniteQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { contentOf, wordsOf } from '../../api/content.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Empty, Loading, Note } from '../../parts/feedback.tsx'
import { Link } from '../../parts/link.tsx'
import { Page } from '../../parts/page.tsx'
import { Ltr, Time, Words } from '../../parts/text.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { channelName, t as common } from '../../words/common.ts'
import { between } from '../../words/format.ts'
import '../../styles/inbox.css'
import { type Channel, type Conversation, conversationsOf, isSame, type Message, type Person } from './conversations.ts'
import { Thread } from './thread.tsx'
import { t } from './words.ts'

/** How far back the list looks, in milliseconds; time between two looks; messages of a page. */
const BACK_MS = 7 * 86_400_000
const EVERY_MS = 8_000
const PAGE = 20

/** Reads what people wrote lately, newest first. */
function useReadInbound() {
  const { api } = useTenantTab()
  // One beginning for all pages of the list, so that its cursors hold.
  const after = useMemo(() => new Date(Date.now() - BACK_MS).toISOString(), [])
  return (cursor?: string, limit = PAGE) =>
    unwrap(
      api.GET('/v1/messages', {
        params: { query: { direction: 'inbound', after, limit, ...(cursor ? { cursor } : {}) } },
      }),
    )
}

/** What people wrote lately, newest first. */
function useInbound() {
  const { key } = useTenantTab()
  const read = useReadInbound()
  return useInfiniteQuery({
    queryKey: [key, 'inbox', 'list'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => read(pageParam),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : EVERY_MS),
  })
}

const previewOf = (message: Message): string => wordsOf(contentOf(message.content)) || t.noWords

/** One conversation in the list. */
function Row({ conversation: { person, last, count }, isOpen }: { conversation: Conversation; isOpen: boolean }) {
  const { tenantId, mode } = useTenantTab()
  return (
    <li>
      <Link
        className="conversation"
        to="/t/$tenantId/$mode/inbox"
        params={{ tenantId, mode }}
        search={{ channel: person.channel, person: person.address }}
        aria-current={isOpen ? 'true' : undefined}
      >
        <span className="conversation-head">
          <strong>
            <Ltr>{person.address}</Ltr>
          </strong>
          <Time at={last.acceptedAt} />
        </span>
        <Words className="conversation-words">{previewOf(last)}</Words>
        <span className="faint">
          {channelName(last.channel)}
          {count > 1 ? `${between}${t.count(count)}` : ''}
        </span>
      </Link>
    </li>
  )
}

/** The way to what people wrote before. */
const Further = ({ list }: { list: ReturnType<typeof useInbound> }) => (
  <>
    {list.isFetchNextPageError ? <Trouble error={list.error} /> : null}
    <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
      {common.more}
    </Button>
  </>
)

function Nobody() {
  const { tenantId, mode } = useTenantTab()
  return (
    <Empty title={t.empty}>
      <p>{t.emptyDo}</p>
      {mode === 'test' ? (
        <Link weight="plain" to="/t/$tenantId/$mode/simulator" params={{ tenantId, mode }}>
          {t.toSimulator}
        </Link>
      ) : null}
    </Empty>
  )
}

/** Conversations, and the one that is open. */
function Inbox({ open }: { open: Person | null }) {
  const { tenantId, mode } = useTenantTab()
  const list = useInbound()
  const messages = list.data?.pages.flatMap(({ data }) => data) ?? []
  const conversations = conversationsOf(messages)
  if (list.isPending) return <Loading />
  if (list.isError && messages.length === 0) return <Trouble error={list.error} onRetry={() => void list.refetch()} />
  if (conversations.length === 0 && !open && !list.hasNextPage) return <Nobody />
  return (
    <div className="inbox" data-open={open ? 'true' : undefined}>
      <nav className="conversations" aria-label={t.people}>
        <ul>
          {conversations.map((one) => (
            <Row
              key={`${one.person.channel} ${one.person.address}`}
              conversation={one}
              isOpen={open !== null && isSame(one.person, open)}
            />
          ))}
        </ul>
        {list.hasNextPage ? <Further list={list} /> : null}
      </nav>
      {open ? (
        <div className="inbox-thread">
          <Link className="inbox-back" to="/t/$tenantId/$mode/inbox" params={{ tenantId, mode }} search={{}}>
            {t.back}
          </Link>
          <Thread key={`${open.channel} ${open.address}`} person={open} />
        </div>
      ) : (
        <p className="inbox-none faint">{t.choose}</p>
      )}
    </div>
  )
}

/** A file of what people wrote lately, a row a message. */
function InboundFile() {
  const read = useReadInbound()
  const query = useInbound()
  const rows = query.data?.pages.flatMap(({ data }) => data) ?? []
  return (
    <Download
      name="inbox"
      of={{ read, rows, query }}
      fields={[
        'acceptedAt',
        'id',
        'channel',
        'from',
        'to',
        { field: 'text', of: ({ content }) => wordsOf(contentOf(content)) },
        'inReplyTo',
      ]}
    />
  )
}

/** What people wrote, by person, over all channels. */
export default function InboxPage() {
  const { can } = useTenantTab()
  const { person, channel } = useSearch({ from: '/t/$tenantId/$mode/inbox' })
  const open: Person | null = person ? { channel: channel as Channel, address: person } : null
  return (
    <Page title={t.title} about={t.about} actions={can('messages:read') ? <InboundFile /> : null}>
      {can('messages:read') ? <Inbox open={open} /> : <Note>{common.noScope}</Note>}
    </Page>
  )
}
