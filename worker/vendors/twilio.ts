import type { Failure, FailureCode, SettingSpec } from '#worker/domain/carriers/provider.ts'
import { toBase64, utf8 } from '#worker/lib/bytes.ts'

/** What Twilio's products share: credentials, its error codes, and (twilio-signature.ts) the signature of its webhooks. */
export interface TwilioAccount {
  /** Without a slash at the end. */
  readonly url: string
  readonly accountSid: string
  readonly authToken: string
  /** API key and its secret; empty: the account's own token signs in. */
  readonly keySid: string
  readonly keySecret: string
}

/** What an operator fills in for an account, whatever it sends. */
export const twilioSettings = {
  accountSid: {
    title: 'Account SID',
    help: 'Console → Account info.',
    kind: 'text',
    required: true,
    pattern: 'AC[0-9a-f]{32}',
  },
  authToken: {
    title: 'Auth token',
    help: 'Console → Account info. Signs callbacks, and signs in unless an API key is set.',
    kind: 'secret',
    required: true,
    pattern: '[\\x21-\\x7e]{5,128}',
  },
  keySid: {
    title: 'API key SID',
    help: 'Signs in instead of the auth token; needs the API key secret too.',
    kind: 'text',
    required: false,
    pattern: 'SK[0-9a-f]{32}',
  },
  keySecret: { title: 'API key secret', help: 'Belongs to the API key SID.', kind: 'secret', required: false },
  url: {
    title: 'API',
    help: 'Origin of the API, for another region or a relay.',
    kind: 'url',
    required: false,
    default: 'https://api.twilio.com',
  },
} satisfies Readonly<Record<string, SettingSpec>>

/** A call of the account's REST API, form-encoded; `path` begins behind the account. */
export function twilioRequest(account: TwilioAccount, path: string, form?: URLSearchParams): Request {
  const [user, password] = account.keySid
    ? [account.keySid, account.keySecret]
    : [account.accountSid, account.authToken]
  return new Request(`${account.url}/2010-04-01/Accounts/${encodeURIComponent(account.accountSid)}${path}`, {
    method: form ? 'POST' : 'GET',
    headers: { authorization: `Basic ${toBase64(utf8(`${user}:${password}`))}`, accept: 'application/json' },
    ...(form ? { body: form } : {}),
  })
}

interface TwilioVerdict {
  readonly outcome: 'rejected' | 'deferred'
  readonly failure: Failure
}

const DETAILS = {
  'connection-misconfigured': 'The account at the carrier does not allow this.',
  'credit-exhausted': 'The account at the carrier has no credit left.',
  'provider-throttled': 'The carrier asks to slow down.',
  'recipient-invalid': 'The carrier does not know this recipient.',
  'recipient-blocked': 'The recipient has opted out of messages from this sender.',
  'recipient-unreachable': 'The recipient cannot be reached.',
  'sender-refused': 'The carrier does not let this sender be used.',
  'content-refused': 'The carrier refuses this text.',
  'validity-expired': 'The validity ended before the message was delivered.',
  'provider-refused': 'The carrier refuses this message.',
  'not-delivered': 'The carrier could not deliver the message.',
} as const satisfies Partial<Record<FailureCode, string>>
type KnownCode = keyof typeof DETAILS

/** https://www.twilio.com/docs/api/errors; codes of the REST answer (2xxxx) and of reports (3xxxx). */
const CODES: Readonly<Record<number, KnownCode>> = {
  10004: 'provider-throttled',
  14107: 'provider-throttled',
  20003: 'connection-misconfigured',
  20005: 'connection-misconfigured',
  20404: 'connection-misconfigured',
  20429: 'provider-throttled',
  21211: 'recipient-invalid',
  21214: 'recipient-invalid',
  21217: 'recipient-invalid',
  21265: 'recipient-invalid',
  21614: 'recipient-invalid',
  21408: 'connection-misconfigured',
  21609: 'connection-misconfigured',
  21610: 'recipient-blocked',
  21611: 'provider-throttled',
  21612: 'recipient-unreachable',
  21210: 'sender-refused',
  21212: 'sender-refused',
  21213: 'sender-refused',
  21215: 'connection-misconfigured',
  21216: 'connection-misconfigured',
  21219: 'connection-misconfigured',
  21603: 'sender-refused',
  21606: 'sender-refused',
  21659: 'sender-refused',
  21660: 'sender-refused',
  21602: 'content-refused',
  21617: 'content-refused',
  30001: 'provider-throttled',
  30002: 'connection-misconfigured',
  30003: 'recipient-unreachable',
  30004: 'recipient-unreachable',
  30005: 'recipient-invalid',
  30006: 'recipient-unreachable',
  30007: 'content-refused',
  30008: 'not-delivered',
  30032: 'sender-refused',
  30034: 'sender-refused',
  30036: 'validity-expired',
}
/** Not the tenant's fault: the next connection of the route may carry the message. */
const DEFERRED: ReadonlySet<KnownCode> = new Set(['connection-misconfigured', 'credit-exhausted', 'provider-throttled'])

/** The failure that an error code stands for, `otherwise` if the table does not know it. */
export function twilioFailure(code: number, otherwise: KnownCode): Failure {
  const known = CODES[code] ?? otherwise
  return { code: known, carrierCode: String(code), detail: DETAILS[known] }
}

/**
 * What an error answer proves, null if nothing (5xx: the message may have been taken). A 4xx with a code is Twilio's own
 * refusal: the account's faults are `deferred`, so that another connection carries the message.
 */
export function twilioVerdict(status: number, code: number): TwilioVerdict | null {
  if (status < 400 || status > 499) return null
  const byStatus =
    status === 429 ? 'provider-throttled' : status === 400 ? 'provider-refused' : 'connection-misconfigured'
  const failure = twilioFailure(code, byStatus)
  const outcome = DEFERRED.has(failure.code as KnownCode) ? 'deferred' : 'rejected'
  return { outcome, failure }
}
