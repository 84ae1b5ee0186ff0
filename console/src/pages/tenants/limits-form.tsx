import { type FormEvent, useState } from 'react'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { useTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { Note, Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { Card } from '../../parts/page.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { fieldText } from '../../words/failures.ts'
import { type IdentityLevel, levelWords } from '../../words/levels.ts'
import { typedNumber } from '../../words/typed.ts'
import type { Tenant } from './tenants-page.tsx'
import { t } from './words.ts'

const LEVELS = ['L0', 'L1', 'L2', 'L3'] as const
export const PACKS = [
  { id: 'ir', name: t.packs.ir },
  { id: 'generic', name: t.packs.generic },
] as const
const FIELDS = ['rate', 'burst', 'daily', 'monthly'] as const

/** Number that was typed; null: the field is empty. NaN, which JSON would write as null, that is as no cap, is never sent. */
const numberOf = (text: string): number | null => (text.trim() === '' ? null : typedNumber(text))

/** Changes the limits, the rules and the level of an account. */
export function LimitsForm({ tenant }: { tenant: Tenant }) {
  const { api, key } = useTab()
  const { limits } = tenant
  const [values, setValues] = useState({
    rate: String(limits.rate),
    burst: String(limits.burst),
    daily: limits.daily === null ? '' : String(limits.daily),
    monthly: limits.monthly === null ? '' : String(limits.monthly),
  })
  const [pack, setPack] = useState(tenant.pack)
  const [level, setLevel] = useState<IdentityLevel | 'none'>(tenant.identityLevel ?? 'none')
  const save = useAct(
    () =>
      unwrap(
        api.PATCH('/admin/v1/tenants/{tenantId}', {
          params: { path: { tenantId: tenant.id } },
          body: {
            pack,
            identityLevel: level === 'none' ? null : level,
            limits: {
              rate: numberOf(values.rate) ?? limits.rate,
              burst: numberOf(values.burst) ?? limits.burst,
              daily: numberOf(values.daily),
              monthly: numberOf(values.monthly),
            },
          },
        }),
      ),
    {
      changes: [
        [key, 'tenant', tenant.id],
        [key, 'tenants'],
      ],
    },
  )
  const [isTried, setTried] = useState(false)
  const isWrong = (field: (typeof FIELDS)[number]): boolean => Number.isNaN(numberOf(values[field]))
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (!FIELDS.some(isWrong)) save.mutate()
  }
  return (
    <Card title={t.limits}>
      <form onSubmit={submit} className="stack">
        <div className="grid">
          {FIELDS.map((field) => (
            <TextField
              key={field}
              label={t[field]}
              help={field === 'daily' || field === 'monthly' ? t.capHelp : undefined}
              error={
                (isTried && isWrong(field)) || fieldText(save.error, `/limits/${field}`) !== undefined
                  ? t.noNumber
                  : undefined
              }
              inputMode="numeric"
              value={values[field]}
              onChange={(value) => setValues((now) => ({ ...now, [field]: value }))}
              isRequired={field === 'rate' || field === 'burst'}
              ltr
            />
          ))}
          <SelectField<Tenant['pack']> label={t.pack} value={pack} onChange={setPack} options={PACKS} />
          <SelectField<IdentityLevel | 'none'>
            label={t.level}
            help={t.levelHelp}
            value={level}
            onChange={setLevel}
            options={[{ id: 'none', name: t.vouched }, ...LEVELS.map((id) => ({ id, name: levelWords[id].name }))]}
          />
        </div>
        <Trouble error={save.error} />
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
