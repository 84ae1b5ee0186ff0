import { useQuery } from '@tanstack/react-query'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Note } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { channelName } from '../../words/common.ts'
import { clock, isolated, longDay } from '../../words/format.ts'
import { CHANNELS, type Draft, PURPOSES, validUntil } from './draft.ts'
import { t } from './words.ts'

interface Props {
  readonly draft: Draft
  readonly set: (changed: Partial<Draft>) => void
}

/** Channel, sender and what else decides how a message goes. */
export function HowFields({ draft, set }: Props) {
  const { api, key, can } = useTenantTab()
  const { channel, from, purpose, hours, reference } = draft
  const senders = useQuery({
    queryKey: [key, 'senders', channel],
    queryFn: () => unwrap(api.GET('/v1/senders', { params: { query: { channel } } })),
    enabled: can('senders:read'),
  })
  const until = validUntil(hours, Date.now())
  const lines = senders.data?.data ?? []
  const usual = lines.find(({ isDefault }) => isDefault)
  const senderOptions = [
    { id: '', name: usual ? `${t.defaultSender} (${isolated(usual.address)})` : t.defaultSender },
    ...lines.map(({ address, state }) => ({
      id: address,
      name: state === 'active' ? address : `${isolated(address)} (${t.inactive})`,
    })),
  ]
  return (
    <>
      <div className="segments">
        {CHANNELS.map((one) => (
          <button
            type="button"
            key={one}
            aria-pressed={one === channel}
            onClick={() => set({ channel: one, from: '', files: [] })}
          >
            {channelName(one)}
          </button>
        ))}
      </div>
      {senders.data && lines.length === 0 ? <Note tone="warn">{t.noSenders}</Note> : null}
      <div className="grid">
        {can('senders:read') ? (
          <SelectField label={t.sender} options={senderOptions} value={from} onChange={(next) => set({ from: next })} />
        ) : (
          <TextField label={t.sender} value={from} onChange={(next) => set({ from: next })} ltr />
        )}
        <SelectField
          label={t.purpose}
          value={purpose}
          onChange={(next) => set({ purpose: next })}
          options={[
            { id: '' as const, name: t.defaultPurpose },
            ...PURPOSES.map((id) => ({ id, name: t.purposes[id] })),
          ]}
        />
      </div>
      <details>
        <summary>{t.more}</summary>
        <div className="grid">
          <TextField
            label={t.hours}
            help={until === null ? t.hoursHelp : t.hoursUntil(`${longDay(until)} ${clock(until)}`)}
            value={hours}
            onChange={(next) => set({ hours: next })}
            inputMode="numeric"
            ltr
          />
          <TextField
            label={t.reference}
            help={t.referenceHelp}
            value={reference}
            onChange={(next) => set({ reference: next })}
          />
        </div>
      </details>
    </>
  )
}
