import { useState } from 'react'
import { chooseTheme, type Theme, theme } from '../../app/theme.ts'
import { t as app } from '../../app/words.ts'
import { RadioField } from '../../parts/choice-field.tsx'
import { Card, Page } from '../../parts/page.tsx'
import { ZoneField } from '../../parts/times/zone-field.tsx'
import { setZone, zone } from '../../words/format.ts'
import { type Language, language, speak } from '../../words/language.ts'
import { t } from './words.ts'

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
          <ZoneField label={t.zone} help={t.zoneHelp} value={zone} onChange={setZone} />
        </div>
      </Card>
    </Page>
  )
}
