import { lazy, Suspense } from 'react'
import { words } from '../../words/language.ts'
import { SelectField } from '../select-field.tsx'
import { HOUR, isWithin, type TimeSearch, WITHIN, type Within } from './times.ts'

const w = words(
  {
    time: 'Time',
    ever: 'Any time',
    '1h': 'Last hour',
    '24h': 'Last 24 hours',
    '7d': 'Last 7 days',
    '30d': 'Last 30 days',
    between: 'Between…',
    range: 'Between',
  },
  {
    time: 'زمان',
    ever: 'هر زمان',
    '1h': 'یک ساعت گذشته',
    '24h': '۲۴ ساعت گذشته',
    '7d': '۷ روز گذشته',
    '30d': '۳۰ روز گذشته',
    between: 'بازهٔ زمانی…',
    range: 'بازهٔ زمانی',
  },
)

const DateRange = lazy(() => import('./date-range.tsx'))

interface TimeFilterProps {
  readonly value: TimeSearch
  /** Told all three fields; those that are undefined are to be taken out. */
  readonly onChange: (value: {
    within: string | undefined
    after: string | undefined
    before: string | undefined
  }) => void
}

const hourFloor = (at: number): string => new Date(Math.floor(at / HOUR) * HOUR).toISOString().replace('.000Z', 'Z')

/** A time as a date field takes it; undefined where the address has none, or one that is no time: the API says so. */
function timeOf(text: string | undefined): string | undefined {
  const at = Date.parse(text ?? '')
  const time = Number.isNaN(at) ? '' : new Date(at).toISOString()
  return /^\d{4}-/.test(time) ? time : undefined
}

/** Narrows a list to a time: one back from now, or between two in the language's calendar. */
export function TimeFilter({ value, onChange }: TimeFilterProps) {
  const isBetween = value.after !== undefined || value.before !== undefined
  const chosen = isWithin(value.within) ? value.within : isBetween ? 'between' : 'ever'
  const end = timeOf(value.before) ?? hourFloor(Date.now() + HOUR)
  const range = { after: timeOf(value.after) ?? hourFloor(Date.parse(end) - 24 * HOUR), before: end }
  const choose = (id: Within | 'ever' | 'between'): void =>
    onChange({
      within: isWithin(id) ? id : undefined,
      after: id === 'between' ? range.after : undefined,
      before: id === 'between' ? range.before : undefined,
    })
  return (
    <>
      <SelectField<Within | 'ever' | 'between'>
        label={w.time}
        value={chosen}
        onChange={choose}
        options={(['ever', ...WITHIN, 'between'] as const).map((id) => ({ id, name: w[id] }))}
      />
      {chosen === 'between' ? (
        <Suspense>
          <DateRange label={w.range} value={range} onChange={(times) => onChange({ within: undefined, ...times })} />
        </Suspense>
      ) : null}
    </>
  )
}
