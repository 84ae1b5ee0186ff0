import { type FormEvent, useState } from 'react'
import { useKeys, useMembers } from '../../app/tenant/who.tsx'
import { Button } from '../../parts/button.tsx'
import { TextField } from '../../parts/field.tsx'
import { FilterFold } from '../../parts/filter-fold.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { TimeFilter } from '../../parts/times/time-filter.tsx'
import { roleName } from '../../words/roles.ts'
import type { RequestSearch } from './query.ts'
import { t } from './words.ts'

const STATUSES = ['200', '201', '202', '204', '400', '401', '403', '404', '409', '422', '429', '500', '503'] as const

interface FiltersProps {
  readonly search: RequestSearch
  readonly onChange: (part: Partial<Record<keyof RequestSearch, string | undefined>>) => void
}

/** People and keys of the tenant, of whom one can be chosen. */
function WhoField({ search, onChange }: FiltersProps) {
  const people = useMembers().data?.data ?? []
  const keys = useKeys().data?.data ?? []
  const options = [
    { id: '', name: t.whoever },
    ...people.map(({ id, name, role }) => ({ id, name: `${name ?? id} (${roleName(role)})` })),
    ...keys.map(({ id, name }) => ({ id, name: `${t.key}: ${name}` })),
  ]
  const chosen = search.person ?? search.credential ?? ''
  // One that is in the address and not in the lists: who left, or who the role does not see.
  const all = options.some(({ id }) => id === chosen) ? options : [...options, { id: chosen, name: chosen }]
  return (
    <SelectField
      label={t.who}
      options={all}
      value={chosen}
      onChange={(id) =>
        onChange({
          person: id.startsWith('per_') ? id : undefined,
          credential: id.startsWith('cli_') ? id : undefined,
        })
      }
    />
  )
}

/** Finds one call by its id, or all from an address. */
function TypedFilters({ search, onChange }: FiltersProps) {
  const [ip, setIp] = useState(search.ip ?? '')
  const [id, setId] = useState(search.id ?? '')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onChange({ ip: ip.trim() || undefined, id: id.trim() || undefined })
  }
  return (
    <form onSubmit={submit} className="filter-row">
      <TextField label={t.ip} value={ip} onChange={setIp} placeholder="203.0.113.7" ltr />
      <TextField label={t.id} value={id} onChange={setId} placeholder="req_…" ltr />
      <Button type="submit">{t.find}</Button>
    </form>
  )
}

/** What the log is narrowed by. */
export const Filters = ({ search, onChange }: FiltersProps) => (
  <FilterFold count={Object.values(search).filter((value) => value !== undefined).length}>
    <div className="filter-row">
      <TimeFilter value={search} onChange={onChange} />
      {/* Names that people gave: the direction is their own. */}
      <div dir="auto" className="contents">
        <WhoField search={search} onChange={onChange} />
      </div>
      <SelectField
        label={t.status}
        options={[{ id: '', name: t.anyStatus }, ...STATUSES.map((id) => ({ id, name: t.statusIs(id) }))]}
        value={search.status ?? ''}
        onChange={(status) => onChange({ status: status || undefined })}
      />
    </div>
    <TypedFilters key={`${search.ip} ${search.id}`} search={search} onChange={onChange} />
  </FilterFold>
)
