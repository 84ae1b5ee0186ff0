/** What the guard does with a code that it would not let go out: nothing, say so in the record, or refuse it. */
export const GUARD_MODES = ['off', 'monitor', 'enforce'] as const
export type GuardMode = (typeof GUARD_MODES)[number]

/** Bounds of the codes that a tenant sends to phone numbers. */
export interface GuardSettings {
  readonly mode: GuardMode
  /** Countries that codes go to, ISO 3166-1 alpha-2; null: those of the pack. */
  readonly countries: readonly string[] | null
  /** Beginnings of numbers, with plus, that the guard does not look at. */
  readonly allow: readonly string[]
  /** Units a day to the home country, to each other country, and to all others together. */
  readonly homeCeiling: number
  readonly countryCeiling: number
  readonly abroadCeiling: number
  /** Ceilings of single countries, in place of `countryCeiling`. */
  readonly ceilings: Readonly<Record<string, number | undefined>>
  /** Units of a code by the beginning of its number, with plus; the longest counts. A number in none is one unit. */
  readonly weights: Readonly<Record<string, number>>
}

/**
 * Guard of a tenant that was created without one. A day of 50,000 codes at home is beyond all but campaigns, and a thousand
 * abroad cost less than what anybody looks at late.
 */
export const DEFAULT_GUARD: GuardSettings = {
  mode: 'enforce',
  countries: null,
  allow: [],
  homeCeiling: 50_000,
  countryCeiling: 1_000,
  abroadCeiling: 2_000,
  ceilings: {},
  weights: {},
}
