import * as z from 'zod'
import { moneyOf, priced } from '#worker/domain/carriers/money.ts'
import {
  CallbackRefused,
  type InboundMessage,
  type Ports,
  type Receipt,
  type Received,
} from '#worker/domain/carriers/provider.ts'
import { parseAttemptRef } from '#worker/domain/ids.ts'
import { type XmlElement, xmlDocument } from '#worker/lib/xml.ts'
import { callbackFields } from '#worker/vendors/callback-body.ts'
import { refusalTable } from '#worker/vendors/refusal-table.ts'
import type { Answering } from './answering.ts'
import { type CallScript, callScript, type Heard, scriptOfAttempt, stepUrl } from './call-script.ts'
import { dtmfOf, type VoiceContent } from './content.ts'

const text = z.string().max(300)
/** A text field; an empty one counts as absent. */
const told = (most: number) =>
  z
    .string()
    .max(most)
    .optional()
    .transform((word) => word || undefined)
const callback = z.object({
  sessionId: z.string().min(1).max(200),
  /** `1` while the call lasts and the carrier waits for actions. */
  isActive: z.enum(['0', '1']).optional(),
  direction: z.string().transform((word) => word.toLowerCase()),
  callerNumber: text,
  destinationNumber: text,
  clientRequestId: told(300),
  dtmfDigits: told(300),
  recordingUrl: told(2_000),
  hangupCause: told(300),
  status: told(300),
  callSessionState: told(300),
  amount: told(300),
  currencyCode: told(300),
})
type Callback = z.output<typeof callback> & {
  readonly ref: string | null
  /** Step that the URL was given for: `keys`, `recorded`, or none. */
  readonly step: string | null
}

/** Hangup causes: https://help.africastalking.com/en/articles/2948431-what-are-the-parameters-for-hang-up-cause */
const ENDINGS = refusalTable([
  {
    code: 'recipient-busy',
    detail: 'The line was busy, or the call was declined.',
    of: ['USER_BUSY', 'CALL_REJECTED'],
  },
  { code: 'no-answer', detail: 'Nobody answered.', of: ['NO_ANSWER', 'NO_USER_RESPONSE', 'ORIGINATOR_CANCEL'] },
  {
    code: 'recipient-unreachable',
    detail: 'The telephone could not be reached.',
    of: ['SUBSCRIBER_ABSENT', 'USER_NOT_REGISTERED'],
  },
  {
    code: 'recipient-invalid',
    detail: 'The carrier does not know this recipient.',
    of: ['UNALLOCATED_NUMBER', 'INVALID_NUMBER_FORMAT'],
  },
  { code: 'not-delivered', detail: 'The carrier could not connect the call.' },
])

const carrierWord = (word: string): string => (/^[A-Za-z_ ]{1,60}$/.test(word) ? word : 'other')

/** Tells how a call of ours ended. */
function endOf({ hangupCause = '', status = '', callSessionState = '' }: Callback): Receipt {
  const isAnswered = hangupCause === 'NORMAL_CLEARING' || (hangupCause === '' && /^(completed|success)$/i.test(status))
  if (isAnswered) return { status: 'delivered' } as Receipt
  const fallback = /^not ?answered$/i.test(callSessionState || status) ? 'no-answer' : 'not-delivered'
  const carrierCode = carrierWord(hangupCause || callSessionState || status)
  const { failure } = ENDINGS.find(hangupCause) ?? ENDINGS.make(fallback, carrierCode)
  const ended = failure.code === 'not-delivered' ? 'failed' : 'undelivered'
  return { status: ended, failure: { ...failure, carrierCode } } as Receipt
}

function receiptOf(call: Callback): Receipt {
  const key = call.ref === null ? { providerRef: call.sessionId } : { attemptRef: call.ref }
  if (call.isActive === '1') return { ...key, status: 'submitted' }
  return { ...endOf(call), ...key, ...priced(moneyOf(call.amount, call.currencyCode)) } as Receipt
}

const answer = (children: readonly XmlElement[]): Response =>
  new Response(xmlDocument({ name: 'Response', children }), { headers: { 'content-type': 'text/xml; charset=utf-8' } })

const element = (heard: Heard): XmlElement =>
  heard.kind === 'say' ? { name: 'Say', children: heard.text } : { name: 'Play', attributes: { url: heard.url } }

/** Writes a script. `GetDigits` holds one prompt, so the last thing that is heard stands in it and the rest before it. */
function scriptActions({ heard, prompt, gather }: CallScript, keysUrl: string): readonly XmlElement[] {
  const spoken = [...heard, ...(prompt ? [prompt] : [])].map(element)
  const last = spoken.at(-1)
  if (!gather || !last) return spoken
  const attributes = {
    timeout: gather.timeoutSeconds,
    finishOnKey: gather.finishOnKey,
    numDigits: gather.digits,
    callbackUrl: keysUrl,
  }
  return [...spoken.slice(0, -1), { name: 'GetDigits', attributes, children: [last] }]
}

const greetingActions = ({ greeting, seconds }: Answering, recordedUrl: string): readonly XmlElement[] =>
  greeting === ''
    ? [{ name: 'Reject' }]
    : [
        {
          name: 'Record',
          attributes: {
            finishOnKey: '#',
            maxLength: seconds,
            trimSilence: true,
            playBeep: true,
            callbackUrl: recordedUrl,
          },
          children: [{ name: 'Say', children: greeting }],
        },
      ]

/**
 * Gives the URL of a recording on the carrier's own hosts, over TLS; null for any other, such as the bare addresses that
 * applications have seen.
 */
export function recordingUrl(input: string | undefined): string | null {
  const url = URL.parse(input ?? '')
  if (!url || !/(?:^|\.)africastalking\.com$/.test(url.hostname) || url.username || url.password || url.port)
    return null
  url.protocol = 'https:'
  return url.href
}

/** Tells that somebody left a message, also where its recording cannot be fetched. */
function recordedOf(call: Callback): InboundMessage<VoiceContent>[] {
  if (call.recordingUrl === undefined) return []
  const url = recordingUrl(call.recordingUrl)
  const { callerNumber: from, destinationNumber: to } = call
  const message = { providerRef: `${call.sessionId}.recording`, from, to }
  return url === null
    ? [{ ...message, content: { recording: { missing: true } } }]
    : [{ ...message, content: { recording: {} }, files: [{ url, type: 'audio/mpeg', name: null }] }]
}

/** Answers a call to one of our numbers: greeting, recording, and the news of the recording once it is there. */
function inboundCall(call: Callback, answering: Answering, ports: Ports): Received<VoiceContent> {
  const inbound = recordedOf(call)
  if (call.isActive !== '1') return { receipts: [], inbound }
  if (call.step === 'recorded' || inbound.length > 0) return { receipts: [], inbound, reply: answer([]) }
  const recordedUrl = stepUrl(ports.callbackUrl(), 'recorded')
  return { receipts: [], inbound: [], reply: answer(greetingActions(answering, recordedUrl)) }
}

/** Hears of a call of ours in one of three states: answered (its script is asked for), keys pressed, or over. */
async function outboundCall(call: Callback, ports: Ports): Promise<Received<VoiceContent>> {
  const receipts = [receiptOf(call)]
  if (call.isActive !== '1' && call.dtmfDigits === undefined) return { receipts, inbound: [] }
  if (call.step === 'keys' && call.dtmfDigits === undefined) return { receipts, inbound: [], reply: answer([]) }
  const sent = call.ref === null ? null : await ports.sent(call.ref)
  const script = scriptOfAttempt(sent)
  if (!sent || !script) return { receipts, inbound: [], reply: answer([{ name: 'Reject' }]) }
  if (call.dtmfDigits === undefined) {
    const actions = scriptActions(await callScript(script, ports), stepUrl(ports.callbackUrl(sent.ref), 'keys'))
    return { receipts, inbound: [], reply: answer(actions) }
  }
  const digits = dtmfOf(call.dtmfDigits)
  const inbound: InboundMessage<VoiceContent>[] =
    digits === null
      ? []
      : [
          {
            providerRef: `${call.sessionId}.keys`,
            from: sent.to,
            to: sent.from,
            content: { digits },
            inReplyTo: sent.ref,
          },
        ]
  return { receipts, inbound, reply: answer([]) }
}

/** Hears one callback of the voice product. The secret in the path is its only proof. */
export async function receiveCall(
  request: Request,
  answering: Answering,
  ports: Ports,
): Promise<Received<VoiceContent>> {
  const parsed = callback.safeParse(await callbackFields(request))
  if (!parsed.success) throw new CallbackRefused(400, 'not a call of this carrier')
  const query = new URL(request.url).searchParams
  const claimed = parsed.data.clientRequestId ?? query.get('ref') ?? ''
  const call: Callback = { ...parsed.data, ref: parseAttemptRef(claimed) ? claimed : null, step: query.get('step') }
  if (call.direction === 'inbound') return inboundCall(call, answering, ports)
  if (call.direction === 'outbound') return outboundCall(call, ports)
  throw new CallbackRefused(400, 'neither an inbound nor an outbound call')
}
