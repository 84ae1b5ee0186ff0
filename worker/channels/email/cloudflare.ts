import type { Attempt, Connection, Ports, Provider, Settings, Submission } from '#worker/domain/carriers/provider.ts'
import { openSettings } from '#worker/domain/carriers/settings.ts'
import { startDeadline } from '#worker/lib/deadline.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import { type Refusal, refusalFor, refusalTable } from '#worker/vendors/refusal-table.ts'
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
  // No dedupeWindow: the binding takes no key. echoesRef spares the ledger a look-up row, because no report ever comes.
  echoesRef: true,
  callbackProof: 'path-secret',
  open: openBinding,
}

/** Codes that prove that nothing was taken. E_DELIVERY_FAILED and E_INTERNAL_SERVER_ERROR prove nothing. */
const REFUSALS = refusalTable([
  {
    code: 'content-refused',
    detail: 'The service refused the content.',
    of: [
      'E_VALIDATION_ERROR',
      'E_FIELD_MISSING',
      'E_CONTENT_TOO_LARGE',
      'E_TOO_MANY_ATTACHMENTS',
      'E_HEADER_NOT_ALLOWED',
      'E_HEADER_USE_API_FIELD',
      'E_HEADER_VALUE_INVALID',
      'E_HEADER_VALUE_TOO_LONG',
      'E_HEADER_NAME_INVALID',
      'E_HEADERS_TOO_LARGE',
      'E_HEADERS_TOO_MANY',
    ],
  },
  {
    code: 'connection-misconfigured',
    detail: 'The account may not send this.',
    of: ['E_SENDER_NOT_VERIFIED', 'E_SENDER_DOMAIN_NOT_AVAILABLE', 'E_RECIPIENT_NOT_ALLOWED'],
  },
  {
    code: 'recipient-blocked',
    detail: 'The service sends this recipient no more.',
    of: ['E_RECIPIENT_SUPPRESSED'],
  },
  { code: 'provider-throttled', detail: 'The service asks to slow down.', of: ['E_RATE_LIMIT_EXCEEDED'] },
  {
    code: 'provider-throttled',
    detail: 'The account has sent all that it may today.',
    of: ['E_DAILY_LIMIT_EXCEEDED'],
    retryAfter: 3_600,
  },
])

const NO_BINDING = refusalFor({
  code: 'connection-misconfigured',
  carrierCode: 'no-binding',
  detail: 'This deployment has no e-mail binding `EMAIL`; the operator must add one.',
})
const TOO_LATE = refusalFor({ code: 'provider-timeout', detail: 'The service did not answer in time.' })
const UNREADABLE = refusalFor({ code: 'provider-invalid-answer', detail: 'The answer was not readable.' })

/** Reads what the binding threw: a known code, or nothing certain. The message may hold the address and is never read. */
function refusalOf(error: unknown): Refusal {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const named = /^E_[A-Z_]{1,60}$/.test(code) ? { carrierCode: code } : {}
  return (
    REFUSALS.find(code) ?? {
      outcome: 'unknown',
      failure: { code: 'provider-unavailable', ...named, detail: 'The service failed.' },
    }
  )
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
    const disarm = startDeadline(patience, () => resolve(null))
    try {
      const result: unknown = await Promise.race([ports.email.send(builderOf(message, mail)), late])
      if (result === null) return TOO_LATE
      const id = typeof result === 'object' && 'messageId' in result ? result.messageId : undefined
      return typeof id === 'string' && id !== '' && id.length <= 500
        ? { outcome: 'accepted', providerRef: id }
        : UNREADABLE
    } catch (error) {
      return refusalOf(error)
    } finally {
      disarm()
    }
  }

  return { submit: (messages) => mapLimited(messages, OPEN_CONNECTIONS, submitOne) }
}
