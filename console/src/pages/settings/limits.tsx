import { Card, Facts } from '../../parts/page.tsx'
import { Time } from '../../parts/text.tsx'
import { num } from '../../words/format.ts'
import type { Account } from './settings-page.tsx'
import { t } from './words.ts'

type Cap = Account['limits']['daily']

/** How much of a cap is used: in figures, and as a bar where there is a cap. */
const Use = ({ name, cap: { limit, used, resetsAt } }: { name: string; cap: Cap }) => (
  <div className="use">
    <div className="use-words">
      <strong>{name}</strong>
      <span className="figures">{limit === null ? t.noCap(num(used)) : t.of(num(used), num(limit))}</span>
    </div>
    {limit === null ? null : (
      <meter
        min={0}
        max={Math.max(limit, 1)}
        value={used}
        high={limit * 0.9}
        optimum={0}
        aria-label={`${name}: ${t.of(num(used), num(limit))}`}
      />
    )}
    <span className="faint">
      {t.resets} <Time at={resetsAt} />
    </span>
  </div>
)

/** Limits of the account and what is used of them. */
export const Limits = ({ limits: { daily, monthly, messages, calls } }: Pick<Account, 'limits'>) => (
  <Card title={t.limits}>
    <p className="faint">{t.limitsWhy}</p>
    <div className="grid">
      <Use name={t.daily} cap={daily} />
      <Use name={t.monthly} cap={monthly} />
    </div>
    <Facts
      of={[
        [t.rate, t.rateValue(num(messages.rate), num(messages.burst))],
        [t.available, num(messages.available)],
        [t.calls, t.rateValue(num(calls.rate), num(calls.burst))],
      ]}
    />
  </Card>
)
