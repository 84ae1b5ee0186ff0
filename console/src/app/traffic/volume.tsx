import type { components } from '../../../generated/api.d.ts'
import { Chart, type Series } from '../../parts/chart/chart.tsx'
import { Card } from '../../parts/page.tsx'
import { num } from '../../words/format.ts'
import type { Statistic } from './counts.ts'
import { periodNames, type Span } from './span.ts'
import { t } from './words.ts'

/** Counts by time, of one account or of all. */
type Statistics = Pick<components['schemas']['Statistics'], 'periods' | 'data'>

/** Values of one direction, one for each period, also of those in which nothing was. */
function valuesOf(
  { periods = [], data }: Statistics,
  direction: 'outbound' | 'inbound',
  of: (one: Statistic) => number,
): number[] {
  const found = new Map(data.filter((one) => one.direction === direction).map((one) => [one.at, of(one)]))
  return periods.map((at) => found.get(at) ?? 0)
}

/** Charts of what went out and came in over time. */
export function Volume({ statistics, by }: { statistics: Statistics; by: Span['by'] }) {
  const { periods = [] } = statistics
  const names = periodNames[by]
  const points = periods.map((at) => names.short(new Date(at)))
  const nameOf = (point: number): string => names.whole(new Date(periods[point] ?? 0))
  const out: readonly Series[] = [
    { name: t.arrived, tone: 'good', values: valuesOf(statistics, 'outbound', ({ succeeded }) => succeeded) },
    { name: t.notArrived, tone: 'bad', values: valuesOf(statistics, 'outbound', ({ unsuccessful }) => unsuccessful) },
    { name: t.open, tone: 'quiet', values: valuesOf(statistics, 'outbound', ({ open }) => open) },
  ]
  const came: readonly Series[] = [
    { name: t.in, tone: 'open', values: valuesOf(statistics, 'inbound', ({ messages }) => messages) },
  ]
  const shared = { points, nameOf, format: num }
  return (
    <div className="grid charts">
      <Card title={t.volume}>
        <Chart label={t.volume} series={out} {...shared} />
      </Card>
      <Card title={t.received}>
        <Chart label={t.received} series={came} {...shared} />
      </Card>
    </div>
  )
}
