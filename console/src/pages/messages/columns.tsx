import { useTenantTab } from '../../app/tab.tsx'
import { Link } from '../../parts/button.tsx'
import type { CsvField } from '../../parts/csv/fields.ts'
import { Status } from '../../parts/status.tsx'
import type { Column } from '../../parts/table.tsx'
import { Ltr, Time, Words } from '../../parts/text.tsx'
import { channelName, t as common } from '../../words/common.ts'
import { num } from '../../words/format.ts'
import { firstWords } from './content-words.ts'
import type { Message } from './fresh.ts'
import { t } from './words.ts'

/** The far end of a message. */
export const partyOf = ({ direction, to, from }: Message): string | undefined => (direction === 'inbound' ? from : to)

/** First words of a message, or why there are none. */
export function Snippet({ message }: { message: Message }) {
  const { content, redacted, altered } = message
  if (altered) return <span className="snippet warn">{common.altered}</span>
  if (redacted) return <span className="snippet faint">{t.code}</span>
  if (content === undefined) return <span className="snippet faint">{t.queued}</span>
  if (content === null) return <span className="snippet faint">{common.erased}</span>
  const said = firstWords(content)
  return said === null ? <span className="faint">—</span> : <Words className="snippet">{said.slice(0, 200)}</Words>
}

/** Which way a message went: a mark, and the word for who hears the page. */
const Way = ({ direction }: Pick<Message, 'direction'>) => (
  <span className="way" data-direction={direction}>
    <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      <path d="M2 10 10 2M4 2h6v6" />
    </svg>
    <span className="visually-hidden">{direction === 'inbound' ? t.inbound : t.outbound}</span>
  </span>
)

function Party({ message }: { message: Message }) {
  const { tenantId, mode } = useTenantTab()
  const { id, direction } = message
  return (
    <span className="party">
      <Way direction={direction} />
      <Link to="/t/$tenantId/$mode/messages/$id" params={{ tenantId, mode, id }}>
        <Ltr>{partyOf(message) ?? id}</Ltr>
      </Link>
    </span>
  )
}

/** Columns of the log. */
export const columns: readonly Column<Message>[] = [
  { name: t.who, kind: 'head', of: (message) => <Party message={message} /> },
  { name: t.content, kind: 'wide', of: (message) => <Snippet message={message} /> },
  { name: t.status, of: ({ status }) => <Status status={status} /> },
  { name: t.channel, of: ({ channel }) => channelName(channel) },
  { name: t.units, align: 'end', of: ({ units }) => (units === undefined ? '—' : num(units)) },
  { name: t.when, align: 'end', of: ({ acceptedAt }) => <Time at={acceptedAt} /> },
]

/** Columns of the file. */
export const csvFields: readonly CsvField<Message>[] = [
  'id',
  'acceptedAt',
  'direction',
  'channel',
  'from',
  'to',
  'status',
  'failure.code',
  'failure.carrierCode',
  'failure.detail',
  { field: 'text', of: ({ content }) => (content ? firstWords(content) : null) },
  'units',
  'encoding',
  'purpose',
  'clientRef',
  'batchId',
  'inReplyTo',
  'resendOf',
  'price.amount',
  'price.currency',
  'updatedAt',
]
