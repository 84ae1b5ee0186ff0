import { type FormEvent, type ReactNode, useState } from 'react'
import type { Connection, Provider } from '../../api/operator.ts'
import { Button } from '../../parts/button.tsx'
import { Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { Card } from '../../parts/page.tsx'
import { fieldText } from '../../words/failures.ts'
import { typedNumber } from '../../words/typed.ts'
import { type Given, givenOf, settingsOf, storedOf } from './given.ts'
import { SettingFields } from './setting-fields.tsx'
import { t } from './words.ts'

/** What a form asks the API for. */
export interface Asked {
  readonly name: string
  readonly settings: ReturnType<typeof settingsOf>
  readonly rate: number | null
  readonly concurrency: number
}

interface ConnectionFormProps {
  readonly provider: Provider
  readonly before?: Connection
  readonly action: string
  readonly isPending: boolean
  readonly error: unknown
  /** Says what went wrong, where that is more than the error. */
  readonly trouble?: ReactNode
  readonly onSubmit: (asked: Asked) => void
}

const numberFault = (text: string): string | null =>
  text !== '' && Number.isNaN(typedNumber(text)) ? t.notNumber : null

interface PaceProps {
  readonly given: Given
  readonly error: unknown
  readonly onChange: (given: Given) => void
}

const Pace = ({ given, error, onChange }: PaceProps) => (
  <Card title={t.pace}>
    <TextField
      label={t.rate}
      help={t.rateHelp}
      value={given.rate}
      onChange={(rate) => onChange({ ...given, rate })}
      inputMode="decimal"
      validate={numberFault}
      error={fieldText(error, '/rate')}
      ltr
    />
    <TextField
      label={t.concurrency}
      help={t.concurrencyHelp}
      value={given.concurrency}
      onChange={(concurrency) => onChange({ ...given, concurrency })}
      inputMode="numeric"
      isRequired
      validate={numberFault}
      error={fieldText(error, '/concurrency')}
      ltr
    />
  </Card>
)

/** Form of a connection, drawn from its driver's settings. */
export function ConnectionForm({ provider, before, action, isPending, error, trouble, onSubmit }: ConnectionFormProps) {
  const [given, setGiven] = useState(() => givenOf(provider, before))
  const stored = before && storedOf(before)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onSubmit({
      name: given.name.trim(),
      settings: settingsOf(provider, given, stored),
      rate: given.rate.trim() === '' ? null : typedNumber(given.rate),
      concurrency: typedNumber(given.concurrency),
    })
  }
  return (
    <form onSubmit={submit} className="stack form-width" autoComplete="off">
      <TextField
        label={t.name}
        help={t.nameHelp}
        value={given.name}
        onChange={(name) => setGiven({ ...given, name })}
        isRequired
        maxLength={100}
        error={fieldText(error, '/name')}
      />
      <SettingFields provider={provider} given={given} before={stored} error={error} onChange={setGiven} />
      <Pace given={given} error={error} onChange={setGiven} />
      {trouble ?? <Trouble error={error} />}
      <div className="actions">
        <Button type="submit" weight="primary" isPending={isPending}>
          {action}
        </Button>
      </div>
    </form>
  )
}
