import { useState } from 'react'
import { EVENTS } from '../../../generated/events.ts'
import { Json } from '../../parts/code/code-block.tsx'
import { SearchField } from '../../parts/field.tsx'
import { Code } from '../../parts/text.tsx'
import { eventWords } from '../../words/events.ts'
import { language, words } from '../../words/language.ts'
import { DevelopersPage } from './developers-page.tsx'

const t = words(
  {
    title: 'Events',
    about: 'What webhooks are told. Each event is signed, and keeps its id when it is sent again.',
    search: 'Find an event',
    none: 'No event has this name.',
    example: 'Example',
  },
  {
    title: 'رویدادها',
    about: 'آنچه به وب‌هوک‌ها فرستاده می‌شود. هر یک با امضا می‌آید و شناسه‌اش در تلاش‌های دوباره همان می‌ماند.',
    search: 'یافتن رویداد',
    none: 'رویدادی با این نام نیست.',
    example: 'نمونه',
  },
)

/** All events, each with its examples. */
export default function EventsPage() {
  const [sought, setSought] = useState('')
  const text = sought.trim().toLowerCase()
  const found = EVENTS.filter(({ type }) => type.includes(text) || eventWords[type].toLowerCase().includes(text))
  return (
    <DevelopersPage title={t.title} about={t.about}>
      <div className="form-width">
        <SearchField label={t.search} placeholder={t.search} value={sought} onChange={setSought} />
      </div>
      {found.length === 0 ? <p className="faint">{t.none}</p> : null}
      <div className="catalogue">
        {found.map(({ type, summary, examples }) => (
          <details key={type} className="card">
            <summary>
              <Code>{type}</Code> <span className="faint">{eventWords[type]}</span>
            </summary>
            {language === 'en' && summary !== eventWords[type] ? <p>{summary.replaceAll('`', '')}</p> : null}
            {examples.map(({ name, value }) => (
              <Json
                key={name}
                title={name === type || language === 'fa' ? t.example : name.replaceAll('-', ' ')}
                value={value}
              />
            ))}
          </details>
        ))}
      </div>
    </DevelopersPage>
  )
}
