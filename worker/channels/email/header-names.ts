/**
 * Header fields that a tenant may set; every other one is refused. Each tells the reader's program something of the mail (RFC
 * 5322 3.6.4 and 3.6.5, RFC 2369, 2919, 3282, 3834, 4021, 5064, Google's Feedback-ID), and none says who gets it, who wrote it,
 * how it is encoded, which way it came, or that it was checked.
 */
export const STANDARD_FIELDS: readonly string[] = [
  ...['In-Reply-To', 'References', 'Keywords', 'Comments', 'Organization', 'Content-Language', 'Accept-Language'],
  ...['Importance', 'Priority', 'Precedence', 'Sensitivity', 'Expires', 'Reply-By', 'Auto-Submitted', 'Archived-At'],
  ...['List-Id', 'List-Help', 'List-Archive', 'List-Owner', 'List-Post', 'List-Subscribe', 'Feedback-ID'],
]

/**
 * `X-` fields that may be set. The first are read by programs of readers and by nobody on the way; the others name a thing of the
 * tenant's, which no mail system that is known takes for an order.
 */
export const X_FIELDS: readonly string[] = [
  ...['X-Entity-Ref-ID', 'X-Priority', 'X-Mailer', 'X-Auto-Response-Suppress', 'X-Report-Abuse', 'X-CSA-Complaints'],
  ...['X-Order', 'X-Order-ID', 'X-Invoice-ID', 'X-Ticket-ID', 'X-Booking-ID', 'X-Customer-ID', 'X-Account-ID'],
  ...['X-Transaction-ID', 'X-Notification-ID', 'X-Reference-ID', 'X-Campaign', 'X-Campaign-ID'],
]

/** Beginning of the names that are the tenants' own: no mail system gives a name that begins so a meaning. */
export const OWN_PREFIX = 'X-Custom-'

const ALLOWED: ReadonlySet<string> = new Set([...STANDARD_FIELDS, ...X_FIELDS].map((name) => name.toLowerCase()))

/** Members that write a field which may not be set by its name. */
const BY_MEMBER: Readonly<Record<string, string>> = {
  from: 'from',
  'list-unsubscribe': 'unsubscribe',
  'list-unsubscribe-post': 'unsubscribe',
  'reply-to': 'replyTo',
  subject: 'subject',
  to: 'to',
}

const NAME = /^[a-z][a-z0-9-]{0,75}$/i
const OWN = new RegExp(`^${OWN_PREFIX}[a-z0-9]+(?:-[a-z0-9]+)*$`, 'i')

/** Reason why a tenant may not set this field, to follow its name, with what may be used instead; null if it may. */
export function headerRefusal(name: string): string | null {
  if (!NAME.test(name)) return 'is not a name of a header field: letters, digits and hyphens, at most 76'
  const lower = name.toLowerCase()
  if (ALLOWED.has(lower) || OWN.test(name)) return null
  const member = Object.hasOwn(BY_MEMBER, lower) ? BY_MEMBER[lower] : undefined
  if (member !== undefined) return `is written by the gateway: use \`${member}\``
  return `is not one of the fields that may be set: use \`${OWN_PREFIX}…\` for one of your own, or one that the description of \`headers\` lists`
}

/** True if a header line may hold the value: printable ASCII, no blank at either end. */
export const isHeaderValue = (value: string): boolean => /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)
