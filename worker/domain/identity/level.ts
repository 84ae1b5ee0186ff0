/**
 * Identity levels (requirements S6-13). L0: an e-mail address · L1: a mobile number, verified by a code · L2: the number is
 * registered to the owner of the national id that the person named · L3: legal person, by papers that an operator approved.
 */
export const IDENTITY_LEVELS = ['L0', 'L1', 'L2', 'L3'] as const
export type IdentityLevel = (typeof IDENTITY_LEVELS)[number]
