/** Pure arithmetic over samples. */

export interface Quartiles {
  readonly low: number
  readonly median: number
  readonly high: number
}

/** The value below which the share `p` (0 … 1) of the samples lies, by linear interpolation; NaN of nothing. */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  const at = (sorted.length - 1) * p
  const below = sorted[Math.floor(at)]
  const above = sorted[Math.ceil(at)]
  if (below === undefined || above === undefined) return Number.NaN
  return below + (above - below) * (at - Math.floor(at))
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5)

export const quartiles = (samples: readonly number[]): Quartiles => ({
  low: percentile(samples, 0.25),
  median: percentile(samples, 0.5),
  high: percentile(samples, 0.75),
})

/** Rates of a subject and of its floor, measured in slices right after one another. */
export interface Pair {
  readonly subject: number
  readonly floor: number
}

export interface Ratio {
  /** Of the medians. */
  readonly ratio: number
  /** Of the ratios pair by pair: how noisy the figure is. */
  readonly quartiles: Quartiles
  readonly subject: number
  readonly floor: number
}

/** The ratio of the medians, with the quartiles of the pairwise ratios. */
export function ratioOf(pairs: readonly Pair[]): Ratio {
  const subject = median(pairs.map((pair) => pair.subject))
  const floor = median(pairs.map((pair) => pair.floor))
  return {
    ratio: subject / floor,
    quartiles: quartiles(pairs.map((pair) => pair.subject / pair.floor)),
    subject,
    floor,
  }
}

/** `value` with so many significant digits, as a number. */
export const significant = (value: number, digits = 4): number =>
  Number.isFinite(value) ? Number(value.toPrecision(digits)) : value

/** Most that each side of a range may leave out. */
const TAIL = 0.025

/**
 * Range that holds the true median with 95 % certainty, whatever way the samples scatter (the ranks of a sign test); null of
 * fewer than six samples, which prove nothing.
 */
export function medianRange(samples: readonly number[]): Pick<Quartiles, 'low' | 'high'> | null {
  const sorted = samples.toSorted((a, b) => a - b)
  const n = sorted.length
  let term = 0.5 ** n
  let tail = term
  if (tail > TAIL) return null
  let rank = 0
  for (;;) {
    term *= (n - rank) / (rank + 1)
    if (tail + term > TAIL) break
    tail += term
    rank++
  }
  return { low: sorted[rank] ?? Number.NaN, high: sorted[n - 1 - rank] ?? Number.NaN }
}
