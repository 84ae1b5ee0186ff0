import { useState } from 'react'
import { TextField } from '../../parts/field.tsx'
import { Card } from '../../parts/page.tsx'
import { fieldText } from '../../words/failures.ts'
import { type FormProps, SettingsForm, useChange } from './change.tsx'
import { t } from './words.ts'

/** Domain of passkeys, and the pages that may use a sign-in. */
export function PasskeyForm({ settings, isLocked, onLoad }: FormProps) {
  const [rpId, setRpId] = useState(settings.rpId)
  const [origins, setOrigins] = useState(settings.origins.join('\n'))
  const change = useChange(settings, ({ rpId, origins }) => [rpId, origins])
  const given = { rpId: rpId.trim() || null, origins: origins.split(/\s+/).filter(Boolean) }
  const wrong = (pointer: string, sentence: string): string | undefined =>
    fieldText(change.save.error, pointer) === undefined ? undefined : sentence
  return (
    <Card title={t.passkeys}>
      <p className="faint">{t.passkeysWhy}</p>
      <SettingsForm
        change={change}
        isLocked={isLocked}
        onSubmit={() => change.save.mutate(given)}
        differences={(now) => [
          { name: t.rpId, typed: given.rpId ?? '', now: now.rpId },
          { name: t.origins, typed: given.origins.join(' '), now: now.origins.join(' ') },
        ]}
        onLoad={onLoad}
      >
        <TextField
          label={t.rpId}
          error={wrong('/rpId', t.badDomain)}
          value={rpId}
          onChange={setRpId}
          isReadOnly={isLocked}
          ltr
        />
        <TextField
          label={t.origins}
          help={t.originsHelp}
          error={wrong('/origins', t.badOrigin)}
          lines={3}
          value={origins}
          onChange={setOrigins}
          isReadOnly={isLocked}
          ltr
        />
      </SettingsForm>
    </Card>
  )
}
