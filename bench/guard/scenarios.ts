import { HOUR, MINUTE, SECOND } from '#worker/domain/time.ts'
import { type Asking, type Played, policyOf, seeded, simulate } from './simulate.ts'

/** Eight in the morning, so that no day ends within an hour or two. */
const BEGAN = Date.UTC(2026, 10, 2, 8)

const count = <Item>(n: number, make: (i: number) => Item): Item[] => Array.from({ length: n }, (_, i) => make(i))
const ip = (first: number, n: number): string => `${first}.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`
/** Addresses of a botnet: each in a network of its own. */
const bot = (n: number): string => ip(101, (n * 7_919) % 2 ** 24)

interface People {
  readonly group: string
  readonly n: number
  readonly overMs: number
  readonly beginning: string
  readonly conversion: number
}

/**
 * People who sign up: four of ten from behind a hundred addresses of mobile operators, the others each from their own. They use
 * their codes within a minute or so, if at all.
 */
function people(random: () => number, { group, n, overMs, beginning, conversion }: People): Asking[] {
  const width = 12 - beginning.length + 1
  return count(n, (i) => ({
    at: BEGAN + random() * overMs,
    to: beginning + String(Math.floor(random() * 10 ** width)).padStart(width, '0'),
    clientIp: random() < 0.4 ? ip(5, Math.floor(random() * 100) * 64) : ip(37, i * 5),
    group,
    usedAfterMs: random() < conversion ? 10 * SECOND - Math.log(1 - random()) * 30 * SECOND : null,
  }))
}

/** Numbers one after the other, from a botnet of 1,000 addresses; no code is ever used. */
const pumping = (n: number, overMs: number, numberOf: (i: number) => string): Asking[] =>
  count(n, (i) => ({
    at: BEGAN + (i * overMs) / n,
    to: numberOf(i),
    clientIp: bot(i % 1_000),
    group: 'attack',
    usedAfterMs: null,
  }))

/** A simulation, with the number that it is about. */
export interface Scenario {
  readonly name: string
  readonly title: string
  readonly play: () => Played
}

export const CEILING_ABROAD = 1_000

/** What the guard is shown by: the same at each run. */
export const SCENARIOS = {
  pumping: {
    name: 'pumping',
    title: '10,000 sequential numbers abroad, 1,000 addresses',
    play: () =>
      simulate(
        policyOf({ countryCeiling: CEILING_ABROAD }),
        pumping(10_000, HOUR, (i) => `+4479110${String(i).padStart(5, '0')}`),
      ),
  },
  campaign: {
    name: 'campaign',
    title: 'A campaign: 10,000 sign-ups, 60 % conversion',
    play: () => {
      const some = { group: 'people', n: 10_000, overMs: HOUR, beginning: '+989', conversion: 0.6 }
      return simulate(policyOf(), people(seeded(2), some))
    },
  },
  poisoned: {
    name: 'poisoned',
    title: 'A poisoned home prefix: 20,000 false starts',
    play: () => {
      const real = { group: 'people', n: 2_000, overMs: 2 * HOUR, beginning: '+98912', conversion: 0.7 }
      const random = seeded(3)
      const number = () => `+98912${String(Math.floor(random() * 10_000_000)).padStart(7, '0')}`
      return simulate(policyOf(), [...people(random, real), ...pumping(20_000, 2 * HOUR, number)])
    },
  },
  abroad: {
    name: 'abroad',
    title: 'Ceilings used up abroad, home stays open',
    play: () => {
      const beginnings = ['+4479111', '+4915112', '+3361234', '+9055512', '+9715012']
      const widths = [12, 13, 11, 12, 12]
      const numberOf = (i: number): string => {
        const beginning = beginnings[i % 5] ?? ''
        const width = (widths[i % 5] ?? 12) - beginning.length + 1
        return beginning + String((i * 37) % 10 ** width).padStart(width, '0')
      }
      const real = { group: 'people', n: 1_000, overMs: 40 * MINUTE, beginning: '+989', conversion: 0.7 }
      return simulate(policyOf(), [...pumping(10_000, 30 * MINUTE, numberOf), ...people(seeded(4), real)])
    },
  },
  load: {
    name: 'load',
    title: '1,000 starts a second of one tenant, for ten seconds',
    play: () => {
      const some = { group: 'people', n: 10_000, overMs: 10 * SECOND, beginning: '+989', conversion: 0.6 }
      const asked = people(seeded(5), some).map((one, i) => ({ ...one, clientIp: ip(37, i * 131) }))
      return simulate(policyOf(), asked)
    },
  },
} as const satisfies Record<string, Scenario>
