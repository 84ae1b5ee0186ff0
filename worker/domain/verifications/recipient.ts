import type { MessageId, VerificationId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { type EpochMs, MINUTE, SECOND, type Seconds } from '#worker/domain/time.ts'
import { timingSafeEqualText } from '#worker/lib/bytes.ts'
import {
  BOUNDS,
  type Feedback,
  resendDelay,
  type SentCode,
  type Standing,
  standingOf,
  type VerificationFacts,
} from './verification.ts'

/** A code with what it is compared by: its keyed hash. */
export interface HashedCode extends SentCode {
  readonly hash: string
}

/** A verification as its recipient's object keeps it. */
export interface Verification extends VerificationFacts {
  readonly codes: readonly HashedCode[]
  /** Keyed hash of what the codes are bound to; null: they are not. */
  readonly binding: string | null
  /** Ledger shard that hears of it. */
  readonly shard: number
  /** Sealed JSON of whom it is for and what was asked for: the object cannot read it. */
  readonly order: string
  /** Version that the ledger was surely told; an older one is told again. */
  readonly told: number
}

/** All verifications of one recipient with one tenant that are younger than the window, and what was tried on them. */
export interface Recipient {
  readonly realm: Realm
  readonly verifications: readonly Verification[]
  /** Times of wrong checks, and of codes. */
  readonly wrong: readonly EpochMs[]
  readonly sent: readonly EpochMs[]
  /** Time of the last use: 24 hours later all is deleted. */
  readonly usedAt: EpochMs
}

/** A recipient after a decision; `changed`: the verification that the ledger has to hear of. */
export interface Decision<Answer> {
  readonly answer: Answer
  readonly next: Recipient | null
  readonly changed: Verification | null
}

/** What stands in the way of a further code: `codes` were too many, or wrong `checks`. */
export interface Refusal {
  readonly kind: 'refused'
  readonly reason: 'codes' | 'checks'
  readonly retryAfter: Seconds
}

/** A verification that a decision was made of, with its sealed order. */
export interface Told {
  readonly standing: Standing
  readonly order: string
}
export type Started = ({ readonly kind: 'sent' } & Told) | Refusal
/** `early`: its time has not come, or it has had its codes · `over`: it is not pending. */
export type Resent = Started | ({ readonly kind: 'early' | 'over' } & Told)
/** `approved` by this check · `wrong`: further checks are left, or not · `over`: it had ended before. */
export type Checked = { readonly kind: 'approved' | 'wrong' | 'over' } & Told

const within = (times: readonly EpochMs[], since: EpochMs): readonly EpochMs[] => times.filter((at) => at > since)

/** The recipient without what has left the window. */
const pruned = (recipient: Recipient, now: EpochMs): Recipient => ({
  ...recipient,
  verifications: recipient.verifications.filter(({ updatedAt }) => updatedAt > now - BOUNDS.window),
  wrong: within(recipient.wrong, now - BOUNDS.window),
  sent: within(recipient.sent, now - BOUNDS.window),
  usedAt: now,
})

const toldOf = ({ wrong }: Recipient, one: Verification, now: EpochMs): Told => ({
  standing: standingOf(one, wrong.length, now),
  order: one.order,
})

const secondsUntil = (at: EpochMs, now: EpochMs): Seconds => Math.max(1, Math.ceil((at - now) / SECOND))

/**
 * THE ONE DECISION before a code is sent to a recipient: what stands in the way of it, by what this tenant sent and had checked
 * there; null: nothing.
 */
function refusalOf({ wrong, sent }: Recipient, now: EpochMs): Refusal | null {
  const blocking = wrong.at(-BOUNDS.wrongChecks)
  if (blocking !== undefined)
    return { kind: 'refused', reason: 'checks', retryAfter: secondsUntil(blocking + BOUNDS.window, now) }
  const recent = within(sent, now - 10 * MINUTE).at(-BOUNDS.codesOfTenMinutes)
  const ofDay = sent.at(-BOUNDS.codesOfDay)
  const free = Math.max(
    recent === undefined ? 0 : recent + 10 * MINUTE,
    ofDay === undefined ? 0 : ofDay + BOUNDS.window,
  )
  return free > now ? { kind: 'refused', reason: 'codes', retryAfter: secondsUntil(free, now) } : null
}

/** Replaces a verification, or adds it. */
function withOne(recipient: Recipient, one: Verification): Recipient {
  const others = recipient.verifications.filter(({ id }) => id !== one.id)
  return { ...recipient, verifications: [...others, one] }
}

const changedTo = <Part extends Partial<Verification>>(one: Verification, part: Part, now: EpochMs): Verification => ({
  ...one,
  ...part,
  version: one.version + 1,
  updatedAt: now,
})

/** Makes the decision of a changed verification. */
const decided = <Kind extends string>(
  kind: Kind,
  recipient: Recipient,
  one: Verification,
  now: EpochMs,
): Decision<{ readonly kind: Kind } & Told> => {
  const next = withOne(recipient, one)
  return { answer: { kind, ...toldOf(next, one, now) }, next, changed: one }
}

/** What a start brings: all but what its object decides. */
export type Opening = Pick<Verification, 'id' | 'shard' | 'channels' | 'mostChecks' | 'binding' | 'order'> & {
  readonly realm: Realm
  readonly code: HashedCode
}

/** Starts a verification. The same start made twice, because its message was not queued, replaces the code of the first. */
export function start(kept: Recipient | null, opening: Opening, now: EpochMs): Decision<Started> {
  const { realm, code, ...fields } = opening
  const recipient = pruned(kept ?? { realm, verifications: [], wrong: [], sent: [], usedAt: now }, now)
  const before = recipient.verifications.find(({ id }) => id === fields.id)
  const refusal = refusalOf(recipient, now)
  if (refusal) return { answer: refusal, next: null, changed: null }
  const fresh: Verification = {
    ...fields,
    status: 'pending',
    version: (before?.version ?? 0) + 1,
    startedAt: before?.startedAt ?? now,
    updatedAt: now,
    checks: before?.checks ?? 0,
    codes: [code],
    feedback: null,
    told: before?.told ?? 0,
  }
  return decided('sent', { ...recipient, sent: [...recipient.sent, now] }, fresh, now)
}

/** Finds a verification among those of its recipient; null: it is too old, or was never here. */
function found(kept: Recipient | null, id: VerificationId, now: EpochMs): [Recipient, Verification] | null {
  if (!kept) return null
  const recipient = pruned(kept, now)
  const one = recipient.verifications.find((candidate) => candidate.id === id)
  return one ? [recipient, one] : null
}

/** True of a code on the channel of the last one, whose own time has not come: what did not go out there is offered elsewhere. */
const isTooEarly = ({ codes }: Verification, { channel }: HashedCode, now: EpochMs): boolean => {
  const last = codes.at(-1)
  return last?.channel === channel && last.sentAt + resendDelay(codes.length) > now
}

/** Notes one more code. */
export function resend(
  kept: Recipient | null,
  id: VerificationId,
  code: HashedCode,
  now: EpochMs,
): Decision<Resent> | null {
  const own = found(kept, id, now)
  if (!own) return null
  const [recipient, one] = own
  const told = toldOf(recipient, one, now)
  const { status, resendAt } = told.standing
  const refused = (answer: Resent): Decision<Resent> => ({ answer, next: null, changed: null })
  if (status !== 'pending') return refused({ kind: 'over', ...told })
  if (resendAt === null || resendAt > now || isTooEarly(one, code, now)) return refused({ kind: 'early', ...told })
  const refusal = refusalOf(recipient, now)
  if (refusal) return refused(refusal)
  const more = changedTo(one, { codes: [...one.codes, code] }, now)
  return decided('sent', { ...recipient, sent: [...recipient.sent, now] }, more, now)
}

/** Notes that the message of the newest code did not go out, or maybe not, so that another channel is offered at once. */
export function noteUnsent(
  kept: Recipient | null,
  id: VerificationId,
  messageId: MessageId,
  now: EpochMs,
): Decision<null> | null {
  const own = found(kept, id, now)
  if (!own) return null
  const [recipient, one] = own
  const last = one.codes.at(-1)
  if (one.status !== 'pending' || !last || last.messageId !== messageId || last.isUnsent) return null
  const left = changedTo(one, { codes: [...one.codes.slice(0, -1), { ...last, isUnsent: true as const }] }, now)
  return { answer: null, next: withOne(recipient, left), changed: left }
}

/** Takes back a code whose message was not queued: it counts for nothing, and a verification without any other is over. */
export function withdraw(
  kept: Recipient | null,
  id: VerificationId,
  hash: string,
  now: EpochMs,
): Decision<null> | null {
  const own = found(kept, id, now)
  if (!own) return null
  const [recipient, one] = own
  const codes = one.codes.filter((code) => code.hash !== hash)
  if (codes.length === one.codes.length) return null
  const left = changedTo(one, codes.length > 0 ? { codes } : { codes, status: 'canceled' as const }, now)
  return { answer: null, next: withOne({ ...recipient, sent: recipient.sent.slice(0, -1) }, left), changed: left }
}

/** Hashes of what is checked: of the code, and of what it is said to be bound to. */
export interface Tried {
  readonly hash: string
  readonly binding: string | null
}

/** Compares with every code that counts, whichever is right, so that the time tells nothing. */
function isRight(one: Verification, { hash, binding }: Tried, now: EpochMs): boolean {
  let isOne = false
  for (const code of one.codes.slice(-BOUNDS.validCodes)) {
    const isSame = timingSafeEqualText(code.hash, hash)
    isOne = (isSame && code.expiresAt > now) || isOne
  }
  return timingSafeEqualText(one.binding ?? '', binding ?? '') && isOne
}

/** Checks a code. A right one is used up by it; a wrong one, or another binding's, counts for verification and recipient. */
export function check(
  kept: Recipient | null,
  id: VerificationId,
  tried: Tried,
  now: EpochMs,
): Decision<Checked> | null {
  const own = found(kept, id, now)
  if (!own) return null
  const [recipient, one] = own
  const told = toldOf(recipient, one, now)
  if (told.standing.status !== 'pending') return { answer: { kind: 'over', ...told }, next: null, changed: null }
  if (isRight(one, tried, now))
    return decided('approved', recipient, changedTo(one, { status: 'approved' as const }, now), now)
  const after = { ...recipient, wrong: [...recipient.wrong, now] }
  const checks = one.checks + 1
  const status =
    after.wrong.length >= BOUNDS.wrongChecks ? 'blocked' : checks >= one.mostChecks ? 'failed' : ('pending' as const)
  return decided('wrong', after, changedTo(one, { checks, status }, now), now)
}

/** Ends a pending verification; of any other nothing changes. */
export function cancel(kept: Recipient | null, id: VerificationId, now: EpochMs): Decision<Told> | null {
  const own = found(kept, id, now)
  if (!own) return null
  const [recipient, one] = own
  const told = toldOf(recipient, one, now)
  if (told.standing.status !== 'pending') return { answer: told, next: null, changed: null }
  return decided('canceled', recipient, changedTo(one, { status: 'canceled' as const }, now), now)
}

/** Notes what the tenant says came of it. The verification's own state stays. */
export function feedBack(
  kept: Recipient | null,
  id: VerificationId,
  feedback: Feedback,
  now: EpochMs,
): Decision<Told> | null {
  const own = found(kept, id, now)
  if (!own) return null
  const [recipient, one] = own
  if (one.feedback === feedback) return { answer: toldOf(recipient, one, now), next: null, changed: null }
  return decided('noted', recipient, changedTo(one, { feedback }, now), now)
}

/** Reads a verification, which is no use of it. */
export function read(kept: Recipient | null, id: VerificationId, now: EpochMs): Told | null {
  const own = found(kept, id, now)
  return own && toldOf(own[0], own[1], now)
}

/** Facts for the ledger: without hashes. */
export function factsOf(one: Verification): VerificationFacts {
  const { id, status, version, startedAt, updatedAt, channels, mostChecks, checks, codes, feedback } = one
  const shown = codes.map(({ hash: _, ...code }) => code)
  return { id, status, version, startedAt, updatedAt, channels, mostChecks, checks, codes: shown, feedback }
}

/** The recipient with a version noted as told. */
export const withTold = (recipient: Recipient, id: VerificationId, version: number): Recipient => ({
  ...recipient,
  verifications: recipient.verifications.map((one) => (one.id === id ? { ...one, told: version } : one)),
})
