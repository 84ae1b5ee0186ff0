/**
 * Header fields that a tenant may set beside `X-…`. Each tells the reader's program something of the mail (RFC 5322 3.6.4 and
 * 3.6.5, RFC 2369, 2919, 3834, 4021, 5064, Google's Feedback-ID) and none says who gets it, who wrote it, how it is encoded, or
 * that it was checked.
 */
const ALLOWED: ReadonlySet<string> = new Set(
  `archived-at auto-submitted comments expires feedback-id importance in-reply-to keywords list-archive list-help list-id
list-owner list-post list-subscribe organization precedence priority references sensitivity`.split(/\s+/),
)

/** Members of the content that write a field which may not be set by its name. */
const BY_MEMBER: Readonly<Record<string, string>> = {
  'list-unsubscribe': 'unsubscribe',
  'list-unsubscribe-post': 'unsubscribe',
  'reply-to': 'replyTo',
  subject: 'subject',
}

/**
 * `X-` fields by which mail services take orders: SendGrid's and SparkPost's name further recipients, others switch
 * tracking on or choose an account. A tenant's header must not direct the operator's account.
 */
const ORDERS =
  /^x-(?:smtpapi|msys-|mc-|mj-|mailjet|mailgun-|mg-|ses-|amz|aws|pm-|postmark|mailin-|sib-|sg-|sendgrid|sendinblue|brevo|resend|elastic|mandrill|mailchimp|mailersend|mlsend|mailtrap|mt-|sparkpost|socketlabs|xsocketlabs|smtp2go|scaleway|tm-|zepto|mime-|cf-|cloudflare|gm-|google|ms-|forefront|azure)/
/** `X-` fields that servers write of a mail on its way: who sent it, for whom, that it was checked, or that it failed. */
const TRACES =
  /^x-(?:original-|originating|envelope|env-|apparently|forwarded|delivered|received|return-|real-to|rcpt|sender|authenticated|authentication|auth-|bcc|cc|to$|from$|failed-|spam|virus|dkim|arc-|spf|chapar)/

const NAME = /^[a-z][a-z0-9-]{0,75}$/i

/** Reason why a tenant may not set this field, to follow its name; null if it may. */
export function headerRefusal(name: string): string | null {
  if (!NAME.test(name)) return 'is not a name of a header field'
  const lower = name.toLowerCase()
  if (ALLOWED.has(lower)) return null
  const member = BY_MEMBER[lower]
  if (member !== undefined) return `is written by the gateway: use \`${member}\``
  if (!lower.startsWith('x-') || lower.length < 3) return 'is not one of the fields that may be set'
  if (ORDERS.test(lower)) return 'is an order to a mail service, and may not be set'
  return TRACES.test(lower) ? 'is written by mail servers, and may not be set' : null
}

/** True if a header line may hold the value: printable ASCII, no blank at either end. */
export const isHeaderValue = (value: string): boolean => /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)
