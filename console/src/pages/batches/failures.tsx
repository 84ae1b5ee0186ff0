import type { components } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Link } from '../../parts/link.tsx'
import { List, useList } from '../../parts/list.tsx'
import { Card } from '../../parts/page.tsx'
import { Status } from '../../parts/status.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Code, Ltr } from '../../parts/text.tsx'
import { reasonText } from '../../words/reasons.ts'
import type { Counts } from './counts.tsx'
import { t } from './words.ts'

type MessagePage = components['schemas']['MessagePage']
type Message = MessagePage['data'][number]

/** States of messages that did not succeed: the API finds them by an index of their own. */
const UNSUCCESSFUL = ['unknown', 'failed', 'expired', 'undelivered', 'rejected', 'canceled', 'suppressed'] as const

function Recipient({ message: { id, to } }: { message: Message }) {
  const { tenantId, mode } = useTenantTab()
  return (
    <Link to="/t/$tenantId/$mode/messages/$id" params={{ tenantId, mode, id }}>
      <Ltr>{to ?? id}</Ltr>
    </Link>
  )
}

const columns: readonly Column<Message>[] = [
  { name: t.who, kind: 'head', of: (message) => <Recipient message={message} /> },
  { name: t.status, of: ({ status }) => <Status status={status} /> },
  {
    name: t.why,
    kind: 'wide',
    of: ({ failure }) =>
      failure ? (
        <>
          {reasonText(failure.code)} {failure.carrierCode ? <Code>{failure.carrierCode}</Code> : null}
        </>
      ) : (
        '—'
      ),
  },
]

/** Messages of a batch that did not arrive, with why, and as a file. */
export function Failures({ id, counts }: { id: string; counts: Counts }) {
  const { api, key } = useTenantTab()
  const count = UNSUCCESSFUL.reduce((sum, status) => sum + (counts[status] ?? 0), 0)
  const read = (cursor?: string, limit = 20): Promise<MessagePage> => {
    const query = { batch: id, status: [...UNSUCCESSFUL], limit, ...(cursor ? { cursor } : {}) }
    return unwrap(api.GET('/v1/messages', { params: { query } }))
  }
  const list = useList<Message, MessagePage>([key, 'batches', id, 'failures', count], read)
  return (
    <Card
      title={t.failures}
      actions={
        count > 0 ? (
          <Download
            name={`failures-${id}`}
            of={list}
            fields={[
              'to',
              'status',
              'failure.code',
              'failure.carrierCode',
              'failure.detail',
              'clientRef',
              'id',
              'acceptedAt',
              'updatedAt',
            ]}
          />
        ) : null
      }
    >
      <List list={list} empty={<p className="faint">{t.noFailures}</p>}>
        <Table label={t.failures} columns={columns} rows={list.rows} keyOf={(message) => message.id} />
      </List>
    </Card>
  )
}
