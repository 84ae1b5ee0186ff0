import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { paths } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { useTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { Checkbox } from '../../parts/choice-field.tsx'
import { Download } from '../../parts/csv/download.tsx'
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

function Assign({ tenantId }: { tenantId: string }) {
  const { api, key } = useTab()
  const [sender, setSender] = useState<Pick<Input, 'channel' | 'address' | 'lineClass' | 'isDefault'>>({
    channel: 'sms',
    address: '',
    lineClass: 'service',
    isDefault: false,
  })
  const set = (changed: Partial<typeof sender>): void => setSender((now) => ({ ...now, ...changed }))
  const assign = useAct(
    () => unwrap(api.POST('/admin/v1/tenants/{tenantId}/senders', { params: { path: { tenantId } }, body: sender })),
    { changes: [[key, 'senders', tenantId]], onDone: () => set({ address: '' }) },
  )
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
      <Trouble error={assign.error} />
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
  const remove = useAct(
    ({ channel, address }: Sender) =>
      unwrap(
        api.DELETE('/admin/v1/tenants/{tenantId}/senders/{channel}/{address}', {
          params: { path: { tenantId, channel, address } },
        }),
      ),
    { changes: [[key, 'senders', tenantId]] },
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
      <Trouble error={list.error ?? remove.error} />
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
                  <Button weight="danger" isDisabled={remove.isPending} onPress={() => remove.mutate(sender)}>
                    {t.remove}
                  </Button>
                ) : null,
            },
          ]}
        />
      ) : null}
      {can('senders:write') && !isClosed ? <Assign tenantId={tenantId} /> : null}
    </Card>
  )
}
