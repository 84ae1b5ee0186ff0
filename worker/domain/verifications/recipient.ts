import type { MessageId, VerificationId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { type EpochMs, MINUTE, SECOND, type Seconds } from '#worker/domain/time.ts'
import { timingSafeEqualText } from '#worker/lib/bytes.ts'
import { type HashedCode, hasDrawn, isAllBack, type KeptCode, withBack, withDrawn } from './kept-code.ts'
import {
  BOUNDS,
  type Feedback,
  resendDelay,
  type Standing,
  standingOf,
  type VerificationFacts,
} from './verification.ts'

/** Answer that a check got, by the token of its call: the same call made twice is one. */
interface CheckCall {
  readonly token: string
  readonly kind: 'approved' | 'wrong'
}

/** A verification as its recipient's object keeps it. */
export interface Verification extends VerificationFacts {
  readonly codes: readonly KeptCode[]
  /** Codes that were taken back, which a repeat of their request brings again. */
  readonly withdrawn: readonly KeptCode[]
  /** Checks that counted. */
  readonly checked: readonly CheckCall[]
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
/** `known`: it is a repeat of a request whose verification has ended since, and nothing more is sent. */
export type Started = ({ readonly kind: 'sent' | 'known' } & Told) | Refusal
/** `early`: its time has not come, or it has had its codes · `over`: it is not pending. */
export type Resent = Started | ({ readonly kind: 'early' | 'over' } & Told)
/** `approved` by this check · `wrong`: further checks are left, or not · `over`: it had ended before. */
export type Checked = { readonly kind: 'approved' | 'wrong' | 'over' } & Told

const within = (times: readonly EpochMs[], since: EpochMs): readonly EpochMs[] => times.filter((at) => at > since)

/** The recipient without what has left the window. */
const pruned = (recipient: Recipient, now: EpochMs): Recipient => ({
  ...recipient,
  verifications: recipient.verifications.filter(({ startedAt }) => startedAt > now - BOUNDS.window),
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
export type Opening = Pick<Verification, 'id' | 'shard' | 'channels' | 'mostChecks' | 'binding' | 'order' | 'guard'> & {
  readonly realm: Realm
  readonly code: HashedCode
}

/** Notes a code for which there is none yet; one that was taken back and comes again counts with it. */
function withCode(
  { codes, withdrawn }: Pick<Verification, 'codes' | 'withdrawn'>,
  code: HashedCode,
): Pick<Verification, 'codes' | 'withdrawn'> {
  const { messageId } = code
  const back = withdrawn.find((one) => one.messageId === messageId)
  return { codes: [...codes, withDrawn(back, code)], withdrawn: withdrawn.filter((one) => one !== back) }
}

/**
 * Decides about a code of a call that is made twice, or of a request that is repeated because its answer was lost. All that was
 * drawn for its message counts, as one code, and what has ended since stays so. Null: it is a code like any other.
 */
function repeated(recipient: Recipient, one: Verification, code: HashedCode, now: EpochMs): Decision<Started> | null {
  const told = toldOf(recipient, one, now)
  if (told.standing.status !== 'pending')
    return one.codes.length > 0 ? { answer: { kind: 'known', ...told }, next: null, changed: null } : null
  const first = one.codes.find(({ messageId }) => messageId === code.messageId)
  if (!first) return null
  if (hasDrawn(first, code.hash)) return { answer: { kind: 'sent', ...told }, next: null, changed: null }
  const codes = one.codes.map((each) => (each === first ? withDrawn(first, code) : each))
  return decided('sent', recipient, changedTo(one, { codes }, now), now)
}

/** Refuses a verification for which there is no room beside the others of its recipient. */
function crowded({ verifications }: Recipient, order: string, now: EpochMs): Refusal | null {
  const size = verifications.reduce((sum, one) => sum + one.order.length, order.length)
  if (verifications.length < BOUNDS.verifications && size <= BOUNDS.orders) return null
  const first = Math.min(...verifications.map(({ startedAt }) => startedAt))
  return { kind: 'refused', reason: 'codes', retryAfter: secondsUntil(first + BOUNDS.window, now) }
}

/** Starts a verification. A repeat of a start goes on with it as it is; one whose code was taken back starts again. */
export function start(kept: Recipient | null, opening: Opening, now: EpochMs): Decision<Started> {
  const { realm, code, ...fields } = opening
  const recipient = pruned(kept ?? { realm, verifications: [], wrong: [], sent: [], usedAt: now }, now)
  const before = recipient.verifications.find(({ id }) => id === fields.id)
  const again = before && repeated(recipient, before, code, now)
  if (again) return again
  const refusal = refusalOf(recipient, now) ?? (before ? null : crowded(recipient, fields.order, now))
  if (refusal) return { answer: refusal, next: null, changed: null }
  const fresh: Verification = {
    ...fields,
    status: 'pending',
    version: (before?.version ?? 0) + 1,
    startedAt: before?.startedAt ?? now,
    updatedAt: now,
    checks: before?.checks ?? 0,
    ...withCode(before ?? { codes: [], withdrawn: [] }, code),
    checked: before?.checked ?? [],
    feedback: before?.feedback ?? null,
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
  const again = repeated(recipient, one, code, now)
  if (again) return again
  if (resendAt === null || resendAt > now || isTooEarly(one, code, now)) return refused({ kind: 'early', ...told })
  const refusal = refusalOf(recipient, now)
  if (refusal) return refused(refusal)
  const more = changedTo(one, withCode(one, code), now)
  return decided('sent', { ...recipient, sent: [...recipient.sent, now] }, more, now)
}

/** Notes that the message of a newest code did not arrive, or maybe not, so that another channel is offered at once. */
export function noteUnsent(kept: Recipient | null, messageId: MessageId, now: EpochMs): Decision<null> | null {
  if (!kept) return null
  const recipient = pruned(kept, now)
  const one = recipient.verifications.find(({ codes }) => codes.at(-1)?.messageId === messageId)
  const last = one?.codes.at(-1)
  if (one?.status !== 'pending' || !last || last.isUnsent) return null
  const left = changedTo(one, { codes: [...one.codes.slice(0, -1), { ...last, isUnsent: true as const }] }, now)
  return { answer: null, next: withOne(recipient, left), changed: left }
}

/**
 * Notes that the message of a code arrived, whatever has become of the verification meanwhile. It is no use of either: what is
 * kept goes when it would have gone.
 */
export function noteDelivered(kept: Recipient | null, messageId: MessageId): Decision<null> | null {
  const one = kept?.verifications.find(({ codes }) => codes.some((code) => code.messageId === messageId))
  const code = one?.codes.find((each) => each.messageId === messageId)
  if (!kept || !one || !code || code.isDelivered) return null
  const { isUnsent: _, ...arrived } = code
  const codes = one.codes.map((each) => (each === code ? { ...arrived, isDelivered: true as const } : each))
  const noted = changedTo(one, { codes }, one.updatedAt)
  return { answer: null, next: withOne(kept, noted), changed: noted }
}

/**
 * Takes back a code whose message was not queued: it counts for nothing, unless another run drew one for the same message. A
 * pending verification without any other is over; one that has ended stays as it is.
 */
export function withdraw(
  kept: Recipient | null,
  id: VerificationId,
  hash: string,
  now: EpochMs,
): Decision<null> | null {
  const own = found(kept, id, now)
  if (!own) return null
  const [recipient, one] = own
  const code = one.codes.find((each) => hasDrawn(each, hash))
  if (!code || one.status !== 'pending') return null
  const back = withBack(code, hash)
  if (!isAllBack(back)) {
    const codes = one.codes.map((each) => (each === code ? back : each))
    return { answer: null, next: withOne(recipient, { ...one, codes }), changed: null }
  }
  const codes = one.codes.filter((each) => each !== code)
  const status = codes.length > 0 ? one.status : 'canceled'
  const left = changedTo(one, { status, codes, withdrawn: [...one.withdrawn, back].slice(-BOUNDS.codes) }, now)
  return { answer: null, next: withOne({ ...recipient, sent: recipient.sent.slice(0, -1) }, left), changed: left }
}

/** Hashes of what is checked: of the code, and of what it is said to be bound to. */
export interface Tried {
  /** Token of the call: made twice it counts once. */
  readonly token: string
  readonly hash: string
  readonly binding: string | null
}

/** Compares with every code that counts, whichever is right, so that the time tells nothing. */
function isRight(one: Verification, { hash, binding }: Tried, now: EpochMs): boolean {
  let isOne = false
  for (const drawn of one.codes.slice(-BOUNDS.validCodes).flatMap((code) => code.drawn)) {
    const isSame = timingSafeEqualText(drawn.hash, hash)
    isOne = (isSame && drawn.expiresAt > now) || isOne
  }
  return timingSafeEqualText(one.binding ?? '', binding ?? '') && isOne
}

/**
 * Checks a code. A right one is used up by it; a wrong one, or another binding's, counts for verification and recipient. The same
 * call made twice counts once and comes to the same.
 */
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
  const before = one.checked.find(({ token }) => token === tried.token)
  if (before) return { answer: { kind: before.kind, ...told }, next: null, changed: null }
  if (told.standing.status !== 'pending') return { answer: { kind: 'over', ...told }, next: null, changed: null }
  const noted = (kind: CheckCall['kind']) => ({ checked: [...one.checked, { token: tried.token, kind }] })
  if (isRight(one, tried, now)) {
    const approved = changedTo(one, { status: 'approved' as const, ...noted('approved') }, now)
    return decided('approved', recipient, approved, now)
  }
  const after = { ...recipient, wrong: [...recipient.wrong, now] }
  const checks = one.checks + 1
  const status =
    after.wrong.length >= BOUNDS.wrongChecks ? 'blocked' : checks >= one.mostChecks ? 'failed' : ('pending' as const)
  return decided('wrong', after, changedTo(one, { checks, status, ...noted('wrong') }, now), now)
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
  const { id, status, version, startedAt, updatedAt, channels, mostChecks, checks, codes, feedback, guard } = one
  const shown = codes.map(({ drawn: _, ...code }) => code)
  const facts = { id, status, version, startedAt, updatedAt, channels, mostChecks, checks, codes: shown, feedback }
  return guard ? { ...facts, guard } : facts
}

/** The recipient with a version noted as told. */
export const withTold = (recipient: Recipient, id: VerificationId, version: number): Recipient => ({
  ...recipient,
  verifications: recipient.verifications.map((one) => (one.id === id ? { ...one, told: version } : one)),
})
