import { useState } from 'react'
import { chooseTheme, type Theme, theme } from '../../app/theme.ts'
import { t as app } from '../../app/words.ts'
import { RadioField } from '../../parts/choice-field.tsx'
import { Card, Page } from '../../parts/page.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { setZone, zone } from '../../words/format.ts'
import { type Language, language, speak } from '../../words/language.ts'
import { t } from './words.ts'

/** Zones to choose from: Iran's, the device's own and UTC first. */
const ZONES = [
  ...new Set([
    'Asia/Tehran',
    Intl.DateTimeFormat().resolvedOptions().timeZone,
    'UTC',
    ...Intl.supportedValuesOf('timeZone'),
  ]),
].map((id) => ({ id, name: id }))

/** Language, colours and time zone of this browser. */
export default function PreferencesPage() {
  const [chosen, setChosen] = useState<Theme>(theme)
  return (
    <Page title={t.pages.preferences} about={t.prefsAbout}>
      <Card>
        <div className="stack form">
          <RadioField<Language>
            label={t.language}
            value={language}
            onChange={(next) => next !== language && speak(next)}
            options={[
              { id: 'fa', name: t.persian },
              { id: 'en', name: t.english },
            ]}
          />
          <RadioField<Theme>
            label={t.theme}
            value={chosen}
            onChange={(next) => {
              setChosen(next)
              chooseTheme(next)
            }}
            options={[
              { id: 'system', name: app.themeSystem },
              { id: 'light', name: app.themeLight },
              { id: 'dark', name: app.themeDark },
            ]}
          />
          <SelectField label={t.zone} help={t.zoneHelp} options={ZONES} value={zone} onChange={setZone} isData />
        </div>
      </Card>
    </Page>
  )
}
