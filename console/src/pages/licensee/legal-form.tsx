import { useDraft } from '../../app/draft.ts'
import { TextField } from '../../parts/field.tsx'
import { Link } from '../../parts/link.tsx'
import { Card } from '../../parts/page.tsx'
import { Badge } from '../../parts/status.tsx'
import { fieldText } from '../../words/failures.ts'
import { latin } from '../../words/typed.ts'
import { type Change, differencesOf, type FormProps, type Named, SettingsForm, useChange } from './change.tsx'
import { type Both, isLine, type Line, SECTIONS, type Section, TEXTS } from './fields.ts'
import type { Settings } from './licensee-page.tsx'
import { t } from './words.ts'

type Legal = Settings['legal']

const LANGUAGES = ['fa', 'en'] as const

/** A telephone number that somebody typed, as the API takes it: Latin digits, no marks between them, + for a leading 00. */
const asNumber = (text: string): string =>
  latin(text)
    .replaceAll(/[\s()\u200e\u200f./-]/g, '')
    .replace(/^00/, '+')

const isText = (field: Both): boolean => (TEXTS as readonly Both[]).includes(field)

const nameIn = (field: Both, language: 'fa' | 'en'): string =>
  language === 'fa' ? t.inPersian(t.fields[field]) : t.inEnglish(t.fields[field])

const namesOf = (legal: Legal, fields: readonly (keyof Legal)[]): readonly Named[] =>
  fields.flatMap((field): readonly Named[] =>
    isLine(field)
      ? [[t.fields[field], legal[field] ?? '']]
      : LANGUAGES.map((language): Named => [nameIn(field, language), legal[field]?.[language] ?? '']),
  )

interface FieldProps<Of extends keyof Legal> {
  readonly field: Of
  readonly value: Legal[Of]
  readonly onChange: (value: Legal[Of]) => void
  readonly error: string | undefined
  readonly isLocked: boolean
}

const LineField = ({ field, value, onChange, error, isLocked }: FieldProps<Line>) => (
  <TextField
    label={t.fields[field]}
    help={field === 'landline' ? t.landlineHelp : undefined}
    error={error}
    value={value ?? ''}
    onChange={(text) => onChange(text.trim() === '' ? null : text)}
    isReadOnly={isLocked}
    ltr
  />
)

function BothFields({ field, value, onChange, error, isLocked }: FieldProps<Both>) {
  const change = (language: 'fa' | 'en', text: string): void => {
    const both = { fa: '', en: '', ...value, [language]: text }
    onChange(both.fa === '' && both.en === '' ? null : both)
  }
  const fields = (
    <div className="grid">
      {LANGUAGES.map((language) => (
        <TextField
          key={language}
          label={nameIn(field, language)}
          help={isText(field) ? t.textHelp : undefined}
          // One refusal is of both: it is said beside the one that is empty, or, if none is, beside both.
          error={(value?.fa === '') === (value?.en === '') || value?.[language] === '' ? error : undefined}
          {...(isText(field) ? { lines: 8 } : {})}
          value={value?.[language] ?? ''}
          onChange={(text) => change(language, text)}
          isReadOnly={isLocked}
        />
      ))}
    </div>
  )
  if (!isText(field)) return fields
  return (
    <details className="part" {...(error ? { open: true } : {})}>
      <summary>
        {t.fields[field]}{' '}
        <Badge tone={value?.fa && value.en ? 'good' : 'warn'}>{value?.fa && value.en ? t.written : t.unwritten}</Badge>
      </summary>
      {fields}
    </details>
  )
}

/** One part of what the legal pages say. What was typed stays over a reload, as long as nobody else changed this part. */
export function LegalForm({ section, settings, isLocked, onLoad }: FormProps & { readonly section: Section }) {
  const fields: readonly (keyof Legal)[] = SECTIONS[section]
  // Named by what it began from: over what another person wrote since, an older draft would undo that in silence.
  const draft = useDraft<Legal>(
    `licensee ${section} ${JSON.stringify(fields.map((field) => settings.legal[field]))}`,
    settings.legal,
  )
  const { values } = draft
  const change = useChange(settings, ({ legal }) => fields.map((field) => legal[field]))
  const wrong = (field: keyof Legal): string | undefined => {
    if (fieldText(change.save.error, `/legal/${field}`) === undefined) return undefined
    return isLine(field) ? t.bad[field] : t.both
  }
  const legalOf = (): NonNullable<Change['legal']> => ({
    ...Object.fromEntries(fields.map((field) => [field, values[field]])),
    ...(section === 'contact' && values.landline ? { landline: asNumber(values.landline) } : {}),
  })
  return (
    <Card
      title={t.sections[section]}
      actions={
        <Link to="/legal/$page" params={{ page: section === 'texts' ? 'terms' : 'licence' }}>
          {t.look}
        </Link>
      }
    >
      <p className="faint">{t.sectionsWhy[section]}</p>
      <SettingsForm
        change={change}
        isLocked={isLocked}
        isWide
        onSubmit={() => change.save.mutate({ legal: legalOf() }, { onSuccess: draft.drop })}
        differences={({ legal }) => differencesOf(namesOf(values, fields), namesOf(legal, fields))}
        onLoad={onLoad}
      >
        {fields.map((field) => {
          const props = { error: wrong(field), isLocked }
          return isLine(field) ? (
            <LineField
              key={field}
              field={field}
              value={values[field]}
              onChange={(value) => draft.set({ [field]: value })}
              {...props}
            />
          ) : (
            <BothFields
              key={field}
              field={field}
              value={values[field]}
              onChange={(value) => draft.set({ [field]: value })}
              {...props}
            />
          )
        })}
      </SettingsForm>
    </Card>
  )
}
