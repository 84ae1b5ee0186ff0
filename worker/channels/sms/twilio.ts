import * as z from 'zod'
import {
  type Attempt,
  CallbackRefused,
  type Connection,
  type InboundMessage,
  type PastAttempt,
  type Ports,
  type Provider,
  type Receipt,
  type ReceiptStatus,
  type Received,
  type Settings,
  type Submission,
} from '#worker/domain/carriers/provider.ts'
import { openSettings } from '#worker/domain/carriers/settings.ts'
import { parseAttemptRef } from '#worker/domain/ids.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import { callbackText, parseForm } from '#worker/vendors/callback-body.ts'
import { askCarrier, throttled, unclearSubmission } from '#worker/vendors/carrier-answer.ts'
import {
  type TwilioAccount,
  twilioFailure,
  twilioRequest,
  twilioSettings,
  twilioVerdict,
} from '#worker/vendors/twilio.ts'
import { isTwilioSignature } from '#worker/vendors/twilio-signature.ts'
import type { SmsContent } from './content.ts'

/** Seconds that Twilio keeps a message in its queue at most. */
const LONGEST_VALIDITY = 36_000

export const twilio: Provider<SmsContent> = {
  name: 'twilio',
  features: ['outbound', 'inbound', 'receipts'],
  settings: twilioSettings,
  batch: 1,
  // No dedupeWindow: the API has no key that would drop a repeat.
  echoesRef: true,
  callbackProof: 'signature',
  open: openTwilio,
}

/** The answer to a create and to a read: a message, or `code` and `status` of an error. */
const answerSchema = z.union([
  z.object({
    sid: z.string().regex(/^(?:SM|MM)[0-9a-f]{32}$/),
    status: z.string(),
    error_code: z.number().nullish(),
  }),
  z.object({ code: z.int(), status: z.int() }),
])

/** Statuses that tell us more than "taken"; the others (accepted, queued, sending …) are not worth a row in the ledger. */
const STATUSES: Readonly<Record<string, ReceiptStatus>> = {
  sent: 'submitted',
  delivered: 'delivered',
  read: 'read',
  undelivered: 'undelivered',
  failed: 'failed',
  canceled: 'canceled',
}

/** Status and failure in our words; null for what is no news. */
function stateOf(status: string, errorCode: number | null): Pick<Receipt, 'status' | 'failure'> | null {
  const known = Object.hasOwn(STATUSES, status) ? STATUSES[status] : undefined
  if (known === undefined) return null
  if (known !== 'undelivered' && known !== 'failed') return { status: known }
  const failure = twilioFailure(errorCode ?? 0, 'not-delivered')
  const refused = ['content-refused', 'recipient-blocked', 'sender-refused'].includes(failure.code)
  const ended = failure.code === 'validity-expired' ? 'expired' : refused ? 'rejected' : known
  return { status: ended, failure }
}

function openTwilio(raw: Settings, ports: Ports): Connection<SmsContent> {
  const settings = openSettings(twilio, raw)
  const account: TwilioAccount = {
    url: settings.url('url'),
    accountSid: settings.text('accountSid'),
    authToken: settings.text('authToken'),
    keySid: settings.optionalText('keySid'),
    keySecret: settings.optionalText('keySecret'),
  }
  if ((account.keySid === '') !== (account.keySecret === ''))
    throw new Error('settings of twilio: keySid and keySecret belong together')

  async function submitOne(message: Attempt<SmsContent>): Promise<Submission> {
    const form = new URLSearchParams({
      To: message.to,
      From: message.from,
      Body: message.content.text,
      StatusCallback: ports.callbackUrl(message.ref),
    })
    if (message.validUntil !== undefined) {
      const left = Math.floor((message.validUntil - ports.now()) / 1000)
      if (left < 1)
        return { outcome: 'rejected', failure: { code: 'validity-expired', detail: 'The validity has ended.' } }
      form.set('ValidityPeriod', String(Math.min(left, LONGEST_VALIDITY)))
    }
    const answer = await askCarrier(ports, twilioRequest(account, '/Messages.json', form), answerSchema)
    if (answer.kind !== 'value') return unclearSubmission(answer)
    const { status, value } = answer
    if ('sid' in value) return status < 300 ? takenAs(value) : unreadable(status)
    if (status === 429) return throttled(answer.retryAfter, String(value.code))
    return twilioVerdict(status, value.code) ?? unreadable(status)
  }

  async function query(attempts: readonly PastAttempt[]): Promise<readonly Receipt[]> {
    // The list can be searched by number and day only, which names no attempt: without a SID there is nothing to ask.
    const known = attempts.filter(({ providerRef }) => /^(?:SM|MM)[0-9a-f]{32}$/.test(providerRef ?? ''))
    const found = await mapLimited(known, OPEN_CONNECTIONS, async (attempt): Promise<Receipt | null> => {
      const answer = await askCarrier(
        ports,
        twilioRequest(account, `/Messages/${attempt.providerRef}.json`),
        answerSchema,
      )
      if (answer.kind !== 'value') throw new Error('the carrier’s status answer was not readable')
      if (!('sid' in answer.value)) return null
      const state = stateOf(answer.value.status, answer.value.error_code ?? null)
      return state && { attemptRef: attempt.ref, ...state, at: ports.now() }
    })
    return found.filter((receipt) => receipt !== null)
  }

  return {
    submit: (messages) => mapLimited(messages, OPEN_CONNECTIONS, submitOne),
    query,
    receive: (request) => receive(request, account.authToken, ports.now()),
    async health() {
      const answer = await askCarrier(ports, twilioRequest(account, '.json'), z.object({ sid: z.string() }))
      return answer.kind === 'value' && answer.status === 200
    },
  }
}

const unreadable = (status: number): Submission => unclearSubmission({ kind: 'unreadable', status, unreached: false })

/** Twilio prices a message after sending it, in fractions of a cent: no price here. */
function takenAs(value: { sid: string; status: string; error_code?: number | null | undefined }): Submission {
  if (value.status !== 'failed' && value.status !== 'undelivered')
    return { outcome: 'accepted', providerRef: value.sid }
  return { outcome: 'rejected', failure: twilioFailure(value.error_code ?? 0, 'provider-refused') }
}

/** TwiML that does nothing: an inbound message is answered by the tenant, not by the callback. */
const EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

async function receive(request: Request, authToken: string, now: number): Promise<Received<SmsContent>> {
  const signature = request.headers.get('x-twilio-signature')
  if (!signature) throw new CallbackRefused(403, 'no signature')
  const isJson = /^application\/json\b/i.test(request.headers.get('content-type') ?? '')
  const raw = request.method === 'GET' ? '' : await callbackText(request)
  const form = isJson ? new URLSearchParams() : parseForm(raw)
  const genuine = await isTwilioSignature(authToken, signature, request.url, isJson ? { raw } : { form })
  if (!genuine) throw new CallbackRefused(403, 'wrong signature')
  const query = new URL(request.url).searchParams
  const field = (name: string): string | null => form.get(name) ?? query.get(name)
  const sid = field('MessageSid') ?? field('SmsSid')
  if (!sid || !/^(?:SM|MM)[0-9a-f]{32}$/.test(sid)) throw new CallbackRefused(400, 'no message SID')
  const status = field('MessageStatus') ?? field('SmsStatus')
  if (status !== null && status !== 'received' && status !== 'receiving')
    return { receipts: receiptsOf(sid, status, field('ErrorCode'), query.get('ref'), now), inbound: [] }
  const reply = new Response(EMPTY_TWIML, { headers: { 'content-type': 'text/xml; charset=utf-8' } })
  return { receipts: [], inbound: [inboundOf(sid, field, now)], reply }
}

function receiptsOf(sid: string, status: string, errorCode: string | null, ref: string | null, now: number): Receipt[] {
  const state = stateOf(status, errorCode === null ? null : Number(errorCode))
  const key = ref !== null && parseAttemptRef(ref) ? { attemptRef: ref } : { providerRef: sid }
  // RawDlrDoneDate has no time zone and differs by carrier, so the time is when we heard.
  return state ? [{ ...key, ...state, at: now }] : []
}

function inboundOf(sid: string, field: (name: string) => string | null, now: number): InboundMessage<SmsContent> {
  const from = field('From')
  const to = field('To')
  if (!from || !to) throw new CallbackRefused(400, 'no sender or line')
  return { providerRef: sid, from, to, content: { text: field('Body') ?? '' }, at: now }
}
