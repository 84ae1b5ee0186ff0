import type { AnswerOf } from '../../api/answers.ts'
import { Note } from '../../parts/feedback.tsx'
import { Meter } from '../../parts/figures/meter.tsx'
import { Badge } from '../../parts/status.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Code } from '../../parts/text.tsx'
import { countryName } from '../../words/countries.ts'
import { num, percent } from '../../words/format.ts'
import { t } from './words.ts'

/** How a guard stands, as its tenant and the licensee's people read it. */
export type Guard = AnswerOf<'/v1/verifications/guard'>
type Prefix = Guard['prefixes'][number]

/** Name of what a ceiling is of: home, abroad, or a country. */
export function scopeName(scope: string): string {
  if (scope === 'home' || scope === 'abroad') return t[scope]
  return /^[A-Z]{2}$/.test(scope) ? countryName(scope) : scope
}

const COLUMNS: readonly Column<Prefix>[] = [
  { name: t.prefix, kind: 'head', of: ({ prefix }) => <Code>{prefix}</Code> },
  {
    name: t.state,
    of: ({ state }) => <Badge tone={state === 'blocked' ? 'bad' : 'warn'}>{t[state]}</Badge>,
  },
  { name: t.codes, align: 'end', of: ({ codes }) => num(codes) },
  {
    name: t.used,
    align: 'end',
    of: ({ codes, used }) => `${num(used)} (${percent(codes > 0 ? used / codes : 0)})`,
  },
]

/** The mode of a guard, what of the day's units is used, and what it holds back. */
export const Standing = ({ guard: { mode, ceilings, prefixes } }: { guard: Guard }) => (
  <>
    {mode === 'enforce' ? <p>{t.modes.enforce}</p> : <Note tone="warn">{t.modes[mode]}</Note>}
    {ceilings.length > 0 ? (
      <div className="stack">
        <h3>{t.ceilings}</h3>
        <div className="grid">
          {ceilings.map(({ scope, used, ceiling }) => (
            <Meter
              key={scope}
              label={scopeName(scope)}
              value={used}
              most={ceiling}
              text={t.of(num(used), num(ceiling))}
              isLimit
            />
          ))}
        </div>
      </div>
    ) : null}
    <div className="stack">
      <h3>{t.prefixes}</h3>
      {prefixes.length > 0 ? (
        <Table label={t.prefixes} columns={COLUMNS} rows={prefixes} keyOf={({ prefix }) => prefix} />
      ) : (
        <p className="faint">{t.noPrefixes}</p>
      )}
    </div>
  </>
)
