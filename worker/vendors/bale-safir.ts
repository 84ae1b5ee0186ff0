import * as z from 'zod'
import type { Ports, Submission } from '#worker/domain/carriers/provider.ts'
import { toHex } from '#worker/lib/bytes.ts'
import { sha256 } from '#worker/lib/hmac.ts'
import { askCarrier, throttled, unclearSubmission, unclearValue } from './carrier-answer.ts'
import { refusalFor, refusalTable } from './refusal-table.ts'

/** Account of Bale's Safir, which sends messages to phone numbers: https://docs.bale.ai/safir, version 3. */
export interface SafirAccount {
  /** Base URL without a slash at the end. */
  readonly url: string
  readonly accessKey: string
}

/** Milliseconds for a call that carries a file. */
const UPLOAD_MS = 60_000

/** Business error: it comes with 200, in a list of one for one recipient. */
const fault = z.object({ code: z.int() })
const sendAnswer = z.object({
  message_id: z.string().max(300).nullish(),
  error_data: z.array(fault).max(100).nullish(),
})
const uploadAnswer = z.object({ file_id: z.string().min(1).max(1_000) })

/** Codes of `error_data`, and HTTP statuses in whoever's words. Code 3, the rate limit, is read by `RATE_LIMIT`. */
const ROWS = [
  {
    code: 'connection-misconfigured',
    detail: 'The network does not let this account do that.',
    of: [21, 'http-401', 'http-403'],
  },
  { code: 'credit-exhausted', detail: 'The account at the network has no credit left.', of: [20, 'http-402'] },
  { code: 'content-refused', detail: 'The network refused the content.', of: [4] },
  { code: 'recipient-invalid', detail: 'The network knows nobody of this phone number.', of: [8, 17] },
  { code: 'provider-refused', detail: 'The network refused the message.' },
] as const
const REFUSALS = refusalTable(ROWS)
/** Refusals of an upload: beside the others, a file that is too large or of a kind that is never taken. */
const UPLOAD_REFUSALS = refusalTable([
  ...ROWS,
  { code: 'content-refused', detail: 'The network refused the content.', of: ['http-413', 'http-415'] },
])
const RATE_LIMIT = 3
/** Code of a failure of Safir itself, which proves nothing. */
const OWN_FAILURE = 2
const NOT_TAKEN = refusalFor({ code: 'provider-unavailable', detail: 'The network did not take the file.' })

/** Makes the dedupe key of an attempt in the form of a UUID: how long a key may be is not documented. */
export async function requestIdOf(ref: string): Promise<string> {
  const hex = toHex((await sha256(ref)).subarray(0, 16))
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

const headersOf = ({ accessKey }: SafirAccount) => ({ 'api-access-key': accessKey, accept: 'application/json' })

/** Sends one message. Safir does not send a known `request_id` twice. */
export async function sendBySafir(
  ports: Ports,
  account: SafirAccount,
  message: Readonly<Record<string, unknown>>,
): Promise<Submission> {
  const request = new Request(`${account.url}/api/v3/send_message`, {
    method: 'POST',
    headers: { ...headersOf(account), 'content-type': 'application/json' },
    body: JSON.stringify(message),
  })
  const answer = await askCarrier(ports, request, sendAnswer)
  // The status alone proves a refusal: Safir's gateway may refuse a key in words of its own.
  const byStatus = answer.kind === 'silent' ? null : REFUSALS.find(`http-${answer.status}`)
  if (byStatus) return byStatus
  if (answer.kind !== 'value') return unclearSubmission(answer)
  const code = answer.value.error_data?.[0]?.code
  if (code === RATE_LIMIT || answer.status === 429) return throttled(answer.retryAfter, String(code ?? 'http-429'))
  const unclear = unclearValue(answer.status)
  if (code === OWN_FAILURE || answer.status >= 500) return unclear
  if (code !== undefined) return REFUSALS.find(code) ?? REFUSALS.make('provider-refused', String(code))
  const id = answer.value.message_id
  return answer.status === 200 && id ? { outcome: 'accepted', providerRef: id } : unclear
}

/**
 * Uploads a file; gives its id, or the outcome of a message whose file was not taken. An upload alone sends nothing, so no
 * failure is unclear.
 */
export async function uploadToSafir(
  ports: Ports,
  account: SafirAccount,
  file: Blob,
  name: string,
): Promise<string | Submission> {
  const form = new FormData()
  form.set('file', file, name)
  const request = new Request(`${account.url}/api/v3/upload_file`, {
    method: 'POST',
    headers: headersOf(account),
    body: form,
  })
  const answer = await askCarrier(ports, request, uploadAnswer, { timeoutMs: UPLOAD_MS })
  if (answer.kind === 'value' && answer.status === 200) return answer.value.file_id
  if (answer.kind === 'silent') return NOT_TAKEN
  if (answer.status === 429) return throttled(answer.retryAfter)
  return UPLOAD_REFUSALS.find(`http-${answer.status}`) ?? NOT_TAKEN
}
