import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { paths } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { Anew, ChangeTrouble, type Difference } from '../../app/changed/change-trouble.tsx'
import { useRecordChange } from '../../app/changed/record-change.ts'
import { useTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { Checkbox } from '../../parts/choice-field.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { Loading, Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { Card } from '../../parts/page.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { Table } from '../../parts/table.tsx'
import { Code } from '../../parts/text.tsx'
import { channelName, channelNames, t as common } from '../../words/common.ts'
import { t } from './words.ts'

type Sender =
  paths['/admin/v1/tenants/{tenantId}/senders']['get']['responses']['200']['content']['application/json']['data'][number]
type Input = paths['/admin/v1/tenants/{tenantId}/senders']['post']['requestBody']['content']['application/json']

const CHANNELS = (Object.keys(channelNames) as Input['channel'][]).map((id) => ({ id, name: channelName(id) }))
const CLASSES = (Object.keys(t.lineClasses) as Input['lineClass'][]).map((id) => ({ id, name: t.lineClasses[id] }))

/** A sender without what differs between its spellings: spaces, and what stands before a number of one's own country. */
const bare = (address: string): string => address.toLowerCase().replace(/[^\p{L}\p{N}]|^[+0]+/gu, '')

interface AssignProps {
  readonly tenantId: string
  /** A sender that the account has already; null: another one. */
  readonly of: Sender | null
  readonly onLoad: (now: Sender) => void
}

function Assign({ tenantId, of, onLoad }: AssignProps) {
  const { api, key } = useTab()
  const [sender, setSender] = useState<Pick<Input, 'channel' | 'address' | 'lineClass' | 'isDefault'>>({
    channel: of?.channel ?? 'sms',
    address: of?.address ?? '',
    lineClass: of?.lineClass ?? 'service',
    isDefault: of?.isDefault ?? false,
  })
  const set = (changed: Partial<typeof sender>): void => setSender((now) => ({ ...now, ...changed }))
  const path = '/admin/v1/tenants/{tenantId}/senders'
  const params = { path: { tenantId } }
  const { save: assign, newer } = useRecordChange<Sender>({
    of,
    send: async (_, base) => {
      await unwrap(api.POST(path, { params, body: { ...sender, version: base?.version ?? null } }))
      return null
    },
    read: async () => {
      const { data } = await unwrap(api.GET(path, { params }))
      const ofChannel = data.filter(({ channel }) => channel === sender.channel)
      const typed = bare(sender.address)
      return (
        ofChannel.find(({ address }) => address === sender.address.trim()) ??
        ofChannel.find(({ address }) => bare(address).endsWith(typed)) ??
        null
      )
    },
    changes: [[key, 'senders', tenantId]],
    onDone: () => set({ address: '' }),
  })
  const differences = (now: Sender): readonly Difference[] => [
    { name: t.lineClass, typed: t.lineClasses[sender.lineClass], now: t.lineClasses[now.lineClass] },
    {
      name: t.isDefault,
      typed: sender.isDefault ? common.yes : common.no,
      now: now.isDefault ? common.yes : common.no,
    },
  ]
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    assign.mutate()
  }
  return (
    <form onSubmit={submit} className="stack form">
      <h3>{t.addSender}</h3>
      <SelectField
        label={t.channel}
        value={sender.channel}
        onChange={(channel) => set({ channel })}
        options={CHANNELS}
      />
      <TextField
        label={t.address}
        value={sender.address}
        onChange={(address) => set({ address })}
        isRequired
        maxLength={320}
        ltr
      />
      <SelectField
        label={t.lineClass}
        value={sender.lineClass}
        onChange={(lineClass) => set({ lineClass })}
        options={CLASSES}
      />
      <Checkbox isSelected={sender.isDefault ?? false} onChange={(isDefault) => set({ isDefault })}>
        {t.isDefault}
      </Checkbox>
      <ChangeTrouble error={assign.error} newer={newer} said={t.hasSender} differences={differences} onLoad={onLoad} />
      <div>
        <Button type="submit" isPending={assign.isPending}>
          {t.addSender}
        </Button>
      </div>
    </form>
  )
}

/** Senders of an account. */
export function Senders({ tenantId, isClosed }: { tenantId: string; isClosed: boolean }) {
  const { api, key, can } = useTab()
  const list = useQuery({
    queryKey: [key, 'senders', tenantId],
    queryFn: () => unwrap(api.GET('/admin/v1/tenants/{tenantId}/senders', { params: { path: { tenantId } } })),
  })
  const [taken, setTaken] = useState<Sender | null>(null)
  const remove = useAct(
    ({ channel, address }: Sender) =>
      unwrap(
        api.DELETE('/admin/v1/tenants/{tenantId}/senders/{channel}/{address}', {
          params: { path: { tenantId, channel, address } },
        }),
      ),
    { changes: [[key, 'senders', tenantId]], onDone: () => setTaken(null) },
  )
  const rows = list.data?.data ?? []
  return (
    <Card
      title={t.senders}
      actions={
        rows.length > 0 ? (
          <Download
            name={`senders-${tenantId}`}
            of={rows}
            fields={['channel', 'address', 'kind', 'lineClass', 'isDefault', 'mode', 'connectionId', 'createdAt']}
          />
        ) : null
      }
    >
      {list.isPending ? <Loading /> : null}
      <Trouble error={list.error} />
      {list.data && rows.length === 0 ? <p className="faint">{t.noSenders}</p> : null}
      {rows.length > 0 ? (
        <Table<Sender>
          label={t.senders}
          rows={rows}
          keyOf={({ channel, address }) => `${channel} ${address}`}
          columns={[
            { name: t.address, kind: 'head', of: ({ address }) => <Code>{address}</Code> },
            {
              name: t.sendsIn,
              of: ({ mode }) => (mode === null ? t.bothModes : mode === 'test' ? common.test : common.live),
            },
            { name: t.channel, of: ({ channel }) => channelName(channel) },
            { name: t.lineClass, of: ({ lineClass }) => t.lineClasses[lineClass] },
            { name: t.isDefault, of: ({ isDefault }) => (isDefault ? common.yes : '') },
            {
              name: common.actions,
              of: (sender) =>
                can('senders:write') ? (
                  <Button
                    weight="danger"
                    onPress={() => {
                      remove.reset()
                      setTaken(sender)
                    }}
                  >
                    {t.remove}
                  </Button>
                ) : null,
            },
          ]}
        />
      ) : null}
      {taken ? (
        <Confirm
          title={t.removeTitle}
          action={t.remove}
          isOpen
          isPending={remove.isPending}
          onClose={() => setTaken(null)}
          onConfirm={() => remove.mutate(taken)}
        >
          <p>
            <Code>{taken.address}</Code>
          </p>
          <p>{t.removeWhy}</p>
          <Trouble error={remove.error} />
        </Confirm>
      ) : null}
      {can('senders:write') && !isClosed ? (
        <Anew<Sender | null> of={null}>{(of, onLoad) => <Assign tenantId={tenantId} of={of} onLoad={onLoad} />}</Anew>
      ) : null}
    </Card>
  )
}
