import * as z from 'zod'
import {
  type Attempt,
  CallbackRefused,
  type Connection,
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
import { EXPIRED } from '#worker/vendors/refusal-table.ts'
import {
  createByTwilio,
  isTwilioAlive,
  queryTwilio,
  type TwilioAccount,
  type TwilioResource,
  twilioAccount,
  twilioAnswer,
  twilioFailure,
  twilioSettings,
} from '#worker/vendors/twilio.ts'
import { signedFields } from '#worker/vendors/twilio-signature.ts'
import type { SmsContent } from './content.ts'
import { downloadMedia, inboundOf } from './twilio-inbound.ts'

/** Longest `ValidityPeriod` that Twilio takes, in seconds. */
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

const MESSAGE_SID = /^(?:SM|MM)[0-9a-fA-F]{32}$/

/** Statuses that say more than "taken". The others (accepted, queued, sending …) are not worth a row in the ledger. */
const STATUSES: Readonly<Record<string, ReceiptStatus>> = {
  sent: 'submitted',
  delivered: 'delivered',
  read: 'read',
  undelivered: 'undelivered',
  failed: 'failed',
  canceled: 'canceled',
}

/** Translates a message's status; null: no news. */
function stateOf(status: string, errorCode: number | null): Pick<Receipt, 'status' | 'failure'> | null {
  const known = Object.hasOwn(STATUSES, status) ? STATUSES[status] : undefined
  if (known === undefined) return null
  if (known !== 'undelivered' && known !== 'failed') return { status: known }
  const failure = twilioFailure(errorCode ?? 0, 'not-delivered')
  const isRefused = ['content-refused', 'recipient-blocked', 'sender-refused'].includes(failure.code)
  const ended = failure.code === 'validity-expired' ? 'expired' : isRefused ? 'rejected' : known
  return { status: ended, failure }
}

const message = z.object({
  sid: z.string().regex(MESSAGE_SID),
  status: z.string(),
  error_code: z.number().nullish(),
})

/** Reads a created message. It has no price yet: Twilio prices after sending, in fractions of a cent. */
function submissionOf({ sid, status, error_code }: z.infer<typeof message>): Submission {
  return status !== 'failed' && status !== 'undelivered'
    ? { outcome: 'accepted', providerRef: sid }
    : { outcome: 'rejected', failure: twilioFailure(error_code ?? 0, 'provider-refused') }
}

const MESSAGES: TwilioResource<z.infer<typeof message>> = {
  path: '/Messages',
  sid: MESSAGE_SID,
  answer: twilioAnswer(message),
  submissionOf,
  stateOf: ({ status, error_code }) => stateOf(status, error_code ?? null),
}

/** Makes the form that creates a message; null: its validity has ended. */
function formOf({ ref, to, from, content, validUntil }: Attempt<SmsContent>, ports: Ports): URLSearchParams | null {
  const form = { To: to, From: from, Body: content.text, StatusCallback: ports.callbackUrl(ref) }
  if (validUntil === undefined) return new URLSearchParams(form)
  const left = Math.floor((validUntil - ports.now()) / 1000)
  if (left < 1) return null
  return new URLSearchParams({ ...form, ValidityPeriod: String(Math.min(left, LONGEST_VALIDITY)) })
}

function openTwilio(raw: Settings, ports: Ports): Connection<SmsContent> {
  const account = twilioAccount(openSettings(twilio, raw))

  async function submitOne(attempt: Attempt<SmsContent>): Promise<Submission> {
    const form = formOf(attempt, ports)
    return form ? createByTwilio(ports, account, MESSAGES, form) : EXPIRED
  }

  return {
    submit: (messages) => mapLimited(messages, OPEN_CONNECTIONS, submitOne),
    query: (attempts) => queryTwilio(ports, account, MESSAGES, attempts),
    receive: (request) => receive(request, account),
    download: (url) => downloadMedia(account, ports, url),
    health: () => isTwilioAlive(ports, account),
  }
}

/** Empty TwiML: the tenant answers an inbound message, not the callback. */
const EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

async function receive(request: Request, account: TwilioAccount): Promise<Received<SmsContent>> {
  const field = await signedFields(request, account.authToken)
  const sid = field('MessageSid') ?? field('SmsSid')
  if (!sid || !MESSAGE_SID.test(sid)) throw new CallbackRefused(400, 'no message SID')
  const status = field('MessageStatus') ?? field('SmsStatus')
  if (status === null || status === 'received' || status === 'receiving') {
    const reply = new Response(EMPTY_TWIML, { headers: { 'content-type': 'text/xml; charset=utf-8' } })
    return { receipts: [], inbound: [inboundOf(account, sid, field)], reply }
  }
  const errorCode = field('ErrorCode')
  const state = stateOf(status, errorCode === null ? null : Number(errorCode))
  const ref = new URL(request.url).searchParams.get('ref')
  const key = ref !== null && parseAttemptRef(ref) ? { attemptRef: ref } : { providerRef: sid }
  // The time is when we heard: RawDlrDoneDate has no time zone and differs by carrier.
  return { receipts: state ? [{ ...key, ...state }] : [], inbound: [] }
}
