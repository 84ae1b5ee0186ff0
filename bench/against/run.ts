import { parseArgs } from 'node:util'
import { alternate } from '../pairs.ts'
import { cpuSeconds } from '../process.ts'
import { median, medianRange, ratioOf } from '../statistics.ts'
import { type Checkout, checkOut } from './checkout.ts'
import { CLEAR_CODEC } from './clear-codec.ts'
import { fill, type Scenario, scenariosOf } from './scenarios.ts'
import { type Side, startSide } from './side.ts'

const USAGE = `npm run bench -- against <commit> [--rows 200000] [--rounds 6] [--only <words>] [--clear]

Runs this checkout and another commit beside one another, each in a runtime of its own and called from outside only: the same
five kinds of work by turns, after both ledgers were filled with --rows messages through the API. --only: the kind whose
name has these words. --clear: this checkout runs with ciphers that leave all bytes as they are. A ratio above 1: this
checkout is faster. CPU is of the whole runtime, emulated D1 and queues included; its ratio is the other's to this one's, so
above 1 this checkout is cheaper. A range holds the true ratio with 95 % certainty: one that has 1 in it tells nothing apart, and
fewer than six rounds give none. A collection of all garbage falls into some slices and not into others, and whoever else uses the
machine doubles any of them: for a few percent, --only and 40 rounds or more.`

interface Measured {
  /** Messages a second. */
  readonly rate: number
  readonly cpuMicros: number
}

async function measured(side: Side, scenario: Scenario): Promise<Measured> {
  const cpu = cpuSeconds(side.runtime)
  const startedAt = performance.now()
  const done = await scenario.run()
  const seconds = (performance.now() - startedAt) / 1000
  return { rate: done / seconds, cpuMicros: ((cpuSeconds(side.runtime) - cpu) * 1e6) / done }
}

const shown = (value: number, digits = 0): string => value.toLocaleString('en', { maximumFractionDigits: digits })

/** What the CPU of one message costs here, beside the other: the ratio of adjacent slices, and how sure it is. */
function cpuRatio(here: readonly number[], there: readonly number[]): readonly [ratio: string, range: string] {
  const ratios = here.map((micros, round) => (there[round] ?? Number.NaN) / micros)
  const range = medianRange(ratios)
  return [shown(median(ratios), 2), range ? `${shown(range.low, 2)} … ${shown(range.high, 2)}` : 'too few rounds']
}

/** One scenario by turns; a line of the table. */
async function compared(here: readonly [Side, Scenario], there: readonly [Side, Scenario], rounds: number) {
  const cpu: [number[], number[]] = [[], []]
  const slice =
    ([side, scenario]: readonly [Side, Scenario], kept: number[]) =>
    async (): Promise<number> => {
      const { rate, cpuMicros } = await measured(side, scenario)
      kept.push(cpuMicros)
      return rate
    }
  const pairs = await alternate(rounds, slice(here, cpu[0]), slice(there, cpu[1]))
  const { ratio, quartiles, subject, floor } = ratioOf(pairs)
  const [ours, theirs] = [cpu[0].slice(1), cpu[1].slice(1)]
  return [
    here[1].name,
    shown(subject),
    shown(floor),
    shown(ratio, 2),
    `${shown(quartiles.low, 2)} … ${shown(quartiles.high, 2)}`,
    shown(median(ours), 2),
    shown(median(theirs), 2),
    ...cpuRatio(ours, theirs),
  ]
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

interface Plan {
  readonly rows: number
  readonly rounds: number
  readonly only: string
  readonly clear: boolean
}

async function compare(other: Checkout, { rows, rounds, only, clear }: Plan): Promise<void> {
  const here = await startSide(process.cwd(), clear ? { edits: CLEAR_CODEC } : {})
  const there = await startSide(other.root)
  const sides = [here, there]
  try {
    for (const side of sides) await fill(side, rows)
    const [own, theirs] = await Promise.all(sides.map(scenariosOf))
    const cpu = ['CPU µs here', `CPU µs ${other.commit}`, 'CPU ratio', '95 %']
    const lines = [['messages/s', 'here', other.commit, 'ratio', 'quartiles', ...cpu]]
    for (const [n, scenario] of (own?.all ?? []).entries()) {
      const twin = theirs?.all[n]
      if (!twin || !scenario.name.includes(only)) continue
      lines.push(await compared([here, scenario], [there, twin], rounds))
      console.error(`${scenario.name}: done`)
    }
    console.log(`\nagainst ${other.commit} ${other.subject}, ${shown(rows)} rows present\n\n${table(lines)}`)
    await Promise.all([own?.close(), theirs?.close()])
  } finally {
    await Promise.all(sides.map((side) => side.dispose()))
  }
}

/** `npm run bench -- against <commit>`. */
export async function against(args: readonly string[]): Promise<void> {
  const options = {
    rows: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '6' },
    only: { type: 'string', default: '' },
    clear: { type: 'boolean', default: false },
  } as const
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
  const [commit] = positionals
  const [rows, rounds] = [Number(values.rows), Number(values.rounds)]
  if (commit === undefined || !(Number.isInteger(rows) && rows >= 0) || !(Number.isInteger(rounds) && rounds > 0)) {
    console.error(USAGE)
    process.exitCode = 2
    return
  }
  const other = checkOut(commit)
  try {
    await compare(other, { rows, rounds, only: values.only, clear: values.clear })
  } finally {
    other.remove()
  }
}
