import { useState } from 'react'
import { TextField } from '../../parts/field.tsx'
import { Card } from '../../parts/page.tsx'
import { fieldText } from '../../words/failures.ts'
import { type FormProps, SettingsForm, useChange } from './change.tsx'
import { t } from './words.ts'

/** Domain of passkeys, and the pages that may use a sign-in. */
export function PasskeyForm({ settings, isLocked }: FormProps) {
  const [rpId, setRpId] = useState(settings.rpId)
  const [origins, setOrigins] = useState(settings.origins.join('\n'))
  const change = useChange()
  const wrong = (pointer: string, sentence: string): string | undefined =>
    fieldText(change.error, pointer) === undefined ? undefined : sentence
  return (
    <Card title={t.passkeys}>
      <p className="faint">{t.passkeysWhy}</p>
      <SettingsForm
        change={change}
        isLocked={isLocked}
        onSubmit={() => change.mutate({ rpId: rpId.trim() || null, origins: origins.split(/\s+/).filter(Boolean) })}
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
