import { useQuery } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { Checkbox } from '../../parts/choice-field.tsx'
import { TextField } from '../../parts/field.tsx'
import { Card } from '../../parts/page.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { channelName } from '../../words/common.ts'
import { Icon } from './device/icons.tsx'
import { FATES } from './fates.ts'
import { CHANNELS, type Draft, freshDraft } from './send.ts'
import { t } from './words.ts'

const ICONS = { sms: 'messages', voice: 'phone', ussd: 'hash', chat: 'chat', push: 'notices', email: 'mail' } as const
const ASKS = {
  sms: null,
  ussd: null,
  email: null,
  voice: t.withKeys,
  push: t.withButtons,
  chat: t.withButtons,
} as const

/** The account's senders of a channel, the default one first. */
function SenderField({ draft, onChange }: { draft: Draft; onChange: (from: string) => void }) {
  const { api, key } = useTenantTab()
  const { channel, from } = draft
  const senders = useQuery({
    queryKey: [key, 'senders', channel],
    queryFn: () => unwrap(api.GET('/v1/senders', { params: { query: { channel } } })),
  })
  const lines = senders.data?.data ?? []
  if (lines.length < 2) return null
  const options = [{ id: '', name: t.defaultSender }, ...lines.map(({ address }) => ({ id: address, name: address }))]
  return <SelectField label={t.sender} options={options} value={from} onChange={onChange} />
}

interface Props {
  readonly draft: Draft
  readonly onDraft: (draft: Draft) => void
  readonly onSend: () => void
  readonly isPending: boolean
  readonly error: Error | null
}

/** Sends something to the telephone, by any channel. */
export function SendForm({ draft, onDraft, onSend, isPending, error }: Props) {
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onSend()
  }
  const asks = ASKS[draft.channel]
  const hasHeading = draft.channel === 'email' || draft.channel === 'push'
  return (
    <Card title={t.sendTitle}>
      <form className="stack" onSubmit={submit}>
        <fieldset className="channel-choice">
          <legend className="visually-hidden">{t.channel}</legend>
          {CHANNELS.map((channel) => (
            <button
              type="button"
              key={channel}
              aria-pressed={channel === draft.channel}
              onClick={() => onDraft(freshDraft(channel))}
            >
              <Icon name={ICONS[channel]} />
              {channelName(channel)}
            </button>
          ))}
        </fieldset>
        <SenderField draft={draft} onChange={(from) => onDraft({ ...draft, from })} />
        {hasHeading ? (
          <TextField
            label={draft.channel === 'email' ? t.subject : t.heading}
            value={draft.heading}
            onChange={(heading) => onDraft({ ...draft, heading })}
          />
        ) : null}
        <TextField
          label={draft.channel === 'voice' ? t.reads : t.text}
          value={draft.text}
          lines={3}
          isRequired
          onChange={(text) => onDraft({ ...draft, text })}
        />
        {draft.channel === 'ussd' ? <p className="help">{t.ussdHelp}</p> : null}
        {asks ? (
          <Checkbox isSelected={draft.isAsking} onChange={(isAsking) => onDraft({ ...draft, isAsking })}>
            {asks}
          </Checkbox>
        ) : null}
        <Trouble error={error} />
        <div className="actions">
          <Button type="submit" weight="primary" isPending={isPending}>
            {t.send}
          </Button>
        </div>
      </form>
    </Card>
  )
}

/** The fates of the sandbox: a press sends the form's message to a number that has one. */
export const FateButtons = ({ isPending, onFate }: { isPending: boolean; onFate: (digits: string) => void }) => (
  <Card title={t.fatesTitle}>
    <p className="help">{t.fatesAbout}</p>
    <div className="fate-groups">
      {FATES.map(({ name, fates }) => (
        <section key={name}>
          <h3>{name}</h3>
          <div className="fates">
            {fates.map((fate) => (
              <button
                type="button"
                key={fate.digits}
                className="fate"
                title={fate.about}
                disabled={isPending}
                onClick={() => onFate(fate.digits)}
              >
                <span>{fate.name}</span>
                <bdi dir="ltr" className="code">
                  {fate.digits}
                </bdi>
              </button>
            ))}
          </div>
        </section>
      ))}
    </div>
  </Card>
)
