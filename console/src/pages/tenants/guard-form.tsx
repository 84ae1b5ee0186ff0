import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { unwrap } from '../../api/unwrap.ts'
import { Anew, ChangeTrouble } from '../../app/changed/change-trouble.tsx'
import { Standing } from '../../app/guard/standing.tsx'
import { useTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { Loading, Note, Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { Card } from '../../parts/page.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { Choices } from '../../parts/tabs/choices.tsx'
import { fieldText } from '../../words/failures.ts'
import { typedNumber } from '../../words/typed.ts'
import { linesOf, tableOf, wordsOf } from './guard-lines.ts'
import { t } from './guard-words.ts'
import { useTenantChange } from './tenant-change.tsx'
import type { Tenant } from './tenants-page.tsx'

const MODES = [
  { id: 'enforce', name: t.modes.enforce },
  { id: 'monitor', name: t.modes.monitor },
  { id: 'off', name: t.modes.off },
] as const
const CEILINGS = ['homeCeiling', 'countryCeiling', 'abroadCeiling'] as const
const LISTS = ['countries', 'allow', 'ceilings', 'weights'] as const

/** Settings of a guard as a form shows them. */
const shownOf = ({ guard }: Pick<Tenant, 'guard'>) => ({
  homeCeiling: String(guard.homeCeiling),
  countryCeiling: String(guard.countryCeiling),
  abroadCeiling: String(guard.abroadCeiling),
  countries: guard.countries?.join(' ') ?? '',
  allow: guard.allow.join('\n'),
  ceilings: linesOf(guard.ceilings),
  weights: linesOf(guard.weights),
})

function Bounds({ tenant, onLoad }: { tenant: Tenant; onLoad: (now: Tenant) => void }) {
  const [mode, setMode] = useState(tenant.guard.mode)
  const [values, setValues] = useState(() => shownOf(tenant))
  const wanted = () => {
    const countries = wordsOf(values.countries.toUpperCase())
    const guard = {
      mode,
      homeCeiling: typedNumber(values.homeCeiling),
      countryCeiling: typedNumber(values.countryCeiling),
      abroadCeiling: typedNumber(values.abroadCeiling),
      countries: countries.length === 0 ? null : [...countries],
      allow: [...wordsOf(values.allow)],
      ceilings: tableOf(values.ceilings),
      weights: tableOf(values.weights),
    }
    return { guard: guard as Tenant['guard'] }
  }
  const { save, newer } = useTenantChange(tenant, ['guard'], wanted)
  const differences = (other: Tenant) => {
    const [typed, now] = [shownOf(wanted()), shownOf(other)]
    return [
      { name: t.mode, typed: t.modes[mode], now: t.modes[other.guard.mode] },
      ...[...CEILINGS, ...LISTS].map((field) => ({ name: t[field], typed: typed[field], now: now[field] })),
    ]
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    save.mutate()
  }
  const change = (field: keyof typeof values) => (value: string) => setValues((now) => ({ ...now, [field]: value }))
  const wrong = (field: string) =>
    fieldText(save.error, `/guard/${field}`) === undefined ? undefined : t.look(t[field as 'allow'])
  return (
    <Card title={t.title}>
      <form onSubmit={submit} className="stack">
        <p className="faint">{t.about}</p>
        <div className="grid">
          <SelectField<Tenant['guard']['mode']> label={t.mode} value={mode} onChange={setMode} options={MODES} />
          {CEILINGS.map((field) => (
            <TextField
              key={field}
              label={t[field]}
              error={wrong(field)}
              inputMode="numeric"
              value={values[field]}
              onChange={change(field)}
              isRequired
              ltr
            />
          ))}
          {LISTS.map((field) => (
            <TextField
              key={field}
              label={t[field]}
              help={t[`${field}Help`]}
              error={wrong(field)}
              value={values[field]}
              onChange={change(field)}
              lines={2}
              ltr
            />
          ))}
        </div>
        <ChangeTrouble error={save.error} newer={newer} differences={differences} onLoad={onLoad} />
        <div className="row">
          <Button type="submit" isPending={save.isPending}>
            {t.save}
          </Button>
          {save.isSuccess ? <Note tone="good">{t.saved}</Note> : null}
        </div>
      </form>
    </Card>
  )
}

/** Changes the bounds of an account's codes. */
export const GuardForm = ({ tenant }: { tenant: Tenant }) => (
  <Anew of={tenant}>{(of, onLoad) => <Bounds tenant={of} onLoad={onLoad} />}</Anew>
)

/** How an account's guard stands, in one of its modes. */
export function GuardStanding({ tenantId }: { tenantId: string }) {
  const { api, key } = useTab()
  const [mode, setMode] = useState<'live' | 'test'>('live')
  const guard = useQuery({
    queryKey: [key, 'tenant', tenantId, 'guard', mode],
    queryFn: () =>
      unwrap(api.GET('/admin/v1/tenants/{tenantId}/guard', { params: { path: { tenantId }, query: { mode } } })),
  })
  return (
    <Card
      title={t.standing}
      actions={
        <Choices
          label={t.standing}
          value={mode}
          onChange={setMode}
          options={[
            { id: 'live', name: t.live },
            { id: 'test', name: t.test },
          ]}
        />
      }
    >
      {guard.isPending ? <Loading /> : null}
      <Trouble error={guard.error} onRetry={() => void guard.refetch()} />
      {guard.data ? <Standing guard={guard.data} /> : null}
    </Card>
  )
}
