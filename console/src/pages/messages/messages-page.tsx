import type { components } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Link } from '../../parts/button.tsx'
import { Empty } from '../../parts/feedback.tsx'
import { List, useList } from '../../parts/list.tsx'
import { Page } from '../../parts/page.tsx'
import { Status } from '../../parts/status.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Ltr, Time } from '../../parts/text.tsx'
import { channelName } from '../../words/common.ts'
import { t } from './words.ts'

type Message = components['schemas']['MessagePage']['data'][number]

/** The log of messages, newest first. */
export default function MessagesPage() {
  const { api, key, tenantId, mode } = useTenantTab()
  const list = useList<Message, components['schemas']['MessagePage']>([key, 'messages'], (cursor) =>
    unwrap(api.GET('/v1/messages', { params: { query: { limit: 20, ...(cursor ? { cursor } : {}) } } })),
  )
  const columns: readonly Column<Message>[] = [
    {
      name: t.to,
      kind: 'head',
      of: ({ id, to }) => (
        <Link to="/t/$tenantId/$mode/messages/$id" params={{ tenantId, mode, id }}>
          <Ltr>{to ?? id}</Ltr>
        </Link>
      ),
    },
    { name: t.status, of: ({ status }) => <Status status={status} /> },
    { name: t.channel, of: ({ channel }) => channelName(channel) },
    { name: t.when, of: (message) => <Time at={message.acceptedAt} /> },
  ]
  return (
    <Page title={t.title} about={t.about}>
      <List list={list} empty={<Empty title={t.empty} />}>
        <Table label={t.title} columns={columns} rows={list.rows} keyOf={({ id }) => id} />
      </List>
    </Page>
  )
}
