import { type FormEvent, useState } from 'react'
import { Anew, ChangeTrouble } from '../../app/changed/change-trouble.tsx'
import { Button } from '../../parts/button.tsx'
import { Note } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { Card } from '../../parts/page.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { fieldText } from '../../words/failures.ts'
import { type IdentityLevel, levelWords } from '../../words/levels.ts'
import { PACKS, packWords } from '../../words/packs.ts'
import { typedNumber } from '../../words/typed.ts'
import { useTenantChange } from './tenant-change.tsx'
import type { Tenant } from './tenants-page.tsx'
import { t } from './words.ts'

const LEVELS = ['L0', 'L1', 'L2', 'L3'] as const
const FIELDS = ['rate', 'burst', 'daily', 'monthly'] as const

/** Number that was typed; null: the field is empty. NaN, which JSON would write as null, that is as no cap, is never sent. */
const numberOf = (text: string): number | null => (text.trim() === '' ? null : typedNumber(text))

const levelName = (level: IdentityLevel | 'none'): string => (level === 'none' ? t.vouched : levelWords[level].name)

/** Limits of an account as a form shows them. */
const shownOf = ({ limits }: Pick<Tenant, 'limits'>) => ({
  rate: String(limits.rate),
  burst: String(limits.burst),
  daily: limits.daily === null ? '' : String(limits.daily),
  monthly: limits.monthly === null ? '' : String(limits.monthly),
})

function Limits({ tenant, onLoad }: { tenant: Tenant; onLoad: (now: Tenant) => void }) {
  const { limits } = tenant
  const [values, setValues] = useState(() => shownOf(tenant))
  const [pack, setPack] = useState(tenant.pack)
  const [level, setLevel] = useState<IdentityLevel | 'none'>(tenant.identityLevel ?? 'none')
  const wanted = () => ({
    pack,
    identityLevel: level === 'none' ? null : level,
    limits: {
      rate: numberOf(values.rate) ?? limits.rate,
      burst: numberOf(values.burst) ?? limits.burst,
      daily: numberOf(values.daily),
      monthly: numberOf(values.monthly),
    },
  })
  const { save, newer } = useTenantChange(tenant, ['limits', 'pack', 'identityLevel'], wanted)
  const differences = (other: Tenant) => {
    const [typed, now] = [shownOf(wanted()), shownOf(other)]
    return [
      ...FIELDS.map((field) => ({ name: t[field], typed: typed[field], now: now[field] })),
      { name: t.pack, typed: packWords[pack].name, now: packWords[other.pack].name },
      { name: t.level, typed: levelName(level), now: levelName(other.identityLevel ?? 'none') },
    ]
  }
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
          <SelectField<Tenant['pack']>
            label={t.pack}
            help={packWords[pack].means}
            value={pack}
            onChange={setPack}
            options={PACKS}
          />
          <SelectField<IdentityLevel | 'none'>
            label={t.level}
            help={t.levelHelp}
            value={level}
            onChange={setLevel}
            options={(['none', ...LEVELS] as const).map((id) => ({ id, name: levelName(id) }))}
          />
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

/** Changes the limits, the rules and the level of an account. */
export const LimitsForm = ({ tenant }: { tenant: Tenant }) => (
  <Anew of={tenant}>{(of, onLoad) => <Limits tenant={of} onLoad={onLoad} />}</Anew>
)
