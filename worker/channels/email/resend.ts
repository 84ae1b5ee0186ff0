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
  type Received,
  type Settings,
  type Submission,
} from '#worker/domain/carriers/provider.ts'
import { openSettings } from '#worker/domain/carriers/settings.ts'
import { type AttemptRef, parseAttemptRef } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { toBase64 } from '#worker/lib/bytes.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import { callbackText } from '#worker/vendors/callback-body.ts'
import { askCarrier, unclearSubmission, unclearValue } from '#worker/vendors/carrier-answer.ts'
import { zonedTime } from '#worker/vendors/carrier-time.ts'
import { isSvixSignature, parseResendEvent, resendRefusal, resendState } from '#worker/vendors/resend.ts'
import type { EmailContent } from './content.ts'
import { type OutgoingMail, outgoingMail } from './outgoing.ts'

/** Name of the tag with our ref. Tag values are letters, digits, `_` and `-`, so the dots of a ref travel as `-`. */
const TAG = 'chapar_ref'
const DAY_SECONDS = 86_400
/** Milliseconds for the submit of a mail with its attachments. */
const PATIENCE = 30_000
const MAIL_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * Resend's REST API (https://resend.com/docs/api-reference). Mails go one a request: the key of `/emails/batch` is for the
 * whole batch, so a repeat that is grouped otherwise would be sent twice. Two requests a second are an account's default;
 * the connection's `rate` keeps to it. Confirmed: the key, the errors, the webhooks' headers and `bounce`. Not confirmed:
 * that tags come back in every webhook (`email_id` is used where they do not). `email.received` has no text in it: the tenant
 * hears who wrote, the subject and the mail's id.
 */
export const resend: Provider<EmailContent> = {
  name: 'resend',
  features: ['outbound', 'receipts', 'read', 'html', 'attachments', 'headers'],
  settings: {
    apiKey: {
      title: 'API key',
      help: 'Dashboard → API Keys; sending access is enough, full access answers queries too.',
      kind: 'secret',
      required: true,
      pattern: '[\\x21-\\x7e]{5,200}',
    },
    webhookSecret: {
      title: 'Signing secret',
      help: 'Dashboard → Webhooks: of the webhook that calls this connection.',
      kind: 'secret',
      required: true,
      pattern: 'whsec_[A-Za-z0-9+/=_-]{32,100}',
    },
    url: {
      title: 'API',
      help: 'Origin of the API, for a relay.',
      kind: 'url',
      required: false,
      default: 'https://api.resend.com',
    },
  },
  batch: 1,
  dedupeWindow: DAY_SECONDS,
  // False, because a webhook may lack the tag: then the mail's id is looked up.
  echoesRef: false,
  callbackProof: 'signature',
  open: openResend,
}

/** Answer to a create and to a read, or an error's name. */
const answerSchema = z.union([
  z.object({ id: z.string().regex(MAIL_ID), last_event: z.string().max(60).nullish() }),
  z.object({ name: z.string().max(100), message: z.string() }),
])

/** Writes `Name <address>` as the API takes it: UTF-8, the name quoted. */
const sender = (address: string, name: string | undefined): string =>
  name === undefined ? address : `"${name.replace(/["\\]/g, '\\$&')}" <${address}>`

function bodyOf(message: Attempt<EmailContent>, mail: OutgoingMail): string {
  const { subject, fromName, replyTo } = message.content
  return JSON.stringify({
    from: sender(message.from, fromName),
    to: [message.to],
    subject,
    ...(replyTo === undefined ? {} : { reply_to: replyTo }),
    ...(mail.text === undefined ? {} : { text: mail.text }),
    ...(mail.html === undefined ? {} : { html: mail.html }),
    ...(mail.headers.length === 0 ? {} : { headers: Object.fromEntries(mail.headers) }),
    ...(mail.files.length === 0
      ? {}
      : {
          attachments: mail.files.map(({ name, type, bytes }) => ({
            filename: name,
            content_type: type,
            content: toBase64(bytes),
          })),
        }),
    tags: [{ name: TAG, value: message.ref.replaceAll('.', '-') }],
  })
}

/** Gives the ref that a tag holds; null if it is none of ours. */
function refOfTag(tag: string | undefined): AttemptRef | null {
  const ref = tag?.replaceAll('-', '.') ?? ''
  return parseAttemptRef(ref) ? ref : null
}

function openResend(raw: Settings, ports: Ports): Connection<EmailContent> {
  const settings = openSettings(resend, raw)
  const url = settings.url('url')
  const call = (path: string, init: RequestInit = {}): Request =>
    new Request(`${url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${settings.text('apiKey')}`, accept: 'application/json', ...init.headers },
    })

  async function submitOne(message: Attempt<EmailContent>): Promise<Submission> {
    const mail = await outgoingMail(ports, message)
    if ('submission' in mail) return mail.submission
    const headers = { 'content-type': 'application/json', 'idempotency-key': message.ref }
    const request = call('/emails', { method: 'POST', headers, body: bodyOf(message, mail) })
    const answer = await askCarrier(ports, request, answerSchema, { timeoutMs: PATIENCE })
    if (answer.kind !== 'value') return unclearSubmission(answer)
    const { status, value } = answer
    if ('id' in value) return status < 300 ? { outcome: 'accepted', providerRef: value.id } : unclearValue(status)
    return resendRefusal(status, value.name, answer.retryAfter) ?? unclearValue(status)
  }

  async function query(attempts: readonly PastAttempt[]): Promise<readonly Receipt[]> {
    const known = attempts.filter(({ providerRef }) => MAIL_ID.test(providerRef ?? ''))
    const found = await mapLimited(known, OPEN_CONNECTIONS, async (attempt): Promise<Receipt | null> => {
      const answer = await askCarrier(ports, call(`/emails/${attempt.providerRef}`), answerSchema)
      if (answer.kind !== 'value') throw new Error('the provider’s status answer was not readable')
      if (!('id' in answer.value)) return null
      const state = resendState(answer.value.last_event ?? '')
      return state && { attemptRef: attempt.ref, ...state }
    })
    return found.filter((receipt) => receipt !== null)
  }

  return {
    submit: (messages) => mapLimited(messages, OPEN_CONNECTIONS, submitOne),
    query,
    receive: (request) => receive(request, settings.text('webhookSecret'), ports.now()),
    async health() {
      // A key for sending only is refused here with 401 in the provider's own words, which proves that the provider is up.
      const answer = await askCarrier(
        ports,
        call('/domains'),
        z.union([z.object({ data: z.array(z.unknown()) }), z.object({ name: z.string() })]),
      )
      return answer.kind === 'value' && (answer.status === 200 || answer.status === 401)
    },
  }
}

async function receive(request: Request, secret: string, now: number): Promise<Received<EmailContent>> {
  const text = await callbackText(request)
  if (!(await isSvixSignature(secret, request.headers, text, now))) throw new CallbackRefused(403, 'wrong signature')
  const { type, created_at, data } = parseResendEvent(text)
  if (type === 'email.received') return { receipts: [], inbound: receivedMails(data, zonedTime(created_at)) }
  const state = type.startsWith('email.') ? resendState(type.slice('email.'.length), data.bounce) : null
  if (!state) return { receipts: [], inbound: [] }
  const ref = refOfTag(data.tags?.[TAG])
  if (ref === null && !MAIL_ID.test(data.email_id ?? '')) throw new CallbackRefused(400, 'no mail id')
  const key = ref === null ? { providerRef: data.email_id ?? '' } : { attemptRef: ref }
  return { receipts: [{ ...key, ...state, carrierAt: zonedTime(created_at) }], inbound: [] }
}

/** Gives the address of a header's value: `Sara <sara@example.org>` or the address alone. */
const addressIn = (value: string): string => /<([^<>]+)>\s*$/.exec(value)?.[1] ?? value.trim()

/** Tells of a mail that came in, once for each address that it went to: without its text, which only the API has. */
function receivedMails(
  { from, to = [], subject = '', email_id: id }: ReturnType<typeof parseResendEvent>['data'],
  carrierAt: EpochMs | undefined,
): InboundMessage<EmailContent>[] {
  if (from === undefined || !MAIL_ID.test(id ?? '')) return []
  const content: EmailContent = { subject, unsupported: 'email.received', details: { id: id ?? '' } }
  return to.map((line) => ({
    providerRef: `${id}/${addressIn(line)}`,
    from: addressIn(from),
    to: addressIn(line),
    content,
    carrierAt,
  }))
}
