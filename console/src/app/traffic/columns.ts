import type { Column } from '../../parts/table.tsx'
import { num, percent, took } from '../../words/format.ts'
import { type Statistic, successOf } from './counts.ts'
import { t } from './words.ts'

/** What went out and came in of whatever a row stands for: a channel, a connection. */
export interface Both {
  readonly out: Statistic | undefined
  readonly came: Statistic | undefined
}

const timeOf = ({ out }: Both, which: 'p50Ms' | 'p95Ms'): string =>
  out?.timeToDeliver ? took(out.timeToDeliver[which]) : '—'

/** Columns of the figures, behind that of the name. */
export const FIGURES: readonly Column<Both>[] = [
  { name: t.out, align: 'end', of: ({ out }) => num(out?.messages ?? 0) },
  {
    name: t.success,
    align: 'end',
    of: ({ out }) => {
      const share = successOf(out)
      return share === null ? '—' : percent(share)
    },
  },
  { name: t.median, align: 'end', of: (row) => timeOf(row, 'p50Ms') },
  { name: t.p95, align: 'end', of: (row) => timeOf(row, 'p95Ms') },
  { name: t.units, align: 'end', of: ({ out }) => num(out?.units ?? 0) },
  { name: t.in, align: 'end', of: ({ came }) => num(came?.messages ?? 0) },
]
