import { MINUTE } from '#worker/domain/time.ts'
import { REFUSALS } from '#worker/lib/webauthn/refusals.ts'

/** Passkeys that a person may have: of several devices, and spare ones. */
export const PASSKEYS_MOST = 20

/** Time for which a challenge may be answered. */
export const CHALLENGE_LIFE = 5 * MINUTE

/** Why a passkey is not taken: what the standard refuses, and what we do. `copied`: its counter went back. */
export const PASSKEY_REFUSALS = [...REFUSALS, 'unknown-passkey', 'wrong-person', 'copied'] as const
export type PasskeyRefusal = (typeof PASSKEY_REFUSALS)[number]
