/** Why a response of an authenticator is refused. */
export const REFUSALS = [
  'malformed',
  'wrong-type',
  'wrong-challenge',
  'wrong-origin',
  'wrong-rp-id',
  'user-not-present',
  'user-not-verified',
  'unknown-algorithm',
  'wrong-signature',
] as const
export type Refusal = (typeof REFUSALS)[number]
