import type {
  Attempt,
  Connection,
  Failure,
  FailureCode,
  Ports,
  Provider,
  Settings,
  Submission,
} from '#worker/domain/carriers/provider.ts'
import { openSettings } from '#worker/domain/carriers/settings.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import type { EmailContent } from './content.ts'
import { type OutgoingMail, outgoingMail } from './outgoing.ts'

/** Milliseconds until an unanswered call of the binding counts as unclear. */
const PATIENCE = 20_000

/**
 * Cloudflare's Email Service by the `send_email` binding `EMAIL`; the sending domain is onboarded in the dashboard.
 * https://developers.cloudflare.com/email-service/api/send-emails/workers-api/ (error codes as of 2026).
 * Its delivery events come by a queue subscription, which is not read here: a mail that was taken has no receipt. The service
 * writes `Message-ID` and `Date` itself, and takes 5 MiB and 32 files a mail.
 */
export const cloudflare: Provider<EmailContent> = {
  name: 'cloudflare',
  features: ['outbound', 'html', 'attachments', 'headers'],
  settings: {
    timeoutMs: {
      title: 'Patience',
      help: 'Milliseconds to wait for the service’s answer.',
      kind: 'number',
      required: false,
      default: PATIENCE,
    },
  },
  batch: 1,
  // No dedupeWindow: the binding takes no key. No report ever comes, so nothing need be looked up by theirs.
  echoesRef: true,
  callbackProof: 'path-secret',
  open: openBinding,
}

const account = {
  outcome: 'deferred',
  code: 'connection-misconfigured',
  detail: 'The account may not send this.',
} as const
const content = { outcome: 'rejected', code: 'content-refused', detail: 'The service refused the content.' } as const
const blocked: Failure['code'] = 'recipient-blocked'

/** Codes that prove that nothing was taken. E_DELIVERY_FAILED and E_INTERNAL_SERVER_ERROR do not. */
const CODES: Readonly<
  Record<string, { outcome: 'rejected' | 'deferred'; code: FailureCode; detail: string; retryAfter?: number }>
> = {
  E_VALIDATION_ERROR: content,
  E_FIELD_MISSING: content,
  E_CONTENT_TOO_LARGE: content,
  E_TOO_MANY_ATTACHMENTS: content,
  E_HEADER_NOT_ALLOWED: content,
  E_HEADER_USE_API_FIELD: content,
  E_HEADER_VALUE_INVALID: content,
  E_HEADER_VALUE_TOO_LONG: content,
  E_HEADER_NAME_INVALID: content,
  E_HEADERS_TOO_LARGE: content,
  E_HEADERS_TOO_MANY: content,
  E_SENDER_NOT_VERIFIED: account,
  E_SENDER_DOMAIN_NOT_AVAILABLE: account,
  E_RECIPIENT_NOT_ALLOWED: account,
  E_RECIPIENT_SUPPRESSED: { outcome: 'rejected', code: blocked, detail: 'The service sends this recipient no more.' },
  E_RATE_LIMIT_EXCEEDED: { outcome: 'deferred', code: 'provider-throttled', detail: 'The service asks to slow down.' },
  E_DAILY_LIMIT_EXCEEDED: {
    outcome: 'deferred',
    code: 'provider-throttled',
    detail: 'The account has sent all that it may today.',
    retryAfter: 3600,
  },
}

const NO_BINDING: Submission = {
  outcome: 'deferred',
  failure: {
    code: 'connection-misconfigured',
    carrierCode: 'no-binding',
    detail: 'This deployment has no e-mail binding `EMAIL`; the operator must add one.',
  },
}
const unknown = (
  code: 'provider-timeout' | 'provider-unavailable',
  detail: string,
  carrierCode?: string,
): Submission => ({
  outcome: 'unknown',
  failure: { code, detail, ...(carrierCode === undefined ? {} : { carrierCode }) },
})

/** What the binding threw: a code that we know, or nothing certain. Its message may hold the address and is never read. */
function refusalOf(error: unknown): Submission {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const known = Object.hasOwn(CODES, code) ? CODES[code] : undefined
  if (!known)
    return unknown('provider-unavailable', 'The service failed.', /^E_[A-Z_]{1,60}$/.test(code) ? code : undefined)
  const failure: Failure = { code: known.code, carrierCode: code, detail: known.detail }
  if (known.outcome === 'rejected') return { outcome: 'rejected', failure }
  return { outcome: 'deferred', failure, ...(known.retryAfter === undefined ? {} : { retryAfter: known.retryAfter }) }
}

function builderOf(message: Attempt<EmailContent>, mail: OutgoingMail): EmailMessageBuilder {
  const { subject, fromName, replyTo } = message.content
  return {
    from: fromName === undefined ? message.from : { email: message.from, name: fromName },
    to: message.to,
    subject,
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(mail.text === undefined ? {} : { text: mail.text }),
    ...(mail.html === undefined ? {} : { html: mail.html }),
    ...(mail.headers.length === 0 ? {} : { headers: Object.fromEntries(mail.headers) }),
    ...(mail.files.length === 0
      ? {}
      : {
          attachments: mail.files.map(({ name, type, bytes }) => ({
            disposition: 'attachment' as const,
            filename: name,
            type,
            content: bytes,
          })),
        }),
  }
}

function openBinding(raw: Settings, ports: Ports): Connection<EmailContent> {
  const settings = openSettings(cloudflare, raw)
  const patience = settings.number('timeoutMs')

  async function submitOne(message: Attempt<EmailContent>): Promise<Submission> {
    if (!ports.email) return NO_BINDING
    const mail = await outgoingMail(ports, message)
    if ('submission' in mail) return mail.submission
    const { promise: late, resolve } = Promise.withResolvers<null>()
    const timer = setTimeout(() => resolve(null), patience)
    try {
      const result: unknown = await Promise.race([ports.email.send(builderOf(message, mail)), late])
      if (result === null) return unknown('provider-timeout', 'The service did not answer in time.')
      const id = typeof result === 'object' && 'messageId' in result ? result.messageId : undefined
      return typeof id === 'string' && id !== '' && id.length <= 500
        ? { outcome: 'accepted', providerRef: id }
        : { outcome: 'unknown', failure: { code: 'provider-invalid-answer', detail: 'The answer was not readable.' } }
    } catch (error) {
      return refusalOf(error)
    } finally {
      clearTimeout(timer)
    }
  }

  return { submit: (messages) => mapLimited(messages, OPEN_CONNECTIONS, submitOne) }
}
