import type { Fates } from './simulate.ts'

interface Panel {
  readonly title: string
  readonly fates: Fates
  /** A line across, with its name. */
  readonly ceiling?: number
}

const WIDTH = 460
const HEIGHT = 260
const LEFT = 56
const TOP = 44
const INNER = { width: WIDTH - LEFT - 20, height: HEIGHT - TOP - 40 }
const COLOURS: Readonly<Record<string, string>> = { attack: '#b3261e', people: '#1b6e3c' }

const text = (x: number, y: number, words: string, more = ''): string =>
  `<text x="${x}" y="${y}" ${more}>${words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`

/** Draws how many asked (thin) and got a code (thick) in the course of a simulation, a group each. */
function panel({ title, fates, ceiling }: Panel, x: number, y: number): string {
  const all = [...fates.values()].flatMap(({ curve }) => curve)
  const [from, to] = [Math.min(...all.map(({ at }) => at)), Math.max(...all.map(({ at }) => at))]
  const most = Math.max(...all.map(({ asked }) => asked), ceiling ?? 0)
  const px = (at: number): number => LEFT + (INNER.width * (at - from)) / Math.max(1, to - from)
  const py = (n: number): number => TOP + INNER.height * (1 - n / most)
  const line = (points: readonly (readonly [number, number])[], style: string): string =>
    `<polyline fill="none" ${style} points="${points.map(([at, n]) => `${px(at).toFixed(1)},${py(n).toFixed(1)}`).join(' ')}"/>`
  const groups = [...fates].map(([group, { curve, asked, sent }], i) => {
    const stroke = `stroke="${COLOURS[group] ?? '#444'}"`
    const label = `${group}: ${sent.toLocaleString('en')} of ${asked.toLocaleString('en')} got a code`
    return (
      line(
        curve.map((one) => [one.at, one.asked] as const),
        `${stroke} stroke-width="1" stroke-dasharray="3 3"`,
      ) +
      line(
        curve.map((one) => [one.at, one.sent] as const),
        `${stroke} stroke-width="2.5"`,
      ) +
      text(LEFT + 8, TOP + 16 + 16 * i, label, `fill="${COLOURS[group] ?? '#444'}"`)
    )
  })
  const across =
    ceiling === undefined
      ? ''
      : `<line x1="${LEFT}" x2="${LEFT + INNER.width}" y1="${py(ceiling)}" y2="${py(ceiling)}" stroke="#555" stroke-dasharray="8 4"/>` +
        text(
          LEFT + INNER.width,
          py(ceiling) - 5,
          `ceiling ${ceiling.toLocaleString('en')}`,
          'text-anchor="end" fill="#555"',
        )
  const seconds = Math.round((to - from) / 1_000)
  const span = seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`
  const axes =
    `<path d="M${LEFT} ${TOP}V${TOP + INNER.height}H${LEFT + INNER.width}" fill="none" stroke="#999"/>` +
    text(LEFT - 6, TOP + 4, most.toLocaleString('en'), 'text-anchor="end" fill="#555"') +
    text(LEFT - 6, TOP + INNER.height, '0', 'text-anchor="end" fill="#555"') +
    text(LEFT + INNER.width, TOP + INNER.height + 16, span, 'text-anchor="end" fill="#555"')
  const head = text(LEFT, 24, title, 'font-weight="bold" font-size="14"')
  return `<g transform="translate(${x} ${y})">${head}${axes}${groups.join('')}${across}</g>`
}

/** Draws simulations of the guard, two in a row: who asked for codes, dashed, and who got them. */
export function guardPlot(panels: readonly Panel[]): string {
  const drawn = panels.map((one, i) => panel(one, (i % 2) * WIDTH, Math.floor(i / 2) * HEIGHT))
  const size = `width="${2 * WIDTH}" height="${Math.ceil(panels.length / 2) * HEIGHT}"`
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="system-ui,sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>${drawn.join('')}</svg>\n`
}
