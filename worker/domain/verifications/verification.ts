import type { ChannelName } from '#worker/domain/channel-names.ts'
import type { GuardNote } from '#worker/domain/guard/verdict.ts'
import type { MessageId, VerificationId } from '#worker/domain/ids.ts'
import { DAY, type EpochMs, MINUTE, SECOND } from '#worker/domain/time.ts'
import { DIGITS } from './code.ts'

/** States of a verification. `expired` is stored nowhere: it is seen when a pending one is read. */
export const VERIFICATION_STATUSES = ['pending', 'approved', 'failed', 'blocked', 'expired', 'canceled'] as const
export type VerificationStatus = (typeof VERIFICATION_STATUSES)[number]

/** What a tenant says came of a verification whose code it did not have checked here. */
export const FEEDBACK = ['approved', 'failed'] as const
export type Feedback = (typeof FEEDBACK)[number]

/** Bounds of a verification (requirements S6-11, from OWASP ASVS 6.5 and 6.6). */
export const BOUNDS = {
  /** Checks of one verification, shared by all its codes; of one whose codes are short. */
  checks: 5,
  shortChecks: 3,
  /** Wrong checks of a recipient and tenant within `window`, over all verifications. */
  wrongChecks: 10,
  window: DAY,
  /** Newest codes that count, each until its own end. */
  validCodes: 3,
  /** Codes of one verification: the first and the resends. */
  codes: 5,
  /** Runs of one request whose codes are kept: repeats of one whose answer was lost. */
  runs: 5,
  /** Life of a code. */
  shortestTtl: MINUTE,
  ttl: 10 * MINUTE,
  /** Codes to one recipient of a tenant. */
  codesOfTenMinutes: 5,
  codesOfDay: 20,
  /** Verifications that are kept of one recipient: more than its codes can be, for those whose code was taken back. */
  verifications: 40,
  /** Characters of their sealed orders together: the object keeps all in one value, which may have 2 MB. */
  orders: 1_000_000,
} as const

/** Time until the next code may be asked for, after so many: half a minute, doubling, at most five minutes. */
export const resendDelay = (codes: number): number => Math.min(5 * MINUTE, 30 * SECOND * 2 ** (codes - 1))

/** Checks that a verification has. */
export const checksFor = (digits: number): number => (digits < DIGITS.usual ? BOUNDS.shortChecks : BOUNDS.checks)

/** Whose words a code comes in: the gateway's, or those of a template that the carrier has. */
export type Wording = 'gateway' | 'carrier'

/** A code that was sent, without the code. */
export interface SentCode {
  readonly channel: ChannelName
  /** Whose words it came in, as the route had it then. */
  readonly wording: Wording
  /** True if its message certainly or maybe did not arrive: another channel may be offered at once. */
  readonly isUnsent?: true
  /** True if a carrier reported its message as delivered. */
  readonly isDelivered?: true
  /** Message that carried it. */
  readonly messageId: MessageId
  readonly sentAt: EpochMs
  readonly expiresAt: EpochMs
}

/** Facts of a verification, without what its codes are compared by. */
export interface VerificationFacts {
  readonly id: VerificationId
  readonly status: Exclude<VerificationStatus, 'expired'>
  /** Grows with every change: an older copy never replaces a newer one. */
  readonly version: number
  readonly startedAt: EpochMs
  readonly updatedAt: EpochMs
  readonly channels: readonly ChannelName[]
  readonly mostChecks: number
  /** Wrong checks. */
  readonly checks: number
  /** Codes in the order in which they were sent. */
  readonly codes: readonly SentCode[]
  readonly feedback: Feedback | null
  /** What the guard had against it when it began; absent: nothing. */
  readonly guard?: GuardNote
}

/** A verification as it stands at a moment. */
export interface Standing extends Omit<VerificationFacts, 'status'> {
  readonly status: VerificationStatus
  readonly expiresAt: EpochMs
  readonly checksLeft: number
  /** Time from which a further code may be asked for; null: none may. */
  readonly resendAt: EpochMs | null
  /** Channel to offer next, behind that of the last code; null: there is none. */
  readonly nextChannel: ChannelName | null
}

/** Says how a verification stands now. `wrong`: wrong checks of its recipient within the window. */
export function standingOf(facts: VerificationFacts, wrong: number, now: EpochMs): Standing {
  const last = facts.codes.at(-1)
  const expiresAt = Math.max(facts.startedAt, ...facts.codes.map((code) => code.expiresAt))
  const status =
    facts.status !== 'pending'
      ? facts.status
      : wrong >= BOUNDS.wrongChecks
        ? 'blocked'
        : now >= expiresAt
          ? 'expired'
          : 'pending'
  const isOpen = status === 'pending'
  return {
    ...facts,
    status,
    expiresAt,
    checksLeft: isOpen ? Math.min(facts.mostChecks - facts.checks, BOUNDS.wrongChecks - wrong) : 0,
    resendAt: isOpen && last ? resendAtOf(facts, last) : null,
    nextChannel: channelBehind(facts, last),
  }
}

/** Channel behind that of a code in the order of the verification; null: it was the last. */
const channelBehind = ({ channels }: VerificationFacts, code: SentCode | undefined): ChannelName | null =>
  (code && channels[channels.indexOf(code.channel) + 1]) ?? null

/** Time of the next code after the last one: at once if that did not go out and there is another channel. */
function resendAtOf(facts: VerificationFacts, last: SentCode): EpochMs | null {
  const count = facts.codes.length
  if (count >= BOUNDS.codes) return null
  return last.isUnsent && channelBehind(facts, last) !== null ? last.sentAt : last.sentAt + resendDelay(count)
}
