/**
 * Identity levels (requirements S6-13). L0: an e-mail address · L1: a mobile number, verified by a code · L2: the number is
 * registered to the owner of the national id that the person named · L3: legal person, by papers that an operator approved.
 */
export const IDENTITY_LEVELS = ['L0', 'L1', 'L2', 'L3'] as const
export type IdentityLevel = (typeof IDENTITY_LEVELS)[number]

/** Number of a level, as rows of people have it. */
export const numberOfLevel = (level: IdentityLevel): number => IDENTITY_LEVELS.indexOf(level)
/** The level of a number; of one that is none, the lowest. */
export const levelOfNumber = (number: number): IdentityLevel => IDENTITY_LEVELS[number] ?? 'L0'

/** The level above; null: there is none. */
export const levelAbove = (level: IdentityLevel): IdentityLevel | null =>
  IDENTITY_LEVELS[IDENTITY_LEVELS.indexOf(level) + 1] ?? null
