import {
  type Attempt,
  CallbackRefused,
  type InboundMessage,
  type Ports,
  type Receipt,
  type ReceiptStatus,
  type Received,
} from '#worker/domain/carriers/provider.ts'
import { parseAttemptRef } from '#worker/domain/ids.ts'
import { withDeadline } from '#worker/lib/deadline.ts'
import { zonedTime } from '#worker/vendors/carrier-time.ts'
import { refusalTable } from '#worker/vendors/refusal-table.ts'
import type { TwilioAccount } from '#worker/vendors/twilio.ts'
import { signedFields, type TwilioField } from '#worker/vendors/twilio-signature.ts'
import { callScript, scriptOfAttempt, stepUrl } from './call-script.ts'
import { dtmfOf, type VoiceContent } from './content.ts'
import { greetingTwiml, HANG_UP, type SpokenAnswering, scriptTwiml, twimlAnswer } from './twiml.ts'

const ENDINGS = refusalTable([
  { code: 'recipient-busy', detail: 'The line was busy.', of: ['busy'] },
  { code: 'no-answer', detail: 'Nobody answered.', of: ['no-answer'] },
  { code: 'not-delivered', detail: 'The carrier could not connect the call.', of: ['failed'] },
  { code: 'not-delivered', detail: 'The call was called off at the carrier.', of: ['canceled'] },
])
const STATUSES: Readonly<Record<string, ReceiptStatus>> = {
  ringing: 'submitted',
  'in-progress': 'submitted',
  completed: 'delivered',
  busy: 'undelivered',
  'no-answer': 'undelivered',
  failed: 'failed',
  canceled: 'canceled',
}

/**
 * Translates a CallStatus; null for no news (queued, initiated) or an unknown word. `sip` is the telephone network's own
 * code.
 */
export function callState(status: string, sip: string | null = null): Pick<Receipt, 'status' | 'failure'> | null {
  const known = Object.hasOwn(STATUSES, status) ? STATUSES[status] : undefined
  if (known === undefined) return null
  const failure = ENDINGS.find(status)?.failure
  const carrierCode = sip !== null && /^\d{3}$/.test(sip) ? `sip-${sip}` : status
  return failure ? { status: known, failure: { ...failure, carrierCode } } : { status: known }
}

export const CALL_SID = /^CA[0-9a-fA-F]{32}$/
const RECORDING_SID = /\/Recordings\/(RE[0-9a-fA-F]{32})(?:\.[a-z0-9]{3,4})?$/

interface Callback {
  readonly field: TwilioField
  readonly callSid: string
  readonly step: string | null
  readonly ref: string | null
  /** Number of times that the script was asked for in vain, as the URL of our own making says. */
  readonly tries: string | null
}

async function believed(request: Request, authToken: string): Promise<Callback> {
  const field = await signedFields(request, authToken)
  const query = new URL(request.url).searchParams
  const callSid = field('CallSid') ?? ''
  if (!CALL_SID.test(callSid)) throw new CallbackRefused(400, 'no call SID')
  const ref = query.get('ref')
  return {
    field,
    callSid,
    step: query.get('step'),
    ref: ref !== null && parseAttemptRef(ref) ? ref : null,
    tries: query.get('tries'),
  }
}

function statusReceipts({ field, callSid, ref }: Callback): Receipt[] {
  const state = callState(field('CallStatus') ?? '', field('SipResponseCode'))
  const key = ref === null ? { providerRef: callSid } : { attemptRef: ref }
  return state ? [{ ...key, ...state, carrierAt: zonedTime(field('Timestamp')) }] : []
}

/** Tells person and line apart: the person is the called one in a call of ours, and the caller in one of theirs. */
function parties(field: TwilioField, ours: boolean): Pick<InboundMessage, 'from' | 'to'> {
  const [caller, called] = [field('From'), field('To')]
  if (!caller || !called) throw new CallbackRefused(400, 'no caller or called number')
  return ours ? { from: called, to: caller } : { from: caller, to: called }
}

function pressed({ field, callSid, ref }: Callback): InboundMessage<VoiceContent>[] {
  const digits = dtmfOf(field('Digits'))
  if (digits === null) return []
  return [
    {
      ...parties(field, true),
      providerRef: `${callSid}.keys`,
      content: { digits },
      ...(ref === null ? {} : { inReplyTo: ref }),
    },
  ]
}

/** Path of a recording in the account's API. The host that a callback names is never asked. */
export const recordingPath = (sid: string): string => `/Recordings/${sid}.mp3`

function recorded({ field, callSid }: Callback, account: TwilioAccount): InboundMessage<VoiceContent>[] {
  const sid = RECORDING_SID.exec(field('RecordingUrl') ?? '')?.[1]
  if (sid === undefined) return []
  const seconds = Number(field('RecordingDuration'))
  const url = `${account.url}/2010-04-01/Accounts/${account.accountSid}${recordingPath(sid)}`
  const isKnown = Number.isInteger(seconds) && seconds > 0 && seconds < 86_400
  return [
    {
      ...parties(field, false),
      providerRef: `${callSid}.recording`,
      content: { recording: isKnown ? { seconds } : {} },
      files: [{ url, type: 'audio/mpeg', name: `${sid}.mp3` }],
    },
  ]
}

/** Most times that a person who has answered waits two seconds more for a ledger that does not answer. */
const MOST_TRIES = 3
/** Milliseconds for the look-up: the carrier waits fifteen seconds for an answer, and the person hears nothing meanwhile. */
const LOOK_UP_MS = 4_000

/**
 * Makes the carrier ask later, because on an error it would tell the person of it and hang up. Null: it has asked often
 * enough.
 */
function comeLater({ ref, tries }: Callback, ports: Ports): Response | null {
  const count = tries === null ? 0 : /^[1-9]$/.test(tries) ? Number(tries) : MOST_TRIES
  if (ref === null || count >= MOST_TRIES) return null
  const url = new URL(stepUrl(ports.callbackUrl(ref), 'script'))
  url.searchParams.set('tries', String(count + 1))
  return twimlAnswer([
    { name: 'Pause', attributes: { length: 2 } },
    { name: 'Redirect', attributes: { method: 'POST' }, children: url.href },
  ])
}

/** Answers with the TwiML of a call of ours that was answered; hangs up if the ref stands for no call. */
async function serveScript(callback: Callback, ports: Ports): Promise<Response> {
  const { ref } = callback
  let sent: Attempt | null = null
  try {
    sent = ref === null ? null : await withDeadline(ports.sent(ref), LOOK_UP_MS)
  } catch (error) {
    const later = comeLater(callback, ports)
    if (!later) throw error
    return later
  }
  const script = scriptOfAttempt(sent)
  if (!sent || !script) return twimlAnswer(HANG_UP)
  return twimlAnswer(scriptTwiml(await callScript(script, ports), stepUrl(ports.callbackUrl(sent.ref), 'keys')))
}

/** Hears one callback. The step in its URL tells what it is for; a URL without one is that of an inbound number. */
export async function receiveCall(
  request: Request,
  account: TwilioAccount,
  answering: SpokenAnswering,
  ports: Ports,
): Promise<Received<VoiceContent>> {
  const callback = await believed(request, account.authToken)
  switch (callback.step) {
    case 'script':
      return { receipts: [], inbound: [], reply: await serveScript(callback, ports) }
    case 'status':
      return { receipts: statusReceipts(callback), inbound: [] }
    case 'keys':
      return { receipts: [], inbound: pressed(callback), reply: twimlAnswer(HANG_UP) }
    case 'recorded':
      return { receipts: [], inbound: recorded(callback, account), reply: twimlAnswer(HANG_UP) }
    case null:
      break
    default:
      throw new CallbackRefused(400, 'no such step')
  }
  // Answers only a call that has just come in: the number's own status callback may point here too.
  if (callback.field('CallStatus') !== 'ringing') return { receipts: [], inbound: [] }
  return {
    receipts: [],
    inbound: [],
    reply: twimlAnswer(greetingTwiml(answering, stepUrl(ports.callbackUrl(), 'recorded'))),
  }
}
