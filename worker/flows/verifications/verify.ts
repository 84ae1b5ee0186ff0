/*
 * A verification proves that somebody has a telephone, or a mailbox, by a code that is sent there.
 * 1. `startVerification` drafts the message of a code (send.ts), takes its token of the tenant's limits, has the recipient's
 *    object decide (durable-objects/verification.ts) and queues the message: no database.
 * 2. `checkCode` asks the object, in one call. `resendCode`, `cancelVerification` and `noteFeedback` do as much.
 * 3. The object tells the ledger by the queue (record.ts), from which look-up.ts lists, and the tenant's webhooks.
 * A code stands in its message's job and nowhere else: everywhere else is its keyed hash (order.ts).
 */
import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { GuardNote } from '#worker/domain/guard/verdict.ts'
import { newVerificationId } from '#worker/domain/ids.ts'
import type { LimitState } from '#worker/domain/limits/lease.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import { writeShard } from '#worker/domain/tenants/tenant.ts'
import { type EpochMs, SECOND } from '#worker/domain/time.ts'
import { newCode } from '#worker/domain/verifications/code.ts'
import type { HashedCode } from '#worker/domain/verifications/kept-code.ts'
import type { Order } from '#worker/domain/verifications/order.ts'
import type { Checked, Refusal, Resent, Told } from '#worker/domain/verifications/recipient.ts'
import {
  checksFor,
  type Feedback,
  type Standing,
  type VerificationStatus,
} from '#worker/domain/verifications/verification.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { recipientOf } from '#worker/flows/messages/draft.ts'
import { queueDecided, type SendRequest } from '#worker/flows/messages/queue-draft.ts'
import { errorLabel } from '#worker/lib/log.ts'
import type { VerificationCalls } from '#worker/object-calls.ts'
import { type GuardPass, passGuard } from './guard.ts'
import {
  bindingHash,
  callRecipient,
  codeHash,
  type Named,
  named,
  openOrder,
  recipientDigits,
  sealOrder,
} from './order.ts'
import { type Drafted, draftCode, messageIdOf } from './send.ts'

/** A verification as its caller sees it. */
export interface SeenVerification {
  readonly standing: Standing
  readonly order: Order
}

/** One whose code was just sent. */
interface SentVerification extends SeenVerification {
  readonly limits: readonly LimitState[]
}

/** What a start asks for: an order whose recipient is as the tenant writes it. */
interface StartInput extends Order {
  readonly binding?: string | undefined
  /** True if the recipient is to be told that he has an account already, and of no code. */
  readonly isNotice?: boolean
}

const CODES_HELP = 'This recipient has had as many codes as it may for now.'
const CHECKS_HELP = 'Too many wrong codes were tried for this recipient.'

/** Makes the refusal of a code: what was sent to the recipient, or tried there, stands in its way. */
function refused({ reason, retryAfter }: Refusal): Problem {
  return new Problem(reason === 'codes' ? 'too-many-codes' : 'too-many-checks', {
    detail: `${reason === 'codes' ? CODES_HELP : CHECKS_HELP} It may have one in ${retryAfter} s.`,
    headers: { 'Retry-After': String(retryAfter) },
  })
}

const WHY_OVER: Readonly<Record<Exclude<VerificationStatus, 'pending'>, string>> = {
  approved: 'Its code was used: each counts once.',
  failed: 'All its checks were wrong.',
  blocked: CHECKS_HELP,
  expired: 'Its codes have expired.',
  canceled: 'It was canceled.',
}

/** Makes the refusal of what only a pending verification can bear. */
const isOver = (status: VerificationStatus): Problem =>
  new Problem('verification-over', {
    ...(status === 'pending' ? {} : { detail: WHY_OVER[status] }),
    extra: { reason: status },
  })

const seen = async (platform: Platform, { standing, order }: Told): Promise<SeenVerification> => ({
  standing,
  order: await openOrder(platform, standing.id, order),
})

/** Reads the recipient, which every channel of the order must be able to reach. */
function canonical(platform: Platform, { policy }: Principal, { to, channels }: Order): string {
  const [first = '', ...others] = channels.map((channel, n) => {
    try {
      return recipientOf(platform.channels[channel], to, policy.region)
    } catch (error) {
      throw n === 0 ? error : invalidField(`/channels/${n}`, 'cannot reach this recipient')
    }
  })
  const other = others.findIndex((address) => address !== first)
  if (other >= 0) throw invalidField(`/channels/${other + 1}`, 'cannot reach this recipient')
  return first
}

/** A code that is ready: its message is drafted, and nobody has decided yet. */
interface Ready {
  readonly one: Named
  readonly order: Order
  readonly draft: Drafted
  readonly code: HashedCode
}

/** What a code is of, and how it goes out. */
interface ForCode {
  readonly one: Named
  readonly order: Order
  readonly channel: ChannelName
  readonly isNotice?: boolean | undefined
}

/** Makes a code of a verification and drafts its message. */
async function readyCode(
  platform: Platform,
  request: SendRequest,
  { one, order, channel, isNotice = false }: ForCode,
): Promise<Ready> {
  const { id } = one
  const code = newCode(order.digits)
  const sentAt = platform.now()
  const expiresAt = sentAt + order.ttlMs
  const draft = await draftCode(platform, request, order, {
    id,
    channel: platform.channels[channel],
    code,
    sentAt,
    expiresAt,
    isNotice,
  })
  const [hash, carrier] = await Promise.all([codeHash(platform, id, code), messageIdOf(platform, request, draft)])
  return { one, order, draft, code: { hash, channel, wording: draft.wording, messageId: carrier, sentAt, expiresAt } }
}

/** Takes back a code whose message was not queued. Does not throw: a code that nobody got can only expire. */
async function takeBack(
  platform: Platform,
  principal: Principal,
  { one: { id, recipient }, code }: Ready,
): Promise<void> {
  try {
    await callRecipient(platform, principal, recipient, (object) => object.withdraw(id, code.hash))
  } catch (fault) {
    platform.log('verification.not-withdrawn', { verification: id, reason: errorLabel(fault) })
  }
}

/** Gives back the units of a code that certainly did not go out: what the queue may have is spent. */
const giveBack = (pass: GuardPass | null): void => pass?.giveBack()

/** Gives back the units of a code in whose place nothing goes out: they are of a day’s ceiling, and anybody may ask for such. */
const giveUnitsBack = (pass: GuardPass | null): void => pass?.giveUnitsBack()

/** Asks the object of a recipient about a code; `note`: what the guard says of it. */
type AskRecipient = (object: DurableObjectStub<VerificationCalls>, note: GuardNote | null) => Promise<Resent | null>

/**
 * Has the guard and then the object decide about a code, by `ask`, once the token of its message is taken, and queues the message
 * if it passes. If that fails, the code is taken back. Throws what stands in its way.
 */
async function sendReady(
  platform: Platform,
  request: SendRequest,
  ready: Ready & { readonly isStart: boolean },
  ask: AskRecipient,
): Promise<{ readonly standing: Standing; readonly limits: readonly LimitState[] }> {
  const { one, order, draft, isStart } = ready
  const { principal } = request
  // A call that failed may have been heard.
  const noted = { isMaybe: false }
  let pass: GuardPass | null = null
  const decide = async () => {
    pass = await passGuard(platform, principal, { id: one.id, order, isStart })
    const { note } = pass
    noted.isMaybe = true
    const answer = await callRecipient(platform, principal, one.recipient, (object) => ask(object, note))
    noted.isMaybe = answer?.kind === 'sent'
    return passed(answer, platform.now())
  }
  try {
    const { decided, limits } = await queueDecided(platform, request, draft, decide)
    if (!decided.isDue) giveBack(pass)
    else if (request.isSilent) giveUnitsBack(pass)
    return { standing: decided.standing, limits }
  } catch (error) {
    if (noted.isMaybe) await takeBack(platform, principal, ready)
    else giveBack(pass)
    throw error
  }
}

/**
 * Starts a verification: the code is on its way when this resolves. A refusal is a `Problem`. `requestOf` makes the call's row of
 * the access log.
 */
export async function startVerification(
  platform: Platform,
  { binding, isNotice, ...input }: StartInput,
  requestOf: (id: string) => SendRequest,
): Promise<SentVerification> {
  const { principal, origin } = requestOf('')
  const { realm, policy } = principal
  if (input.digits < policy.codes.leastDigits)
    throw invalidField('/digits', `must be at least ${policy.codes.leastDigits}: the account allows no fewer`)
  const order: Order = { ...input, to: canonical(platform, principal, input) }
  const [channel] = order.channels
  if (channel === undefined) throw invalidField('/channels', 'must not be empty')
  const recipient = await recipientDigits(platform, realm, platform.channels[channel], order.to)
  const id = await newVerificationId(platform.config.idKeys, realm, origin, recipient)
  const request = requestOf(id)
  const ready = await readyCode(platform, request, { one: { id, recipient }, order, channel, isNotice })
  const [bound, sealed] = await Promise.all([bindingHash(platform, id, binding), sealOrder(platform, id, order)])
  const opening = {
    id,
    realm,
    shard: writeShard(ready.draft.policy),
    channels: order.channels,
    mostChecks: checksFor(order.digits),
    binding: bound,
    order: sealed,
    code: ready.code,
  }
  const first = { ...ready, isStart: true }
  const sent = await sendReady(platform, request, first, (object, note) =>
    object.start(note ? { ...opening, guard: note } : opening),
  )
  return { order, ...sent }
}

const gone = (): Problem => new Problem('verification-over', { detail: WHY_OVER.expired, extra: { reason: 'expired' } })

const EARLY_HELP = 'The next code may be asked for at `resendAt`.'

/** Sends a further code of a verification, on the same channel or on one that it names. */
export async function resendCode(
  platform: Platform,
  request: SendRequest,
  asked: { readonly id: string; readonly channel: ChannelName | undefined },
): Promise<SentVerification> {
  const { principal } = request
  const one = await named(platform, principal, asked.id)
  const { id, recipient } = one
  const told = await callRecipient(platform, principal, recipient, (object) => object.read(id))
  if (!told) throw gone()
  const { standing, order } = await seen(platform, told)
  if (standing.status !== 'pending') throw isOver(standing.status)
  const last = standing.codes.at(-1)
  const channel = asked.channel ?? (last?.isUnsent ? standing.nextChannel : null) ?? last?.channel
  if (channel === undefined || !standing.channels.includes(channel))
    throw invalidField('/channel', 'must be one of the verification’s channels')
  const ready = await readyCode(platform, request, { one, order, channel })
  return {
    order,
    ...(await sendReady(platform, request, { ...ready, isStart: false }, (object) => object.resend(id, ready.code))),
  }
}

/** Reads what the object decided about a code: whether its message is due. Throws what stands in its way. */
function passed(answer: Resent | null, now: EpochMs): { readonly isDue: boolean; readonly standing: Standing } {
  if (!answer) throw gone()
  if (answer.kind === 'refused') throw refused(answer)
  if (answer.kind === 'over') throw isOver(answer.standing.status)
  if (answer.kind === 'early') throw tooEarly(answer.standing, now)
  return { isDue: answer.kind === 'sent', standing: answer.standing }
}

/** Makes the refusal of a code that is asked for too early, or that would be one too many. */
function tooEarly({ resendAt }: Standing, now: EpochMs): Problem {
  if (resendAt === null)
    return new Problem('conflict', { detail: 'It has had as many codes as it may. Start another verification.' })
  const seconds = Math.max(1, Math.ceil((resendAt - now) / SECOND))
  return new Problem('too-many-codes', { detail: EARLY_HELP, headers: { 'Retry-After': String(seconds) } })
}

/**
 * Checks a code in one call of the object; a repeat under the same Idempotency-Key counts once. A wrong check that ends the
 * verification, and any after its end, is refused with the reason.
 */
export async function checkCode(
  platform: Platform,
  { principal, origin }: Pick<SendRequest, 'principal' | 'origin'>,
  { id: text, code, binding }: { readonly id: string; readonly code: string; readonly binding: string | undefined },
): Promise<SeenVerification> {
  const { id, recipient } = await named(platform, principal, text)
  const [hash, bound] = await Promise.all([codeHash(platform, id, code), bindingHash(platform, id, binding)])
  const checked = await callRecipient<Checked | null>(platform, principal, recipient, (object) =>
    object.check(id, { token: origin, hash, binding: bound }),
  )
  if (!checked) throw gone()
  const { kind, standing } = checked
  platform.log('verification.checked', { verification: id, came: kind, status: standing.status })
  if (kind === 'over' || (kind === 'wrong' && standing.status !== 'pending')) throw isOver(standing.status)
  return seen(platform, checked)
}

/** Ends a pending verification; one that has ended stays as it is. */
export async function cancelVerification(
  platform: Platform,
  principal: Principal,
  text: string,
): Promise<SeenVerification> {
  const { id, recipient } = await named(platform, principal, text)
  const told = await callRecipient(platform, principal, recipient, (object) => object.cancel(id))
  if (!told) throw gone()
  return seen(platform, told)
}

/** Notes what came of a verification whose code the tenant did not have checked here. */
export async function noteFeedback(
  platform: Platform,
  principal: Principal,
  { id: text, feedback }: { readonly id: string; readonly feedback: Feedback },
): Promise<SeenVerification> {
  const { id, recipient } = await named(platform, principal, text)
  const told = await callRecipient(platform, principal, recipient, (object) => object.feedBack(id, feedback))
  if (!told) throw gone()
  return seen(platform, told)
}
