import { lazy, Suspense, useState } from 'react'
import { words } from '../../words/language.ts'
import type { Tone } from '../../words/statuses.ts'
import { type Column, Table } from '../table.tsx'
import '../../styles/chart.css'

const t = words(
  { table: 'Show as a table', point: 'Point at a bar for its numbers.' },
  { table: 'همین عددها در جدول', point: 'برای دیدن عددها روی ستون بروید.' },
)

/** Values of one kind, one for each point of the chart; they are stacked on those before it. */
export interface Series {
  readonly name: string
  readonly tone: Tone
  readonly values: readonly number[]
}

export interface ChartProps {
  /** What is shown, for who does not see it. */
  readonly label: string
  /** Names of the points, the oldest first: short ones for the axis. */
  readonly points: readonly string[]
  /** Whole name of a point, for its numbers. */
  readonly nameOf: (point: number) => string
  readonly series: readonly Series[]
  readonly format: (value: number) => string
}

const Drawing = lazy(() => import('./drawing.tsx'))

/** Numbers of a point, in words and with the marks of their colours. */
const Readout = ({ nameOf, series, format, point }: ChartProps & { point: number | null }) => (
  <p className="chart-readout" aria-hidden="true">
    {point === null ? <span className="faint">{t.point}</span> : <strong>{nameOf(point)}</strong>}
    {series.map(({ name, tone, values }) => (
      <span key={name} className="chart-key" data-tone={tone}>
        {name} {point === null ? null : <span className="figures">{format(values[point] ?? 0)}</span>}
      </span>
    ))}
  </p>
)

/**
 * Bars over time. They are drawn once their code is there; whoever uses a keyboard or a screen reader has the same numbers as a
 * table below.
 */
export function Chart(props: ChartProps) {
  const { label, points, nameOf, series, format } = props
  const [point, setPoint] = useState<number | null>(null)
  const columns: readonly Column<number>[] = [
    { name: label, kind: 'head', of: nameOf },
    ...series.map(({ name, values }): Column<number> => ({ name, align: 'end', of: (at) => format(values[at] ?? 0) })),
  ]
  return (
    <figure className="chart">
      <Readout {...props} point={point} />
      <div className="chart-plot" aria-hidden="true">
        <Suspense>
          <Drawing {...props} onPoint={setPoint} />
        </Suspense>
      </div>
      <figcaption>
        <details>
          <summary>{t.table}</summary>
          <Table
            label={label}
            columns={columns}
            rows={points.map((_, at) => points.length - 1 - at)}
            keyOf={(at) => String(at)}
          />
        </details>
      </figcaption>
    </figure>
  )
}
