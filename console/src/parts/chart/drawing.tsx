import { useEffect, useRef } from 'react'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { direction } from '../../words/language.ts'
import type { ChartProps, Series } from './chart.tsx'

const HEIGHT = 220

/** Colour of a token as the canvas wants it: `light-dark()` is decided by the element that uses it. */
function colourOf(within: HTMLElement, token: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(--${token})`
  within.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** Sums of a series and all before it, since bars are stacked. */
function stacked(series: readonly Series[], points: number): number[][] {
  const sums: number[][] = []
  for (const { values } of series) {
    const below = sums.at(-1)
    sums.push(Array.from({ length: points }, (_, at) => (below?.[at] ?? 0) + (values[at] ?? 0)))
  }
  return sums
}

/** Tokens of tones that are drawn in the softer of their colours. */
const tokenOf = (tone: string): string => (tone === 'quiet' ? 'line-strong' : tone)

interface DrawingProps extends ChartProps {
  /** Told the point under the pointer; null: none. */
  readonly onPoint: (point: number | null) => void
}

/** Options of the plot: time runs with the page's text, numbers stand where a reader's eye begins. */
function optionsOf(
  { points, series, format, onPoint }: DrawingProps,
  within: HTMLElement,
  width: number,
): UPlot.Options {
  const isRtl = direction === 'rtl'
  const ink = colourOf(within, 'soft')
  const line = colourOf(within, 'line')
  const ground = colourOf(within, 'surface')
  const { fontFamily } = getComputedStyle(within)
  const axis = { stroke: ink, font: `12px ${fontFamily}`, grid: { stroke: line, width: 1 }, ticks: { show: false } }
  // The whole sum is drawn first and the lowest last, over it, since each is drawn from the ground.
  const drawn = series.map(({ name, tone }) => ({ name, colour: colourOf(within, tokenOf(tone)) })).toReversed()
  const bars = UPlot.paths.bars?.({ size: [0.72, 46], radius: 0.12 })
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: { time: false, dir: isRtl ? -1 : 1, range: () => [-0.6, points.length - 0.4] },
      y: { range: (_, __, most) => [0, Math.max(most * 1.08, 4)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 30,
        space: 64,
        incrs: [1, 2, 3, 4, 6, 7, 12, 14, 24, 48],
        values: (_, at) => at.map((point) => points[point] ?? ''),
      },
      {
        ...axis,
        side: isRtl ? 1 : 3,
        size: 56,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6],
        values: (_, at) => at.map(format),
      },
    ],
    series: [
      {},
      ...drawn.map(({ name, colour }) => ({
        label: name,
        fill: colour,
        // A line of the ground parts what lies on each other, for who tells green from red by nothing.
        stroke: ground,
        width: 1,
        ...(bars ? { paths: bars } : {}),
        points: { show: false },
      })),
    ],
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
  }
}

/** The bars themselves, anew for each width and for light and dark. */
export default function Drawing(props: DrawingProps) {
  const place = useRef<HTMLDivElement>(null)
  const latest = useRef(props)
  latest.current = props
  const { points, series } = props
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is drawn anew for other numbers, not for each render
  useEffect(() => {
    const within = place.current
    if (!within) return
    let plot: UPlot | undefined
    const draw = (): void => {
      plot?.destroy()
      const { series: all } = latest.current
      const data = [points.map((_, at) => at), ...stacked(all, points.length).toReversed()]
      plot = new UPlot(optionsOf(latest.current, within, within.clientWidth), data as UPlot.AlignedData, within)
    }
    let width = 0
    const observer = new ResizeObserver(() => {
      if (within.clientWidth === width || within.clientWidth === 0) return
      width = within.clientWidth
      draw()
    })
    observer.observe(within)
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    scheme.addEventListener('change', draw)
    void document.fonts.ready.then(() => plot && draw())
    return () => {
      observer.disconnect()
      scheme.removeEventListener('change', draw)
      plot?.destroy()
      plot = undefined
    }
  }, [JSON.stringify([points, series])])
  return <div ref={place} dir="ltr" />
}
