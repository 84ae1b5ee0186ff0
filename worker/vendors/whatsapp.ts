import * as z from 'zod'
import type { Failure, FailureCode, Ports, Submission } from '#worker/domain/carriers/provider.ts'
import { MOST_FILE_BYTES } from '#worker/domain/media.ts'
import { askCarrier, throttled, unclearSubmission } from './carrier-answer.ts'

/** WhatsApp's Cloud API: https://developers.facebook.com/documentation/business-messaging/whatsapp. */
export interface WhatsappAccount {
  /** Origin and version: `https://graph.facebook.com/v23.0`. */
  readonly api: string
  readonly phoneNumberId: string
  readonly accessToken: string
}

const DETAILS = {
  'connection-misconfigured': 'The account at the network is not set up rightly, or is restricted.',
  'credit-exhausted': 'The account at the network cannot be billed.',
  'provider-throttled': 'The network asks to slow down.',
  'recipient-invalid': 'The network knows no such recipient.',
  'recipient-unreachable': 'The network cannot deliver to this recipient.',
  'session-closed': 'More than 24 hours have passed since the recipient’s last message: a template would be taken.',
  'content-refused': 'The network refused the content or the template.',
  'provider-refused': 'The network refused the message.',
  'not-delivered': 'The network could not deliver the message.',
} as const satisfies Partial<Record<FailureCode, string>>
type KnownCode = keyof typeof DETAILS

/** https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes, as far as it is about messages. */
const CODES: Readonly<Record<number, KnownCode>> = {
  0: 'connection-misconfigured',
  3: 'connection-misconfigured',
  4: 'provider-throttled',
  10: 'connection-misconfigured',
  33: 'connection-misconfigured',
  100: 'content-refused',
  190: 'connection-misconfigured',
  368: 'connection-misconfigured',
  80007: 'provider-throttled',
  130429: 'provider-throttled',
  // "Chosen for an experiment", "to keep the ecosystem healthy", "has stopped marketing": no block of everything from here.
  130472: 'not-delivered',
  131049: 'not-delivered',
  131050: 'not-delivered',
  130497: 'connection-misconfigured',
  131005: 'connection-misconfigured',
  131008: 'content-refused',
  131009: 'content-refused',
  131021: 'recipient-invalid',
  131026: 'recipient-unreachable',
  131030: 'connection-misconfigured',
  131031: 'connection-misconfigured',
  131042: 'credit-exhausted',
  131045: 'connection-misconfigured',
  131047: 'session-closed',
  131048: 'provider-throttled',
  131051: 'content-refused',
  131052: 'content-refused',
  131053: 'content-refused',
  131056: 'provider-throttled',
  131057: 'connection-misconfigured',
  132000: 'content-refused',
  132001: 'content-refused',
  132005: 'content-refused',
  132007: 'content-refused',
  132012: 'content-refused',
  132015: 'content-refused',
  132016: 'content-refused',
  133010: 'connection-misconfigured',
}
/** Its own failures and outages: they say nothing of whether the message was taken. */
const UNCLEAR = new Set([1, 2, 131000, 131016])
/** Not the tenant's fault: the next connection of the route may carry the message. */
const DEFERRED: ReadonlySet<KnownCode> = new Set(['connection-misconfigured', 'credit-exhausted'])

/** The failure that an error code stands for, `otherwise` if the table does not know it. */
export function whatsappFailure(code: number, otherwise: KnownCode): Failure {
  const known = CODES[code] ?? (code >= 200 && code <= 299 ? 'connection-misconfigured' : otherwise)
  return { code: known, carrierCode: String(code), detail: DETAILS[known] }
}

const graphError = z.object({ error: z.object({ code: z.int() }) })
const sendAnswer = z.union([
  z.object({
    messages: z.tuple([z.object({ id: z.string().min(1).max(300) })]),
    /** Whom it takes the recipient for: digits, which need not be those that were written (Mexico, Argentina, Brazil). */
    contacts: z
      .tuple([z.object({ wa_id: z.string().regex(/^\d{5,20}$/) })])
      .optional()
      .catch(undefined),
  }),
  graphError,
])

function refusal(status: number, code: number, retryAfter: number | undefined): Submission {
  const byStatus = status === 401 || status === 403 ? 'connection-misconfigured' : 'provider-refused'
  const failure = whatsappFailure(code, byStatus)
  if (status === 429 || failure.code === 'provider-throttled') return throttled(retryAfter, String(code))
  if (status < 400 || status > 499 || UNCLEAR.has(code))
    return unclearSubmission({ kind: 'unreadable', status, unreached: false })
  return { outcome: DEFERRED.has(failure.code as KnownCode) ? 'deferred' : 'rejected', failure }
}

/** The host of files refuses calls without a user agent, and a Worker's `fetch` sends none by itself. */
const identityOf = ({ accessToken }: WhatsappAccount) => ({
  authorization: `Bearer ${accessToken}`,
  'user-agent': 'Chapar/1',
})

const headersOf = (account: WhatsappAccount) => ({ ...identityOf(account), accept: 'application/json' })

/** Sends one message. */
export async function sendByWhatsapp(
  ports: Ports,
  account: WhatsappAccount,
  message: Readonly<Record<string, unknown>>,
): Promise<Submission> {
  const request = new Request(`${account.api}/${account.phoneNumberId}/messages`, {
    method: 'POST',
    headers: { ...headersOf(account), 'content-type': 'application/json' },
    body: JSON.stringify(message),
  })
  const answer = await askCarrier(ports, request, sendAnswer)
  if (answer.kind !== 'value') return unclearSubmission(answer)
  const { value, status, retryAfter } = answer
  if ('error' in value) return refusal(status, value.error.code, retryAfter)
  if (status !== 200) return unclearSubmission({ kind: 'unreadable', status, unreached: false })
  const known = value.contacts?.[0].wa_id
  return {
    outcome: 'accepted',
    providerRef: value.messages[0].id,
    ...(known === undefined || known === message['to'] ? {} : { alias: `whatsapp:+${known}` }),
  }
}

/** Is the token good for this number? */
export async function isWhatsappAlive(ports: Ports, account: WhatsappAccount): Promise<boolean> {
  const request = new Request(`${account.api}/${account.phoneNumberId}?fields=id`, { headers: headersOf(account) })
  const answer = await askCarrier(ports, request, z.object({ id: z.string() }))
  return answer.kind === 'value' && answer.status === 200
}

/** Where a received file's address is asked for. */
export const whatsappFileUrl = ({ api }: WhatsappAccount, mediaId: string): string =>
  `${api}/${encodeURIComponent(mediaId)}`

/** Hosts that may see the token when a file is fetched from them. */
const FILE_HOSTS = /^(?:lookaside|[a-z0-9-]+\.lookaside)\.fbsbx\.com$/

/** Fetches what `whatsappFileUrl` names, in two steps: its address (good for five minutes), then its bytes. */
export async function downloadFromWhatsapp(ports: Ports, account: WhatsappAccount, fileUrl: string): Promise<Response> {
  if (!fileUrl.startsWith(`${account.api}/`)) throw new Error('the file is not one of this account’s')
  const answer = await askCarrier(
    ports,
    new Request(fileUrl, { headers: headersOf(account) }),
    z.object({ url: z.url() }),
  )
  if (answer.kind !== 'value' || answer.status !== 200) throw new Error('the network did not say where the file is')
  const url = new URL(answer.value.url)
  if (url.protocol !== 'https:' || url.port !== '' || !FILE_HOSTS.test(url.hostname))
    throw new Error('the file lies on a host that is not known')
  const request = new Request(url, { headers: identityOf(account) })
  return ports.http(request, { timeoutMs: 30_000, maxBytes: MOST_FILE_BYTES })
}
