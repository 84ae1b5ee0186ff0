/*
 * A code to a mobile proves who signs up, signs in or steps up, by the same verifications that tenants buy.
 * 1. `sendCode` looks for nothing: whoever asks, a verification is started, and its ceremony begun. `instead` says what goes out
 *    in the code's place where there is no such person, or there is one already. Neither answer nor work tells the two apart.
 * 2. `resendAccountCode` sends a further one, by SMS or by a call.
 * 3. `provenBy` checks a code and takes the ceremony: what is proven is what it was begun with, and nothing that comes later.
 */
import { foldDigits } from '#worker/domain/addresses/address.ts'
import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { PersonId, RequestId } from '#worker/domain/ids.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import { type EpochMs, MINUTE } from '#worker/domain/time.ts'
import { DIGITS } from '#worker/domain/verifications/code.ts'
import type { Locale } from '#worker/domain/verifications/text.ts'
import { BOUNDS, type Standing } from '#worker/domain/verifications/verification.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { recipientOf } from '#worker/flows/messages/draft.ts'
import type { SendRequest } from '#worker/flows/messages/queue-draft.ts'
import { checkCode, resendCode, startVerification } from '#worker/flows/verifications/verify.ts'
import type { RequestRow } from '#worker/jobs.ts'
import { beginCeremony, endedCeremony, goingCeremony } from './ceremony.ts'
import type { AskedFrom } from './code-pace.ts'
import type { codeSender } from './code-sender.ts'

const KIND = 'code'
/** Life of a step that waits for a code: longer than the last code that it may have. */
const STEP_LIFE = 30 * MINUTE

type CodePurpose = 'sign-in' | 'sign-up' | 'step-up' | 'old-mobile' | 'new-mobile' | 'lost-access'

/** Call that asks for a code, or checks one. */
export interface CodeCall {
  readonly request: RequestId
  /** Row of the access log of a call that sends the message of a verification. */
  readonly row: (verification: string) => RequestRow
  readonly from: AskedFrom
}

/** What goes out where no code is due: nothing at all, or that there is an account already. */
type Instead = 'nothing' | 'notice'

interface CodeStep<Facts> {
  readonly purpose: CodePurpose
  readonly verification: string
  /** Number that a right code proves. */
  readonly mobile: string
  readonly instead: Instead | null
  readonly facts: Facts
}

/** A code that is asked for. */
interface Asked<Facts> {
  readonly purpose: CodePurpose
  readonly mobile: string
  readonly locale: Locale
  readonly personId: PersonId | null
  readonly instead: Instead | null
  readonly facts: Facts
}

/** A code that is on its way, or looks so. */
export interface SentCode {
  /** What the browser holds of the step. */
  readonly ceremony: string
  readonly channel: ChannelName
  readonly expiresAt: EpochMs
  readonly checksLeft: number
  readonly resendAt: EpochMs | null
  readonly nextChannel: ChannelName | null
}

type Sender = Pick<Awaited<ReturnType<typeof codeSender>>, 'principal' | 'channels'>

const sentCode = (ceremony: string, standing: Standing): SentCode => ({
  ceremony,
  channel: standing.codes.at(-1)?.channel ?? 'sms',
  expiresAt: standing.expiresAt,
  checksLeft: standing.checksLeft,
  resendAt: standing.resendAt,
  nextChannel: standing.nextChannel,
})

/** Reads a mobile as the country of the sending account writes it; a 422 names the field. */
export function readMobile({ channels }: Platform, { policy }: Principal, text: string): string {
  try {
    return recipientOf(channels.sms, text, policy.region)
  } catch (error) {
    if (error instanceof Problem) throw invalidField('/mobile', 'is no mobile number')
    throw error
  }
}

const sendRequest = (principal: Principal, call: CodeCall, id: string, instead: Instead | null): SendRequest => ({
  principal,
  origin: call.request,
  row: call.row(id),
  payment: { messages: 0 },
  isSilent: instead === 'nothing',
})

/** Sends a code, or what goes out in its place, and begins the step that waits for it. */
export async function sendCode<Facts extends object>(
  platform: Platform,
  { principal, channels }: Sender,
  call: CodeCall,
  { purpose, mobile, locale, personId, instead, facts }: Asked<Facts>,
): Promise<SentCode> {
  const input = {
    to: mobile,
    channels,
    locale,
    digits: DIGITS.usual,
    ttlMs: BOUNDS.ttl,
    isNotice: instead === 'notice',
    ...(call.from.ip === '' ? {} : { clientIp: call.from.ip }),
    ...(call.from.asn === null ? {} : { asn: call.from.asn }),
  }
  const { standing } = await startVerification(platform, input, (id) => sendRequest(principal, call, id, instead))
  const step: CodeStep<Facts> = { purpose, verification: standing.id, mobile, instead, facts }
  const ceremony = await beginCeremony(platform, { kind: KIND, personId, step, lifeMs: STEP_LIFE })
  return sentCode(ceremony, standing)
}

const over = (): Problem =>
  new Problem('verification-over', {
    detail: 'The step that this code is of has ended. Begin anew.',
    extra: { reason: 'expired' },
  })

async function going<Facts>(platform: Platform, held: string, purpose: CodePurpose | null) {
  const found = await goingCeremony<CodeStep<Facts>>(platform, KIND, held)
  if (!found || (purpose !== null && found.step.purpose !== purpose)) throw over()
  return found
}

/** Sends a further code of a step. Of what went out in a code's place nothing goes out again. */
export async function resendAccountCode(
  platform: Platform,
  { principal }: Sender,
  call: CodeCall,
  { held, channel }: { readonly held: string; readonly channel: ChannelName | undefined },
): Promise<SentCode> {
  const { step } = await going(platform, held, null)
  const request = sendRequest(principal, call, step.verification, step.instead === null ? null : 'nothing')
  const { standing } = await resendCode(platform, request, { id: step.verification, channel })
  return sentCode(held, standing)
}

/** What a right code has proven. */
interface Proven<Facts> {
  readonly personId: PersonId | null
  readonly mobile: string
  readonly facts: Facts
}

/** Checks a code and ends its step. Throws what is wrong: a 422 names the code, or says that the step has ended. */
export async function provenBy<Facts>(
  platform: Platform,
  { principal }: Sender,
  request: RequestId,
  tried: { readonly purpose: CodePurpose; readonly held: string; readonly code: string },
): Promise<Proven<Facts>> {
  const { step } = await going<Facts>(platform, tried.held, tried.purpose)
  const code = foldDigits(tried.code).replace(/\s/g, '')
  const check = { id: step.verification, code, binding: undefined }
  const { standing } = await checkCode(platform, { principal, origin: request }, check)
  if (standing.status !== 'approved')
    throw invalidField('/code', `is wrong; it can be tried ${standing.checksLeft} more times`)
  const taken = await endedCeremony<CodeStep<Facts>>(platform, KIND, tried.held)
  // A code that nobody was sent was guessed.
  if (!taken || taken.step.instead !== null) throw over()
  return { personId: taken.personId, mobile: taken.step.mobile, facts: taken.step.facts }
}
