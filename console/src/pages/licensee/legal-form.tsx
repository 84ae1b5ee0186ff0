import { useState } from 'react'
import { TextField } from '../../parts/field.tsx'
import { Link } from '../../parts/link.tsx'
import { Card } from '../../parts/page.tsx'
import { fieldText } from '../../words/failures.ts'
import { differencesOf, type FormProps, type Named, SettingsForm, useChange } from './change.tsx'
import type { Settings } from './licensee-page.tsx'
import { t } from './words.ts'

const LINES = ['licenceNumber', 'registrationId', 'landline', 'email'] as const
const NAMES = ['authority', 'legalName', 'postalAddress'] as const
const TEXTS = ['terms', 'privacy', 'tariffs', 'complaints', 'notice195'] as const
const LANGUAGES = ['fa', 'en'] as const

const namesOf = (legal: Settings['legal']): readonly Named[] => [
  ...LINES.map((field): Named => [t.fields[field], legal[field] ?? '']),
  ...[...NAMES, ...TEXTS].flatMap((field): readonly Named[] => [
    [t.inPersian(t.fields[field]), legal[field]?.fa ?? ''],
    [t.inEnglish(t.fields[field]), legal[field]?.en ?? ''],
  ]),
]

/** What the legal pages say, in both languages. */
export function LegalForm({ settings, isLocked, onLoad }: FormProps) {
  const [values, setValues] = useState(settings.legal)
  const change = useChange(settings, ({ legal }) => legal)
  const wrong = (field: keyof typeof values): string | undefined => {
    if (fieldText(change.save.error, `/legal/${field}`) === undefined) return undefined
    return (LINES as readonly string[]).includes(field) ? t.bad : t.both
  }
  const setWords = (field: (typeof NAMES | typeof TEXTS)[number], language: 'fa' | 'en', text: string): void =>
    setValues((now) => {
      const both = { fa: '', en: '', ...now[field], [language]: text }
      return { ...now, [field]: both.fa === '' && both.en === '' ? null : both }
    })
  return (
    <Card
      title={t.legal}
      actions={
        <Link to="/legal/$page" params={{ page: 'licence' }}>
          {t.look}
        </Link>
      }
    >
      <p className="faint">{t.legalWhy}</p>
      <SettingsForm
        change={change}
        isLocked={isLocked}
        onSubmit={() => change.save.mutate({ legal: values })}
        differences={({ legal }) => differencesOf(namesOf(values), namesOf(legal))}
        onLoad={onLoad}
      >
        {LINES.map((field) => (
          <TextField
            key={field}
            label={t.fields[field]}
            error={wrong(field)}
            value={values[field] ?? ''}
            onChange={(text) => setValues((now) => ({ ...now, [field]: text.trim() === '' ? null : text }))}
            isReadOnly={isLocked}
            ltr
          />
        ))}
        {[...NAMES, ...TEXTS].flatMap((field) =>
          LANGUAGES.map((language) => (
            <TextField
              key={`${field}-${language}`}
              label={language === 'fa' ? t.inPersian(t.fields[field]) : t.inEnglish(t.fields[field])}
              help={(TEXTS as readonly string[]).includes(field) ? t.textHelp : undefined}
              error={wrong(field)}
              {...((TEXTS as readonly string[]).includes(field) ? { lines: 4 } : {})}
              value={values[field]?.[language] ?? ''}
              onChange={(text) => setWords(field, language, text)}
              isReadOnly={isLocked}
            />
          )),
        )}
      </SettingsForm>
    </Card>
  )
}
