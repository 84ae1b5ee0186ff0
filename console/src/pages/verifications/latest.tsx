import { useQuery } from '@tanstack/react-query'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Meter } from '../../parts/figures/meter.tsx'
import { Card } from '../../parts/page.tsx'
import { Code } from '../../parts/text.tsx'
import { num, percent } from '../../words/format.ts'
import { blocksOf, funnelOf, prefixesOf, type Verification } from './summary.ts'
import { reasonName, t } from './words.ts'

/** Rows of the summary: one page of the API. */
const ROWS = 100

/** What came of the verifications, from those that were started down to those that proved a number. */
function Steps({ rows }: { rows: readonly Verification[] }) {
  const { started, sent, statuses } = funnelOf(rows)
  const count = (status: string): number => statuses[status] ?? 0
  const steps = [
    [t.started, started],
    [t.sent, sent],
    [t.approved, count('approved')],
    [t.notYet, count('pending')],
    [t.expired, count('expired')],
    [t.failed, count('failed')],
    [t.blocked, count('blocked')],
    [t.canceled, count('canceled')],
  ] as const
  return (
    <div className="stack">
      {steps
        .filter(([, value], n) => n < 3 || value > 0)
        .map(([name, value]) => (
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
const Prefixes = ({ rows }: { rows: readonly Verification[] }) => (
  <div className="stack">
    <h3>{t.byPrefix}</h3>
    <p className="faint">{t.conversion}</p>
    {prefixesOf(rows)
      .slice(0, 8)
      .map(({ prefix, sent, approved }) => (
        <Meter
          key={prefix}
          label={<Code>{prefix}</Code>}
          value={approved}
          most={sent}
          text={`${t.guard.of(num(approved), num(sent))} (${percent(approved / sent)})`}
        />
      ))}
  </div>
)

/** Why codes were held back. */
function Blocks({ rows }: { rows: readonly Verification[] }) {
  const blocks = blocksOf(rows)
  if (blocks.length === 0) return null
  return (
    <div className="stack">
      <h3>{t.why}</h3>
      {blocks.map(([reason, count]) => (
        <Meter
          key={reason}
          label={reason === 'too-many-checks' ? t.tooManyChecks : reasonName(reason)}
          value={count}
          most={rows.length}
          text={num(count)}
        />
      ))}
    </div>
  )
}

/** What came of the newest verifications; nothing where there are none. */
export function Latest() {
  const { api, key } = useTenantTab()
  const { data } = useQuery({
    queryKey: [key, 'verifications', 'latest'],
    queryFn: () => unwrap(api.GET('/v1/verifications', { params: { query: { limit: ROWS } } })),
    staleTime: 60_000,
  })
  const rows = data?.data ?? []
  if (rows.length === 0) return null
  return (
    <Card title={t.latest}>
      <p className="faint">{t.latestAbout(num(rows.length))}</p>
      <div className="grid">
        <Steps rows={rows} />
        <div className="stack">
          <Prefixes rows={rows} />
          <Blocks rows={rows} />
        </div>
      </div>
    </Card>
  )
}
