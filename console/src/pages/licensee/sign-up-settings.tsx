import { useState } from 'react'
import { useTenants } from '../../app/operator/tenants.ts'
import { Checkbox } from '../../parts/choice-field.tsx'
import { Card } from '../../parts/page.tsx'
import { type Option, SelectField } from '../../parts/select-field.tsx'
import { t as common } from '../../words/common.ts'
import { fieldText } from '../../words/failures.ts'
import { differencesOf, type FormProps, type Named, SettingsForm, useChange } from './change.tsx'
import type { Settings } from './licensee-page.tsx'
import { t } from './words.ts'

/** Choice of no account at all. */
const NONE = 'none'

/** Accounts that may send the codes, those of one name with their ids; the one that does is always among them. */
function useSenders(chosen: string | null): readonly Option[] {
  const tenants = useTenants()
  const open = (tenants.data ?? []).filter(({ id, status }) => status === 'active' || id === chosen)
  const isAlone = (name: string): boolean => open.filter((one) => one.name === name).length === 1
  const names = open.map(({ id, name }) => ({ id, name: isAlone(name) ? name : `${name} · ${id}` }))
  return chosen === null || open.some(({ id }) => id === chosen) ? names : [{ id: chosen, name: chosen }, ...names]
}

/** Who may sign up, and by whose routes codes go out. */
export function SignUpSettings({ settings, isLocked, onLoad }: FormProps) {
  const [values, setValues] = useState(settings.signUp)
  const options = useSenders(values.tenantId)
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
        <SelectField
          label={t.tenantId}
          help={t.tenantHelp}
          error={fieldText(change.save.error, '/signUp/tenantId') === undefined ? undefined : t.noTenant}
          value={values.tenantId ?? NONE}
          onChange={(tenantId) => set({ tenantId: tenantId === NONE ? null : tenantId })}
          isDisabled={isLocked}
          options={[{ id: NONE, name: t.noTenantYet }, ...options]}
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
