import { useState } from 'react'
import type { paths } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { useTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Empty, Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { List, useList } from '../../parts/list.tsx'
import { Facts, Page } from '../../parts/page.tsx'
import { Badge } from '../../parts/status.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Code, Ltr, Time } from '../../parts/text.tsx'
import { channelName, t as common } from '../../words/common.ts'
import { fieldText } from '../../words/failures.ts'
import { t } from './words.ts'

type Unowned = paths['/admin/v1/unowned']['get']['responses'][200]['content']['application/json']
type Message = Unowned['data'][number]

/** Reads one message, for a reason that is written down first. */
function Read({ message: { id, to } }: { message: Message }) {
  const { api } = useTab()
  const [isOpen, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const read = useAct(() =>
    unwrap(api.POST('/admin/v1/unowned/{id}/disclose', { params: { path: { id } }, body: { reason } })),
  )
  return (
    <>
      <Button weight="quiet" onPress={() => setOpen(true)}>
        {t.read}
      </Button>
      <Dialog title={t.read} isOpen={isOpen} onClose={() => setOpen(false)}>
        {read.data ? (
          <Facts
            of={[
              [t.writer, <Ltr key="from">{read.data.from ?? '—'}</Ltr>],
              [t.line, <Ltr key="to">{to}</Ltr>],
              [
                t.content,
                <pre key="content" dir="auto" className="kept">
                  {JSON.stringify(read.data.content, null, 2)}
                </pre>,
              ],
            ]}
          />
        ) : (
          <>
            <p>{t.readWhy}</p>
            <TextField
              label={t.reason}
              value={reason}
              onChange={setReason}
              error={fieldText(read.error, '/reason')}
              isRequired
              autoFocus
            />
            <Trouble error={read.error} />
          </>
        )}
        <div className="actions">
          <Button onPress={() => setOpen(false)}>{common.close}</Button>
          {read.data ? null : (
            <Button
              weight="primary"
              isDisabled={!reason.trim()}
              isPending={read.isPending}
              onPress={() => read.mutate()}
            >
              {t.read}
            </Button>
          )}
        </div>
      </Dialog>
    </>
  )
}

/** Messages to lines that no account has, without who wrote and what. */
export default function UnownedPage() {
  const { api, key, can } = useTab()
  const list = useList<Message, Unowned>([key, 'unowned'], (cursor, limit = 20) =>
    unwrap(api.GET('/admin/v1/unowned', { params: { query: { limit, ...(cursor ? { cursor } : {}) } } })),
  )
  const columns: readonly Column<Message>[] = [
    { name: t.line, kind: 'head', of: ({ to }) => <Ltr>{to}</Ltr> },
    { name: t.channel, of: ({ channel }) => channelName(channel) },
    {
      name: t.mode,
      of: ({ mode }) => <Badge tone={mode === 'live' ? 'good' : 'warn'}>{common[mode]}</Badge>,
    },
    { name: t.connection, of: ({ connectionId }) => <Code>{connectionId ?? '—'}</Code> },
    { name: t.at, of: ({ receivedAt }) => <Time at={receivedAt} /> },
    ...(can('people:disclose') ? [{ name: common.actions, of: (message: Message) => <Read message={message} /> }] : []),
  ]
  return (
    <Page
      title={t.unownedTitle}
      about={t.unownedAbout}
      actions={
        <Download name="unowned" of={list} fields={['id', 'receivedAt', 'to', 'channel', 'mode', 'connectionId']} />
      }
    >
      <List list={list} empty={<Empty title={t.noUnowned} />}>
        <Table label={t.unownedTitle} columns={columns} rows={list.rows} keyOf={({ id }) => id} />
      </List>
    </Page>
  )
}
