/** Header fields that a tenant may set beside `X-…`: none that says who gets the mail, or that the gateway itself writes. */
const ALLOWED: ReadonlySet<string> = new Set([
  'auto-submitted',
  'comments',
  'feedback-id',
  'importance',
  'in-reply-to',
  'keywords',
  'list-archive',
  'list-help',
  'list-id',
  'list-owner',
  'list-post',
  'organization',
  'precedence',
  'priority',
  'references',
])

/**
 * `X-` fields by which mail services take orders: SendGrid's and SparkPost's name further recipients, others switch
 * tracking on or choose an account. A tenant's header must not direct the operator's account.
 */
const ORDERS =
  /^x-(?:smtpapi|msys-|mc-|mj-|mailjet|mailgun-|mg-|ses-|amz|aws|pm-|postmark|mailin-|sib-|sg-|sendgrid|resend|elastic|mandrill|cf-|cloudflare|gm-|google|ms-|forefront|original-|envelope|apparently|forwarded|delivered|bcc|cc|to$|spam|virus|dkim|chapar)/

const NAME = /^[a-z][a-z0-9-]{0,75}$/i

/** True if a tenant may set this field. */
export function mayBeSet(name: string): boolean {
  const lower = name.toLowerCase()
  return NAME.test(name) && (ALLOWED.has(lower) || (lower.startsWith('x-') && lower.length > 2 && !ORDERS.test(lower)))
}

/** True if a header line may hold the value: printable ASCII, no blank at either end. */
export const isHeaderValue = (value: string): boolean => /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)
