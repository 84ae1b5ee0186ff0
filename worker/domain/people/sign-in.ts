import { DAY, type EpochMs, HOUR, MINUTE } from '#worker/domain/time.ts'

/** Life of a sign-in at most, whatever is done with it, and without a call. */
export const SIGN_IN_LIFE = 7 * DAY
const SIGN_IN_IDLE = 12 * HOUR
/** Time after which a further call is written down as the last one: not each is. */
const SEEN_ANEW = 5 * MINUTE

/** How a person proved who he is. `link`: by the link of the local programs. */
export type SignInMethod = 'passkey' | 'code' | 'link'

/**
 * True of a sign-in that may act for the licensee: by a passkey, or by the link of whoever runs the gateway on his own machine.
 * One by a code may be older than the role that its person has now, and whoever has the SIM card gets codes.
 */
export const mayActForLicensee = (method: SignInMethod, isLoopback: boolean): boolean =>
  method === 'passkey' || (method === 'link' && isLoopback)

/** Times of a sign-in that decide whether it holds. */
interface SignInTimes {
  readonly seenAt: EpochMs
  readonly endsAt: EpochMs
  readonly endedAt: EpochMs | null
}

/** True while a sign-in holds: nobody ended it, it is not too old, and was not left alone for too long. */
export const signInHolds = ({ seenAt, endsAt, endedAt }: SignInTimes, now: EpochMs): boolean =>
  endedAt === null && now < endsAt && now - seenAt < SIGN_IN_IDLE

/** Earliest time of the last call of a sign-in that may hold. */
export const idleSince = (now: EpochMs): EpochMs => now - SIGN_IN_IDLE

/** True if the time of this call is to be written down as the last one. */
export const isSeenAnew = ({ seenAt }: Pick<SignInTimes, 'seenAt'>, now: EpochMs): boolean => now - seenAt >= SEEN_ANEW
