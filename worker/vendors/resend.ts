import * as z from 'zod'
import { CallbackRefused, type Receipt } from '#worker/domain/carriers/provider.ts'
import type { EpochMs, Seconds } from '#worker/domain/time.ts'
import { fromBase64, timingSafeEqual } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'
import { importSecret } from '#worker/lib/http/standard-webhooks.ts'
import { callbackJson } from './callback-body.ts'
import { throttled } from './carrier-answer.ts'
import { type Refusal, refusalTable } from './refusal-table.ts'

/** Seconds that a webhook's timestamp may be off: an older one may be a recording that somebody sends a second time. */
const TOLERANCE = 300

/**
 * Checks a webhook's signature in Svix's form, which is that of Standard Webhooks under other header names: base64
 * HMAC-SHA256 over `id.timestamp.body`, several parted by blanks. https://resend.com/docs/webhooks/verify-webhooks-requests
 */
export async function isSvixSignature(secret: string, headers: Headers, body: string, now: EpochMs): Promise<boolean> {
  const [id, timestamp, signatures] = ['svix-id', 'svix-timestamp', 'svix-signature'].map((name) => headers.get(name))
  if (!id || !signatures || !/^\d{1,12}$/.test(timestamp ?? '')) return false
  if (Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE) return false
  const expected = new Uint8Array(await hmac(await importSecret(secret), `${id}.${timestamp}.${body}`))
  let matches = false
  for (const signature of signatures.split(' ').slice(0, 20)) {
    const bytes = signature.startsWith('v1,') ? fromBase64(signature.slice(3)) : null
    if (bytes && timingSafeEqual(bytes, expected)) matches = true
  }
  return matches
}

/**
 * Names of errors that certainly mean "not taken" (https://resend.com/docs/api-reference/errors). The two of idempotency
 * are left out, because they mean that an earlier request with the key is there, and so are 500s.
 */
const REFUSALS = refusalTable([
  {
    code: 'connection-misconfigured',
    detail: 'The account at the provider may not send this.',
    of: [
      'missing_api_key',
      'restricted_api_key',
      'invalid_api_key',
      // Spelling of `invalid_api_key` in some versions of the API.
      'invalid_api_Key',
      'suspended_api_key',
      'invalid_access',
      'invalid_permission',
      'not_found',
      'method_not_allowed',
      'invalid_idempotency_key',
    ],
  },
  {
    code: 'credit-exhausted',
    detail: 'The account has sent all that it may for now.',
    of: ['daily_quota_exceeded', 'monthly_quota_exceeded'],
  },
  { code: 'sender-refused', detail: 'The provider refused the sender.', of: ['invalid_from_address'] },
  {
    code: 'content-refused',
    detail: 'The provider refused the mail.',
    of: ['validation_error', 'missing_required_field', 'invalid_parameter', 'invalid_attachment'],
  },
])

/** Translates an error of the API; null: it proves nothing, the mail may have been taken. Only known names are echoed. */
export function resendRefusal(status: number, name: string, retryAfter?: Seconds): Refusal | null {
  const known = REFUSALS.find(name, retryAfter)
  if (!known) return status === 429 ? throttled(retryAfter, 'rate_limit_exceeded') : null
  if (status < 400 || status >= 500) return null
  // 403 means a domain that is not verified, or a test account: the account is not set up, the mail is right.
  return name === 'validation_error' && status === 403
    ? REFUSALS.make('connection-misconfigured', name, retryAfter)
    : known
}

/** Webhook, as far as it is used. `tags` come back as an object, or as they were sent. */
const resendEvent = z.object({
  type: z.string().max(60),
  created_at: z.string().max(40).nullish(),
  data: z.looseObject({
    email_id: z.string().max(100).nullish(),
    tags: z
      .union([
        z.record(z.string(), z.string()),
        z
          .array(z.object({ name: z.string(), value: z.string() }))
          .transform((tags) => Object.fromEntries(tags.map(({ name, value }) => [name, value]))),
      ])
      .optional()
      .catch(undefined),
    /** Of a mail that came in. */
    from: z.string().max(1_000).optional().catch(undefined),
    to: z.array(z.string().max(400)).max(50).optional().catch(undefined),
    subject: z.string().max(2_000).optional().catch(undefined),
    bounce: z
      .object({ type: z.string().max(40).optional(), subType: z.string().max(60).optional() })
      .optional()
      .catch(undefined),
  }),
})
type State = Pick<Receipt, 'status' | 'failure' | 'suppress'>

/** Words of SES, which Resend passes on. Only known words come out again. */
const BOUNCES = refusalTable([
  { code: 'recipient-invalid', detail: 'The recipient’s server took no delivery.' },
  { code: 'recipient-invalid', detail: 'The recipient’s server knows no such mailbox.', of: ['NoEmail'] },
  { code: 'recipient-unreachable', detail: 'The recipient’s mailbox is full.', of: ['MailboxFull'] },
  { code: 'content-refused', detail: 'The recipient’s server takes no mail so large.', of: ['MessageTooLarge'] },
  { code: 'content-refused', detail: 'The recipient’s server refused the content.', of: ['ContentRejected'] },
  { code: 'content-refused', detail: 'The recipient’s server refused an attachment.', of: ['AttachmentRejected'] },
  {
    code: 'recipient-blocked',
    detail: 'The provider sends this recipient no more.',
    of: ['Suppressed', 'OnAccountSuppressionList'],
  },
  { code: 'not-delivered', detail: 'The recipient’s server took no delivery.' },
])

function bounced({ type, subType = '' }: { type?: string | undefined; subType?: string | undefined } = {}): State {
  const isHard = type === 'Permanent'
  const isGeneral = subType === 'General'
  const otherwise = isHard && isGeneral ? 'recipient-invalid' : 'not-delivered'
  const { failure } = BOUNCES.find(subType) ?? BOUNCES.make(otherwise, isGeneral ? subType : 'bounced')
  return {
    status: failure.code === 'recipient-blocked' ? 'rejected' : 'undelivered',
    failure,
    // A mailbox that does not exist stays away: writing there again only costs the sender's good name.
    ...(isHard && failure.code === 'recipient-invalid' ? { suppress: true as const } : {}),
  }
}

/** Translates an event, or the `last_event` of a mail; null: no news (`sent`, `clicked`, unknown ones). */
export function resendState(
  event: string,
  bounce?: { type?: string | undefined; subType?: string | undefined },
): State | null {
  switch (event) {
    case 'delivered':
      return { status: 'delivered' }
    case 'opened':
      return { status: 'read' }
    case 'delivery_delayed':
      return { status: 'submitted' }
    case 'complained':
      // A complaint proves delivery: the person called the mail spam.
      return { status: 'delivered', suppress: true }
    case 'bounced':
      return bounced(bounce)
    case 'suppressed':
      return bounced({ type: 'Permanent', subType: 'Suppressed' })
    case 'failed':
      return {
        status: 'failed',
        failure: { code: 'provider-refused', carrierCode: event, detail: 'The provider could not send the mail.' },
      }
    default:
      return null
  }
}

/** Reads a webhook's body; throws a `CallbackRefused` if it is none. */
export function parseResendEvent(text: string): z.output<typeof resendEvent> {
  const parsed = resendEvent.safeParse(callbackJson(text))
  if (!parsed.success) throw new CallbackRefused(400, 'not an event')
  return parsed.data
}
