import * as z from 'zod'
import type { Failure, Ports, Submission } from '#worker/domain/carriers/provider.ts'
import { MOST_FILE_BYTES } from '#worker/domain/media.ts'
import { askCarrier, throttled, unclearSubmission, unclearValue } from './carrier-answer.ts'
import { refusalFor, refusalTable } from './refusal-table.ts'

/** Account at WhatsApp's Cloud API: https://developers.facebook.com/documentation/business-messaging/whatsapp. */
export interface WhatsappAccount {
  /** Origin and version: `https://graph.facebook.com/v23.0`. */
  readonly api: string
  readonly phoneNumberId: string
  readonly accessToken: string
}

/** Error code of a person who has stopped what this business advertises, by a switch of the network. */
export const STOPPED_ADVERTISING = 131050

/**
 * Error codes, as far as they are about messages:
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 */
const REFUSALS = refusalTable([
  {
    code: 'connection-misconfigured',
    detail: 'The account at the network is not set up rightly, or is restricted.',
    of: [0, 3, 10, 33, 190, 368, 130497, 131005, 131030, 131031, 131045, 131057, 133010],
  },
  { code: 'credit-exhausted', detail: 'The account at the network cannot be billed.', of: [131042] },
  {
    code: 'provider-throttled',
    detail: 'The network asks to slow down.',
    of: [4, 80007, 130429, 131048, 131056],
  },
  { code: 'recipient-invalid', detail: 'The network knows no such recipient.', of: [131021] },
  { code: 'recipient-unreachable', detail: 'The network cannot deliver to this recipient.', of: [131026] },
  {
    code: 'session-closed',
    detail: 'More than 24 hours have passed since the recipient’s last message: a template would be taken.',
    of: [131047],
  },
  {
    code: 'content-refused',
    detail: 'The network refused the content or the template.',
    of: [100, 131008, 131009, 131051, 131052, 131053, 132000, 132001, 132005, 132007, 132012, 132015, 132016],
  },
  { code: 'provider-refused', detail: 'The network refused the message.' },
  {
    code: 'not-delivered',
    detail: 'The network could not deliver the message.',
    // Codes of "chosen for an experiment", "to keep the ecosystem healthy", "has stopped marketing": none of them blocks
    // everything from this sender.
    of: [130472, 131049, STOPPED_ADVERTISING],
  },
])
/** Codes of WhatsApp's own failures and outages, which do not tell whether the message was taken. */
const UNCLEAR = new Set([1, 2, 131000, 131016])

/** Gives the failure that an error code stands for, `otherwise` if the table does not know it. */
export function whatsappFailure(code: number, otherwise: Parameters<typeof REFUSALS.make>[0]): Failure {
  const ofAccount = code >= 200 && code <= 299
  return (REFUSALS.find(code) ?? REFUSALS.make(ofAccount ? 'connection-misconfigured' : otherwise, String(code)))
    .failure
}

const graphError = z.object({ error: z.object({ code: z.int() }) })
const sendAnswer = z.union([
  z.object({
    messages: z.tuple([z.object({ id: z.string().min(1).max(300) })]),
    /** Recipient as WhatsApp knows them: digits, which need not be those that were written (Mexico, Argentina, Brazil). */
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
  if (status < 400 || status > 499 || UNCLEAR.has(code)) return unclearValue(status)
  const refused = refusalFor(failure)
  return code === STOPPED_ADVERTISING && refused.outcome === 'rejected'
    ? { ...refused, suppress: 'recipient' }
    : refused
}

/**
 * Headers that sign in. The user agent is there because the host of files refuses calls without one, and a Worker's `fetch`
 * sends none by itself.
 */
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
  if (status !== 200) return unclearValue(status)
  const known = value.contacts?.[0].wa_id
  return {
    outcome: 'accepted',
    providerRef: value.messages[0].id,
    ...(known === undefined || known === message['to'] ? {} : { alias: `whatsapp:+${known}` }),
  }
}

/** True if the token is good for this number. */
export async function isWhatsappAlive(ports: Ports, account: WhatsappAccount): Promise<boolean> {
  const request = new Request(`${account.api}/${account.phoneNumberId}?fields=id`, { headers: headersOf(account) })
  const answer = await askCarrier(ports, request, z.object({ id: z.string() }))
  return answer.kind === 'value' && answer.status === 200
}

/** URL at which a received file's address is asked for. */
export const whatsappFileUrl = ({ api }: WhatsappAccount, mediaId: string): string =>
  `${api}/${encodeURIComponent(mediaId)}`

/** Hosts that may see the token when a file is fetched from them. */
const FILE_HOSTS = /^(?:lookaside|[a-z0-9-]+\.lookaside)\.fbsbx\.com$/

/** Fetches what `whatsappFileUrl` names in two steps: its address (good for five minutes), then its bytes. */
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
