import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'
import { unwrap } from '../../api/unwrap.ts'
import { t as guardWords } from '../../app/guard/words.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Meter } from '../../parts/figures/meter.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Card } from '../../parts/page.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { Code } from '../../parts/text.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { num, percent } from '../../words/format.ts'
import { BACK_NAMES, type Back, backOf, blocksOf, type Counts, fromOf, prefixesOf, sumOf } from './summary.ts'
import { reasonName, t } from './words.ts'

/** Milliseconds between two looks; the API counts about once a minute. */
const EVERY = 60_000
/** Beginnings of numbers that are shown: those with the most codes. */
const MOST_PREFIXES = 8

const route = getRouteApi('/t/$tenantId/$mode/verifications')

/** What came of the verifications, from those that were started down to those that proved a number. */
function Steps({ sum }: { sum: Counts }) {
  const { started, sent, delivered, approved, ...others } = sum
  const ends = (['pending', 'expired', 'failed', 'blocked', 'canceled', 'undelivered'] as const).filter(
    (name) => others[name] > 0,
  )
  const steps = [
    [t.started, started],
    [t.sent, sent],
    [t.delivered, delivered],
    [t.approved, approved],
    ...ends.map((name) => [t[name === 'pending' ? 'notYet' : name], others[name]] as const),
  ] as const
  return (
    <div className="stack">
      {steps.map(([name, value]) => (
        <Meter
          key={name}
          label={name}
          value={value}
          most={started}
          text={`${num(value)} (${percent(value / started)})`}
        />
      ))}
    </div>
  )
}

/** How many codes were used, by how the number begins. */
const Prefixes = ({ data }: { data: readonly Counts[] }) => (
  <div className="stack">
    <h3>{t.byPrefix}</h3>
    <p className="faint">{t.conversion}</p>
    {prefixesOf(data)
      .slice(0, MOST_PREFIXES)
      .map(({ prefix, sent, approved }) => (
        <Meter
          key={prefix ?? ''}
          label={prefix ? <Code>{prefix}</Code> : t.noPrefix}
          value={approved}
          most={sent}
          text={`${guardWords.of(num(approved), num(sent))} (${percent(approved / sent)})`}
        />
      ))}
  </div>
)

/** Why codes were held back, or would have been. */
function Blocks({ data, title, of }: { data: readonly Counts[]; title: string; of: 'held' | 'watched' }) {
  const blocks = blocksOf(data, of)
  const most = blocks.reduce((sum, [, count]) => sum + count, 0)
  if (blocks.length === 0) return null
  return (
    <div className="stack">
      <h3>{title}</h3>
      {blocks.map(([reason, count]) => (
        <Meter
          key={reason}
          label={reason === 'too-many-checks' ? t.tooManyChecks : reasonName(reason)}
          value={count}
          most={most}
          text={num(count)}
        />
      ))}
    </div>
  )
}

/** Counts of verifications since a time: all that page shows is of the same span. */
function useCounts(back: Back) {
  const { api, key, can } = useTenantTab()
  const from = useMemo(() => fromOf(back, Date.now()), [back])
  const ask = (by: 'reason' | 'prefix') => ({
    queryKey: [key, 'verifications', 'counts', from, by],
    enabled: can('statistics:read'),
    refetchInterval: EVERY,
    queryFn: () => unwrap(api.GET('/v1/statistics/verifications', { params: { query: { from, by: [by] } } })),
  })
  return { byReason: useQuery(ask('reason')), byPrefix: useQuery(ask('prefix')) }
}

/** What came of all verifications of a time, which the address keeps. */
export function Counted() {
  const { can } = useTenantTab()
  const navigate = route.useNavigate()
  const search = route.useSearch()
  const back = backOf(search.back)
  const { byReason, byPrefix } = useCounts(back)
  if (!can('statistics:read')) return null
  const sum = byReason.data && sumOf(byReason.data.data)
  const error = byReason.error ?? byPrefix.error
  return (
    <Card title={t.counted}>
      <div className="filter-row">
        <SelectField<Back>
          label={t.back}
          value={back}
          options={BACK_NAMES.map((id) => ({ id, name: t.backs[id] }))}
          onChange={(id) => void navigate({ search: { ...search, back: id }, replace: true })}
        />
      </div>
      <Trouble error={error} onRetry={() => void Promise.all([byReason.refetch(), byPrefix.refetch()])} />
      {sum && byReason.data && byPrefix.data ? (
        sum.started > 0 ? (
          <div className="grid">
            <Steps sum={sum} />
            <div className="stack">
              <Prefixes data={byPrefix.data.data} />
              <Blocks data={byReason.data.data} title={t.why} of="held" />
              <Blocks data={byReason.data.data} title={t.whyWatched} of="watched" />
            </div>
          </div>
        ) : (
          <p className="faint">{t.noneCounted}</p>
        )
      ) : error ? null : (
        <Loading />
      )}
    </Card>
  )
}
