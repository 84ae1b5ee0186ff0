import { useState } from 'react'
import { TextField } from '../../parts/field.tsx'
import { Link } from '../../parts/link.tsx'
import { Card } from '../../parts/page.tsx'
import { fieldText } from '../../words/failures.ts'
import { type FormProps, SettingsForm, useChange } from './change.tsx'
import { t } from './words.ts'

const LINES = ['licenceNumber', 'registrationId', 'landline', 'email'] as const
const NAMES = ['authority', 'legalName', 'postalAddress'] as const
const TEXTS = ['terms', 'privacy', 'tariffs', 'complaints', 'notice195'] as const
const LANGUAGES = ['fa', 'en'] as const

/** What the legal pages say, in both languages. */
export function LegalForm({ settings: { legal }, isLocked }: FormProps) {
  const [values, setValues] = useState(legal)
  const change = useChange()
  const wrong = (field: keyof typeof legal): string | undefined => {
    if (fieldText(change.error, `/legal/${field}`) === undefined) return undefined
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
      <SettingsForm change={change} isLocked={isLocked} onSubmit={() => change.mutate({ legal: values })}>
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
