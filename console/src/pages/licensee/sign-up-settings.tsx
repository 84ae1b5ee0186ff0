import { useState } from 'react'
import { Checkbox } from '../../parts/choice-field.tsx'
import { TextField } from '../../parts/field.tsx'
import { Card } from '../../parts/page.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { t as common } from '../../words/common.ts'
import { fieldText } from '../../words/failures.ts'
import { differencesOf, type FormProps, type Named, SettingsForm, useChange } from './change.tsx'
import type { Settings } from './licensee-page.tsx'
import { t } from './words.ts'

/** Who may sign up, and by whose routes codes go out. */
export function SignUpSettings({ settings, isLocked, onLoad }: FormProps) {
  const [values, setValues] = useState(settings.signUp)
  const change = useChange(settings, ({ signUp }) => signUp)
  const namesOf = ({ open, approval, tenantId, mode }: Settings['signUp']): readonly Named[] => [
    [t.open, open ? common.yes : common.no],
    [t.approval, approval ? common.yes : common.no],
    [t.tenantId, tenantId ?? ''],
    [t.mode, mode === 'test' ? common.test : common.live],
  ]
  const set = (changed: Partial<typeof values>): void => setValues((now) => ({ ...now, ...changed }))
  return (
    <Card title={t.signUp}>
      <SettingsForm
        change={change}
        isLocked={isLocked}
        onSubmit={() => change.save.mutate({ signUp: values })}
        differences={({ signUp }) => differencesOf(namesOf(values), namesOf(signUp))}
        onLoad={onLoad}
      >
        <Checkbox isSelected={values.open} isDisabled={isLocked} onChange={(open) => set({ open })}>
          {t.open}
        </Checkbox>
        <Checkbox isSelected={values.approval} isDisabled={isLocked} onChange={(approval) => set({ approval })}>
          {t.approval}
        </Checkbox>
        <TextField
          label={t.tenantId}
          help={t.tenantHelp}
          error={fieldText(change.save.error, '/signUp/tenantId') === undefined ? undefined : t.noTenant}
          value={values.tenantId ?? ''}
          onChange={(tenantId) => set({ tenantId: tenantId.trim() || null })}
          isReadOnly={isLocked}
          maxLength={100}
          ltr
        />
        <SelectField<'test' | 'live'>
          label={t.mode}
          value={values.mode}
          onChange={(mode) => set({ mode })}
          isDisabled={isLocked}
          options={[
            { id: 'test', name: common.test },
            { id: 'live', name: common.live },
          ]}
        />
      </SettingsForm>
    </Card>
  )
}
