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
