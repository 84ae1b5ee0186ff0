import { DAY, type EpochMs, HOUR } from '#worker/domain/time.ts'

/** Time from a proposal in which it is decided, and its act is done. */
const LIFE = DAY
/** Time after which somebody whom nobody else can answer may approve what he proposed himself. */
const ALONE_WAIT = 72 * HOUR

/**
 * How a dangerous act comes about: by two people · by one, where nobody else may decide · by a program that breaks the glass.
 */
export const APPROVAL_KINDS = ['four-eyes', 'alone', 'break-glass'] as const
export type ApprovalKind = (typeof APPROVAL_KINDS)[number]

export type ApprovalDecision = 'approved' | 'refused' | 'withdrawn'

export const APPROVAL_STATUSES = ['pending', 'approved', 'refused', 'withdrawn', 'used', 'expired'] as const
export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number]

/** Times of a proposal of this kind. `opensAt`: from when on the proposer may approve it himself; null: never. */
export function proposalTimes(kind: 'four-eyes' | 'alone', now: EpochMs) {
  const opensAt = kind === 'alone' ? now + ALONE_WAIT : null
  return { opensAt, expiresAt: (opensAt ?? now) + LIFE }
}

/** Facts of an approval that its status follows from. */
interface ApprovalFacts {
  readonly decision: ApprovalDecision | null
  readonly usedAt: EpochMs | null
  readonly expiresAt: EpochMs
}

export function approvalStatus({ decision, usedAt, expiresAt }: ApprovalFacts, now: EpochMs): ApprovalStatus {
  if (usedAt !== null) return 'used'
  if (decision === 'refused' || decision === 'withdrawn') return decision
  if (expiresAt <= now) return 'expired'
  return decision ?? 'pending'
}
