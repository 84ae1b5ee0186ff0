import '../../styles/rooms.css'
import { getRouteApi } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { AnswerOf, RowOf } from '../../api/answers.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { useTenantTab } from '../../app/tab.tsx'
import { Allowed } from '../../app/tenant/allowed.tsx'
import { useOnce } from '../../app/tenant/once.ts'
import { ConfirmRemoval } from '../../app/tenant/removal.tsx'
import { Button, Link } from '../../parts/button.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Empty, Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { List, useList } from '../../parts/list.tsx'
import { Page } from '../../parts/page.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Ltr, Time } from '../../parts/text.tsx'
import { channelName, channelNames, t as common } from '../../words/common.ts'
import { fieldText } from '../../words/failures.ts'
import { between } from '../../words/format.ts'
import { t } from './words.ts'

type Suppression = RowOf<'/v1/suppressions'>
type Channel = Suppression['channel']
const CHANNELS = Object.keys(channelNames) as readonly Channel[]

/** Adds one opt-out. */
function Add({ onClose }: { onClose: () => void }) {
  const { api, key } = useTenantTab()
  const once = useOnce()
  const [channel, setChannel] = useState<Channel>('sms')
  const [recipient, setRecipient] = useState('')
  const [sender, setSender] = useState('')
  const add = useAct(
    () => {
      const body = { channel, recipient, ...(sender ? { sender } : {}) }
      return unwrap(
        api.POST('/v1/suppressions', { params: { header: { 'Idempotency-Key': once.keyFor(body) } }, body }),
      )
    },
    { changes: [[key, 'suppressions']], onDone: onClose },
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    add.mutate()
  }
  return (
    <Dialog title={t.add} isOpen onClose={onClose}>
      <form onSubmit={submit} className="stack">
        <SelectField
          label={t.channel}
          options={CHANNELS.map((id) => ({ id, name: channelName(id) }))}
          value={channel}
          onChange={setChannel}
        />
        <TextField
          label={t.recipient}
          help={t.recipientHelp}
          value={recipient}
          onChange={setRecipient}
          isRequired
          ltr
          error={fieldText(add.error, '/recipient')}
        />
        <TextField
          label={t.sender}
          help={t.senderHelp}
          value={sender}
          onChange={setSender}
          ltr
          error={fieldText(add.error, '/sender')}
        />
        <Trouble error={add.error} />
        <div className="actions">
          <Button onPress={onClose}>{common.back}</Button>
          <Button type="submit" weight="primary" isPending={add.isPending}>
            {t.addDo}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** Asks before an opt-out is lifted. */
function Remove({ of: { channel, recipient = '', sender }, onClose }: { of: Suppression; onClose: () => void }) {
  const { api } = useTenantTab()
  const query = { channel, recipient, ...(sender ? { sender } : {}) }
  return (
    <ConfirmRemoval
      title={t.removeTitle}
      what={
        <>
          <Ltr>{recipient}</Ltr>
          {between}
          {channelName(channel)}
        </>
      }
      why={t.removeWhy}
      action={t.removeDo}
      call={() => unwrap(api.DELETE('/v1/suppressions', { params: { query } }))}
      changes={['suppressions']}
      onClose={onClose}
    />
  )
}

const route = getRouteApi('/t/$tenantId/$mode/suppressions')

interface Narrowed {
  readonly channel?: Channel
  readonly recipient?: string
}

/** Narrows the list to a channel or a person. */
function Filters({ narrowed, onChange }: { narrowed: Narrowed; onChange: (narrowed: Narrowed) => void }) {
  const [typed, setTyped] = useState(narrowed.recipient ?? '')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onChange({ ...narrowed, recipient: typed.trim() || undefined })
  }
  return (
    <form onSubmit={submit} className="filter-row">
      <SelectField<Channel | 'every'>
        label={t.channel}
        options={[{ id: 'every', name: t.every }, ...CHANNELS.map((id) => ({ id, name: channelName(id) }))]}
        value={narrowed.channel ?? 'every'}
        onChange={(id) => onChange({ ...narrowed, channel: id === 'every' ? undefined : id })}
      />
      <TextField label={t.recipient} value={typed} onChange={setTyped} placeholder="+98912…" ltr />
      <Button type="submit">{t.find}</Button>
      {narrowed.recipient ? <Button onPress={() => onChange({ channel: narrowed.channel })}>{t.all}</Button> : null}
    </form>
  )
}

function useColumns(onRemove: (of: Suppression) => void): readonly Column<Suppression>[] {
  const { tenantId, mode, can } = useTenantTab()
  const columns: readonly Column<Suppression>[] = [
    {
      name: t.recipient,
      kind: 'head',
      of: ({ recipient }) => (recipient ? <Ltr>{recipient}</Ltr> : common.altered),
    },
    { name: t.channel, of: ({ channel }) => channelName(channel) },
    { name: t.source, of: ({ source }) => t.sources[source] },
    { name: t.sender, of: ({ sender }) => (sender ? <Ltr>{sender}</Ltr> : t.allSenders) },
    {
      name: t.message,
      of: ({ messageId, recipient }) =>
        messageId ? (
          <Link to="/t/$tenantId/$mode/messages/$id" params={{ tenantId, mode, id: messageId }}>
            {t.message}
            <span className="visually-hidden"> {recipient}</span>
          </Link>
        ) : (
          '—'
        ),
    },
    { name: t.when, of: ({ createdAt }) => <Time at={createdAt} /> },
  ]
  if (!can('suppressions:write')) return columns
  return [
    ...columns,
    {
      name: common.actions,
      of: (one) =>
        one.source !== 'carrier' && one.recipient ? (
          <Button weight="danger" className="in-row" onPress={() => onRemove(one)}>
            {t.remove}
          </Button>
        ) : (
          '—'
        ),
    },
  ]
}

function Suppressions() {
  const { api, key, tenantId, mode, can } = useTenantTab()
  const navigate = route.useNavigate()
  const asked = route.useSearch()
  const channel = CHANNELS.find((one) => one === asked.channel)
  // A number without its plus is read as a number from the address.
  const recipient = asked.recipient === undefined ? undefined : String(asked.recipient)
  const narrowed: Narrowed = { ...(channel ? { channel } : {}), ...(recipient ? { recipient } : {}) }
  const [isAdding, setAdding] = useState(false)
  const [removed, setRemoved] = useState<Suppression | null>(null)
  const read = (cursor?: string, limit = 25) =>
    unwrap(api.GET('/v1/suppressions', { params: { query: { ...narrowed, limit, ...(cursor ? { cursor } : {}) } } }))
  const list = useList<Suppression, AnswerOf<'/v1/suppressions'>>([key, 'suppressions', narrowed], read)
  const actions = (
    <>
      <Download
        name="opt-outs"
        of={list}
        fields={['recipient', 'channel', 'sender', 'source', 'createdAt', 'messageId']}
      />
      {can('suppressions:write') ? (
        <>
          <Link to="/t/$tenantId/$mode/suppressions/import" params={{ tenantId, mode }} weight="plain">
            {t.import}
          </Link>
          <Button weight="primary" onPress={() => setAdding(true)}>
            {t.add}
          </Button>
        </>
      ) : null}
    </>
  )
  return (
    <Page title={t.title} about={t.about} actions={actions}>
      <Filters
        key={recipient ?? ''}
        narrowed={narrowed}
        onChange={(search) => void navigate({ search, replace: true })}
      />
      <List
        list={list}
        empty={<Empty title={recipient ? t.none : t.empty}>{recipient ? null : <p>{t.emptyWhy}</p>}</Empty>}
      >
        <Table
          label={t.title}
          columns={useColumns(setRemoved)}
          rows={list.rows}
          keyOf={(one) => `${one.channel} ${one.recipient} ${one.sender} ${one.createdAt}`}
        />
        {list.rows.some(({ source }) => source === 'carrier') ? <p className="faint">{t.byCarrier}</p> : null}
      </List>
      {isAdding ? <Add onClose={() => setAdding(false)} /> : null}
      {removed ? <Remove of={removed} onClose={() => setRemoved(null)} /> : null}
    </Page>
  )
}

/** Who has opted out. */
export default function SuppressionsPage() {
  return (
    <Allowed scope="suppressions:read" title={t.title}>
      <Suppressions />
    </Allowed>
  )
}
