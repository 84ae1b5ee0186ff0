import type { Provider } from '../../api/operator.ts'
import { Checkbox } from '../../parts/choice-field.tsx'
import { TextField } from '../../parts/field.tsx'
import { Card } from '../../parts/page.tsx'
import { Code, Ltr } from '../../parts/text.tsx'
import { fieldText } from '../../words/failures.ts'
import { typedNumber } from '../../words/typed.ts'
import type { Given, Stored } from './given.ts'
import { isForeign, settingWords } from './setting-words.ts'
import { t } from './words.ts'

type Setting = Provider['settings'][number]

interface FieldProps {
  readonly provider: string
  readonly setting: Setting
  readonly given: Given
  /** What the connection has; undefined of a new one. */
  readonly before: Stored | undefined
  readonly error: unknown
  readonly onChange: (given: Given) => void
}

/** What is said below a field's name: what it is for, and what counts without it. */
function About({ provider, setting, before }: Pick<FieldProps, 'provider' | 'setting' | 'before'>) {
  const { help } = settingWords(provider, setting.name, setting)
  const mask = setting.kind === 'secret' ? before?.settings[setting.name] : undefined
  return (
    <>
      {isForeign(provider, setting.name) ? <Ltr>{help}</Ltr> : help}
      {setting.default === null || setting.kind === 'boolean' || setting.default === '' ? null : (
        <>
          {' '}
          {t.byDefault} <Code>{String(setting.default)}</Code>
        </>
      )}
      {mask ? <strong className="help">{t.secretKept(String(mask))}</strong> : null}
      {setting.kind === 'secret' && before?.lost.secrets ? <strong className="help">{t.secretLost}</strong> : null}
    </>
  )
}

/** Says whether a text is of the form that its setting wants; null: it is. */
const formFault = ({ kind, pattern }: Setting, text: string): string | null => {
  if (text === '') return null
  if (kind === 'number' && Number.isNaN(typedNumber(text))) return t.notNumber
  return pattern !== null && !new RegExp(`^(?:${pattern})$`, 'u').test(text) ? t.badForm : null
}

/** One setting, as its kind is asked for. */
function SettingField({ provider, setting, given, before, error, onChange }: FieldProps) {
  const { name, kind, required } = setting
  const { title } = settingWords(provider, name, setting)
  const value = given.values[name] ?? ''
  const set = (to: string): void => onChange({ ...given, values: { ...given.values, [name]: to } })
  const about = <About provider={provider} setting={setting} before={before} />
  if (kind === 'boolean')
    return (
      <Checkbox isSelected={value === 'true'} onChange={(on) => set(String(on))}>
        {title}
        <span className="help">{about}</span>
      </Checkbox>
    )
  const isKept = kind === 'secret' && before?.settings[name] !== undefined
  const isRemovable = isKept && !required
  return (
    <div className="stack">
      <TextField
        label={required ? title : t.optional(title)}
        help={about}
        value={value}
        onChange={set}
        isRequired={required && !isKept}
        isDisabled={given.takenAway.includes(name)}
        validate={(text) => formFault(setting, text)}
        error={fieldText(error, `/settings/${name}`)}
        {...(kind === 'secret' ? { type: 'password' as const, autoComplete: 'off' } : {})}
        {...(kind === 'url' ? { inputMode: 'url' as const } : {})}
        {...(kind === 'number' ? { inputMode: 'numeric' as const } : {})}
        {...(String(setting.default).includes('\n') ? { lines: 2 } : {})}
        ltr={kind !== 'text'}
      />
      {isRemovable ? (
        <Checkbox
          isSelected={given.takenAway.includes(name)}
          onChange={(on) =>
            onChange({
              ...given,
              takenAway: on ? [...given.takenAway, name] : given.takenAway.filter((one) => one !== name),
            })
          }
        >
          {t.takeAway}
        </Checkbox>
      ) : null}
    </div>
  )
}

interface FieldsProps extends Omit<FieldProps, 'setting' | 'provider'> {
  readonly provider: Provider
}

/** All settings of a driver: those that it needs first. */
export const SettingFields = ({ provider, ...rest }: FieldsProps) => (
  <Card title={t.settings}>
    {provider.settings.length === 0 ? <p>{t.noSettings}</p> : null}
    {[...provider.settings]
      .sort((one, other) => Number(other.required) - Number(one.required))
      .map((setting) => (
        <SettingField key={setting.name} {...rest} provider={provider.name} setting={setting} />
      ))}
  </Card>
)
