import { useQuery } from '@tanstack/react-query'
import type { AnswerOf } from '../../api/answers.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Loading, Note, Trouble } from '../../parts/feedback.tsx'
import { Meter } from '../../parts/figures/meter.tsx'
import { Card } from '../../parts/page.tsx'
import { Badge } from '../../parts/status.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Code } from '../../parts/text.tsx'
import { num, percent } from '../../words/format.ts'
import { locale } from '../../words/language.ts'
import { t } from './words.ts'

type Guard = AnswerOf<'/v1/verifications/guard'>
type Prefix = Guard['prefixes'][number]

const words = t.guard
const countries = new Intl.DisplayNames([locale], { type: 'region' })

/** Name of what a ceiling is of: home, abroad, or a country. */
function scopeName(scope: string): string {
  if (scope === 'home' || scope === 'abroad') return words[scope]
  return /^[A-Z]{2}$/.test(scope) ? (countries.of(scope) ?? scope) : scope
}

const COLUMNS: readonly Column<Prefix>[] = [
  { name: words.prefix, kind: 'head', of: ({ prefix }) => <Code>{prefix}</Code> },
  {
    name: words.state,
    of: ({ state }) => <Badge tone={state === 'blocked' ? 'bad' : 'warn'}>{words[state]}</Badge>,
  },
  { name: words.codes, align: 'end', of: ({ codes }) => num(codes) },
  {
    name: words.used,
    align: 'end',
    of: ({ codes, used }) => `${num(used)} (${percent(codes > 0 ? used / codes : 0)})`,
  },
]

const Standing = ({ guard: { mode, ceilings, prefixes } }: { guard: Guard }) => (
  <>
    {mode === 'enforce' ? <p>{words.modes.enforce}</p> : <Note tone="warn">{words.modes[mode]}</Note>}
    {ceilings.length > 0 ? (
      <div className="stack">
        <h3>{words.ceilings}</h3>
        <div className="grid">
          {ceilings.map(({ scope, used, ceiling }) => (
            <Meter
              key={scope}
              label={scopeName(scope)}
              value={used}
              most={ceiling}
              text={words.of(num(used), num(ceiling))}
              isLimit
            />
          ))}
        </div>
      </div>
    ) : null}
    <div className="stack">
      <h3>{words.prefixes}</h3>
      {prefixes.length > 0 ? (
        <Table label={words.prefixes} columns={COLUMNS} rows={prefixes} keyOf={({ prefix }) => prefix} />
      ) : (
        <p className="faint">{words.noPrefixes}</p>
      )}
    </div>
  </>
)

/** How the guard stands: its mode, what of the day's units is used, and what it holds back. */
export function GuardCard() {
  const { api, key } = useTenantTab()
  const guard = useQuery({
    queryKey: [key, 'verifications', 'guard'],
    queryFn: () => unwrap(api.GET('/v1/verifications/guard')),
    refetchInterval: 30_000,
  })
  return (
    <Card title={words.title}>
      <p className="faint">{words.about}</p>
      {guard.isPending ? <Loading /> : null}
      <Trouble error={guard.error} onRetry={() => void guard.refetch()} />
      {guard.data ? <Standing guard={guard.data} /> : null}
    </Card>
  )
}
