import { type FormEvent, type ReactNode, useState } from 'react'
import { EVENTS, type EventType } from '../../../../generated/events.ts'
import { Button } from '../../../parts/button.tsx'
import { Checkbox, RadioField } from '../../../parts/choice-field.tsx'
import { Trouble } from '../../../parts/feedback.tsx'
import { TextField } from '../../../parts/field.tsx'
import { eventWords } from '../../../words/events.ts'
import { fieldText } from '../../../words/failures.ts'
import { t } from './words.ts'

/** What a person sets of an endpoint. `events` null: all. */
export interface Draft {
  readonly url: string
  readonly description: string
  readonly events: readonly EventType[] | null
  readonly batch: boolean
}

interface EventsProps {
  readonly value: readonly EventType[]
  readonly onChange: (events: readonly EventType[]) => void
}

/** Chooses events of the catalogue. */
const EventsField = ({ value, onChange }: EventsProps) => (
  <div className="check-grid">
    {EVENTS.map(({ type }) => (
      <Checkbox
        key={type}
        isSelected={value.includes(type)}
        onChange={(on) =>
          onChange(EVENTS.map((event) => event.type).filter((one) => (one === type ? on : value.includes(one))))
        }
      >
        {eventWords[type]}{' '}
        <bdi dir="ltr" className="code faint">
          {type}
        </bdi>
      </Checkbox>
    ))}
  </div>
)

interface WebhookFormProps {
  readonly initial: Draft
  readonly action: string
  readonly isPending: boolean
  readonly error: unknown
  /** Says what went wrong, where that is more than the error. */
  readonly trouble?: ReactNode
  readonly urlNote?: string
  readonly onSubmit: (draft: Draft) => void
}

/** Fields of an endpoint that is added or changed. */
export function WebhookForm({ initial, action, isPending, error, trouble, urlNote, onSubmit }: WebhookFormProps) {
  const [draft, setDraft] = useState(initial)
  const [chosen, setChosen] = useState<readonly EventType[]>(initial.events ?? [])
  const [isChecked, setChecked] = useState(false)
  const hearsAll = draft.events === null
  const lacksEvents = !hearsAll && chosen.length === 0
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setChecked(true)
    if (!lacksEvents) onSubmit({ ...draft, events: hearsAll ? null : chosen })
  }
  return (
    <form onSubmit={submit} className="stack form-width">
      <TextField
        label={t.url}
        help={urlNote ? `${t.urlHelp} ${urlNote}` : t.urlHelp}
        value={draft.url}
        onChange={(url) => setDraft({ ...draft, url })}
        placeholder="https://hooks.example.com/chapar"
        inputMode="url"
        isRequired
        ltr
        error={fieldText(error, '/url')}
      />
      <TextField
        label={t.description}
        help={t.descriptionHelp}
        value={draft.description}
        onChange={(description) => setDraft({ ...draft, description })}
        maxLength={200}
        error={fieldText(error, '/description')}
      />
      <RadioField
        label={t.hears}
        options={[
          { id: 'all', name: t.all },
          { id: 'some', name: t.some },
        ]}
        value={hearsAll ? 'all' : 'some'}
        onChange={(which) => setDraft({ ...draft, events: which === 'all' ? null : [] })}
        error={(isChecked && lacksEvents ? t.chooseOne : undefined) ?? fieldText(error, '/events')}
      />
      {hearsAll ? null : <EventsField value={chosen} onChange={setChosen} />}
      <Checkbox isSelected={draft.batch} onChange={(batch) => setDraft({ ...draft, batch })}>
        {t.batch}
      </Checkbox>
      {trouble ?? <Trouble error={error} />}
      <div className="actions">
        <Button type="submit" weight="primary" isPending={isPending}>
          {action}
        </Button>
      </div>
    </form>
  )
}
