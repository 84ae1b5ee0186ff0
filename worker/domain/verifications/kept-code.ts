import { BOUNDS, type SentCode } from './verification.ts'

/** A code with what it is compared by: its keyed hash. */
export interface HashedCode extends SentCode {
  readonly hash: string
}

/** A code that one run of a request drew for its message. */
interface Drawn extends Pick<HashedCode, 'hash' | 'expiresAt'> {
  /** True if the queue is not known to have taken the message from that run. */
  readonly isBack?: true
}

/**
 * A code as it is kept: by all that was drawn for its message, newest last. Repeats of a request draw again, but its message is
 * one, and goes out with the code of the run that was queued first.
 */
export interface KeptCode extends SentCode {
  readonly drawn: readonly Drawn[]
}

/** Adds what one run drew to what earlier ones did; the newest are kept. A message that did not go out never will. */
export function withDrawn(before: KeptCode | undefined, { hash, ...code }: HashedCode): KeptCode {
  const drawn = [...(before?.drawn ?? []), { hash, expiresAt: code.expiresAt }]
  return {
    ...code,
    ...(before?.isUnsent ? { isUnsent: true } : {}),
    ...(before?.isDelivered ? { isDelivered: true } : {}),
    drawn: drawn.slice(-BOUNDS.runs),
  }
}

export const hasDrawn = ({ drawn }: KeptCode, hash: string): boolean => drawn.some((one) => one.hash === hash)

/** Notes that the run which drew this did not queue its message. */
export const withBack = (code: KeptCode, hash: string): KeptCode => ({
  ...code,
  drawn: code.drawn.map((one) => (one.hash === hash ? { ...one, isBack: true as const } : one)),
})

/** True if no run is left that may have queued the message. */
export const isAllBack = ({ drawn }: KeptCode): boolean => drawn.every(({ isBack }) => isBack === true)
