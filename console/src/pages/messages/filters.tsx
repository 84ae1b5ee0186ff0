import { useQuery } from '@tanstack/react-query'
import { Button as AriaButton } from 'react-aria-components/Button'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Link } from '../../parts/button.tsx'
import { FilterFold } from '../../parts/filter-fold.tsx'
import { Mark } from '../../parts/mark.tsx'
import { MultiSelectField } from '../../parts/multi-select-field.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { Code, Ltr, Words } from '../../parts/text.tsx'
import { TimeFilter } from '../../parts/times/time-filter.tsx'
import { channelName, channelNames, t as common } from '../../words/common.ts'
import { isolated } from '../../words/format.ts'
import { statusName } from '../../words/statuses.ts'
import type { MessageSearch } from './query.ts'
import { type Sought, soughtOf } from './sought.ts'
import { t } from './words.ts'

/** States that are asked for, in the order of a message's life. */
const STATUSES = [
  'scheduled',
  'accepted',
  'submitted',
  'delivered',
  'read',
  'received',
  'undelivered',
  'rejected',
  'failed',
  'expired',
  'unknown',
  'suppressed',
  'canceled',
] as const

const ANY = 'any'

/** Fields to change; undefined takes one out. */
export type Change = { readonly [Field in keyof MessageSearch]?: string | undefined }

interface FiltersProps {
  readonly search: MessageSearch
  readonly onChange: (change: Change) => void
}

/** The account's senders; one of another channel than SMS is only understood together with its channel. */
function SenderFilter({ search, onChange }: FiltersProps) {
  const { api, key } = useTenantTab()
  const senders = useQuery({
    queryKey: [key, 'senders'],
    queryFn: () => unwrap(api.GET('/v1/senders')),
    staleTime: 60_000,
  })
  const rows = (senders.data?.data ?? []).filter(({ channel }) => !search.channel || channel === search.channel)
  const chosen = search.sender ? `${search.channel ?? 'sms'} ${search.sender}` : ANY
  const options = rows.map(({ channel, address }) => ({
    id: `${channel} ${address}`,
    name: `${isolated(address)} · ${channelName(channel)}`,
  }))
  const isKnown = chosen === ANY || options.some(({ id }) => id === chosen)
  return (
    <SelectField
      label={t.sender}
      value={chosen}
      options={[
        { id: ANY, name: t.allSenders },
        ...options,
        ...(isKnown ? [] : [{ id: chosen, name: isolated(search.sender ?? '') }]),
      ]}
      onChange={(id) => {
        const [channel, sender] = id.split(' ')
        onChange(id === ANY ? { sender: undefined } : { channel, sender })
      }}
    />
  )
}

/** Filters of the log of messages. */
export function Filters({ search, onChange }: FiltersProps) {
  const { can } = useTenantTab()
  const set = [search.status, search.channel, search.direction, search.sender, search.within ?? search.after]
  return (
    <FilterFold count={set.filter((value) => value !== undefined).length}>
      <div className="filter-fields">
        <MultiSelectField
          label={t.status}
          value={search.status?.split(',') ?? []}
          options={STATUSES.map((id) => ({ id, name: statusName(id) }))}
          onChange={(ids) => onChange({ status: ids.join(',') || undefined })}
        />
        <SelectField
          label={t.channel}
          value={search.channel ?? ANY}
          options={[
            { id: ANY, name: common.all },
            ...Object.keys(channelNames).map((id) => ({ id, name: channelName(id) })),
          ]}
          onChange={(id) => onChange({ channel: id === ANY ? undefined : id, sender: undefined })}
        />
        <SelectField
          label={t.direction}
          value={search.direction ?? ANY}
          options={[
            { id: ANY, name: t.both },
            { id: 'outbound', name: t.outbound },
            { id: 'inbound', name: t.inbound },
          ]}
          onChange={(id) => onChange({ direction: id === ANY ? undefined : id })}
        />
        {can('senders:read') ? <SenderFilter search={search} onChange={onChange} /> : null}
        <TimeFilter value={search} onChange={onChange} />
      </div>
    </FilterFold>
  )
}

interface ChipProps {
  readonly name: string
  readonly value: string
  readonly isCode?: boolean
  readonly onRemove: () => void
}

/** A filter that stands by itself, with the way to take it away. */
const Chip = ({ name, value, isCode, onRemove }: ChipProps) => (
  <span className="log-chip">
    <span className="faint">{name}</span> {isCode ? <Code>{value}</Code> : <Ltr>{value}</Ltr>}
    <AriaButton className="icon-button" aria-label={t.remove(name)} onPress={onRemove}>
      <Mark of="close" />
    </AriaButton>
  </span>
)

/** What was typed into the search field, and as what it was looked for; where it could be another thing too, the way there. */
function Searched({ search, sought, onChange }: FiltersProps & { sought: Sought }) {
  const isRef = sought.kind === 'ref'
  const said = sought.kind === 'ref' ? sought.ref : sought.kind === 'person' ? sought.person : sought.id
  return (
    <p className="searched" role="status">
      <span>
        {isRef ? t.soughtRef : t.soughtPerson} <strong>{isRef ? <Words>{said}</Words> : <Ltr>{said}</Ltr>}</strong>
      </span>{' '}
      <Link to="." search={{ ...search, as: isRef ? 'person' : 'ref' }}>
        {isRef ? t.soughtAsPerson : t.soughtAs}
      </Link>
      <AriaButton
        className="icon-button"
        aria-label={t.remove(common.search)}
        onPress={() => onChange({ q: undefined, as: undefined })}
      >
        <Mark of="close" />
      </AriaButton>
    </p>
  )
}

/** What the list is narrowed to beside its filters: a search, a person, a batch. */
export function Narrowed({ search, onChange }: FiltersProps) {
  const { q, as, person, batch } = search
  if (q === undefined && person === undefined && batch === undefined) return null
  return (
    <div className="row">
      {q === undefined ? null : <Searched search={search} sought={soughtOf(q, as)} onChange={onChange} />}
      {person === undefined ? null : (
        <Chip name={t.person} value={person} onRemove={() => onChange({ person: undefined })} />
      )}
      {batch === undefined ? null : (
        <Chip name={t.batch} value={batch} isCode onRemove={() => onChange({ batch: undefined })} />
      )}
    </div>
  )
}
