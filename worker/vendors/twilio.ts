import * as z from 'zod'
import type { Failure, PastAttempt, Ports, Receipt, SettingSpec, Submission } from '#worker/domain/carriers/provider.ts'
import type { OpenSettings } from '#worker/domain/carriers/settings.ts'
import { toBase64, utf8 } from '#worker/lib/bytes.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import { askCarrier, throttled, unclearSubmission, unclearValue } from './carrier-answer.ts'
import { type Refusal, refusalFor, refusalTable } from './refusal-table.ts'

/** Account at Twilio, the same for all products. */
export interface TwilioAccount {
  /** Base URL without a slash at the end. */
  readonly url: string
  readonly accountSid: string
  readonly authToken: string
  /** API key and its secret; empty: the account's own token signs in. */
  readonly keySid: string
  readonly keySecret: string
}

/** Settings of an account, the same for every channel. */
export const twilioSettings = {
  accountSid: {
    title: 'Account SID',
    help: 'Console → Account info.',
    kind: 'text',
    required: true,
    pattern: 'AC[0-9a-fA-F]{32}',
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
    pattern: 'SK[0-9a-fA-F]{32}',
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

/** Reads the account of a connection; throws if an API key lacks its secret, or a secret its key. */
export function twilioAccount(settings: OpenSettings): TwilioAccount {
  const keySid = settings.optionalText('keySid')
  const keySecret = settings.optionalText('keySecret')
  if ((keySid === '') !== (keySecret === ''))
    throw new Error('settings of twilio: keySid and keySecret belong together')
  return {
    url: settings.url('url'),
    accountSid: settings.text('accountSid'),
    authToken: settings.text('authToken'),
    keySid,
    keySecret,
  }
}

/** Makes a call of the account's REST API, form-encoded; `path` begins behind the account. */
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

/** Error codes of REST answers (2xxxx) and of reports (3xxxx): https://www.twilio.com/docs/api/errors */
const REFUSALS = refusalTable([
  {
    code: 'connection-misconfigured',
    detail: 'The account at the carrier does not allow this.',
    of: [20003, 20005, 20404, 21215, 21216, 21219, 21408, 21609, 30002],
  },
  {
    code: 'provider-throttled',
    detail: 'The carrier asks to slow down.',
    of: [10004, 14107, 20429, 21611, 30001],
  },
  {
    code: 'recipient-invalid',
    detail: 'The carrier does not know this recipient.',
    of: [21211, 21214, 21217, 21265, 21614, 30005],
  },
  { code: 'recipient-blocked', detail: 'The recipient has opted out of messages from this sender.', of: [21610] },
  { code: 'recipient-unreachable', detail: 'The recipient cannot be reached.', of: [21612, 30003, 30004, 30006] },
  {
    code: 'sender-refused',
    detail: 'The carrier does not let this sender be used.',
    of: [21210, 21212, 21213, 21603, 21606, 21659, 21660, 30032, 30034],
  },
  { code: 'content-refused', detail: 'The carrier refuses this text.', of: [21602, 21617, 30007] },
  { code: 'validity-expired', detail: 'The validity ended before the message was delivered.', of: [30036] },
  { code: 'provider-refused', detail: 'The carrier refuses this message.' },
  { code: 'not-delivered', detail: 'The carrier could not deliver the message.', of: [30008] },
])

/** Gives the failure that an error code stands for, `otherwise` if the table does not know it. */
export const twilioFailure = (code: number, otherwise: Parameters<typeof REFUSALS.make>[0]): Failure =>
  (REFUSALS.find(code) ?? REFUSALS.make(otherwise, String(code))).failure

/**
 * Gives the outcome that an error answer proves; null if none (5xx: the message may have been taken). A 4xx with a code is
 * Twilio's own refusal.
 */
function twilioRefusal(status: number, code: number): Refusal | null {
  if (status < 400 || status > 499) return null
  return refusalFor(twilioFailure(code, status === 400 ? 'provider-refused' : 'connection-misconfigured'))
}

const errorAnswer = z.object({ code: z.int(), status: z.int() })

/** Makes the schema of answers to a create and to a read: the resource, or an error. Once a resource, because that is slow. */
export const twilioAnswer = <Made>(made: z.ZodType<Made>) =>
  z.union([made.transform((value) => ({ made: value })), errorAnswer.transform((error) => ({ error }))])

/** Resource that a submit creates: a message or a call. */
export interface TwilioResource<Made> {
  /** Path behind the account: `/Messages`. */
  readonly path: string
  readonly sid: RegExp
  readonly answer: ReturnType<typeof twilioAnswer<Made>>
  readonly submissionOf: (made: Made) => Submission
  /** Translates the resource's status; null: no news. */
  readonly stateOf: (made: Made) => Pick<Receipt, 'status' | 'failure'> | null
}

/** Creates a resource; gives the outcome as far as the answer proves one. */
export async function createByTwilio<Made>(
  ports: Ports,
  account: TwilioAccount,
  resource: TwilioResource<Made>,
  form: URLSearchParams,
): Promise<Submission> {
  const request = twilioRequest(account, `${resource.path}.json`, form)
  const answer = await askCarrier(ports, request, resource.answer)
  if (answer.kind !== 'value') return unclearSubmission(answer)
  const { status, value } = answer
  if ('made' in value) return status < 300 ? resource.submissionOf(value.made) : unclearValue(status)
  if (status === 429) return throttled(answer.retryAfter, String(value.error.code))
  return twilioRefusal(status, value.error.code) ?? unclearValue(status)
}

/** Asks what became of attempts by their SIDs: the API's list is searched by number and day only, which names no attempt. */
export async function queryTwilio<Made>(
  ports: Ports,
  account: TwilioAccount,
  resource: TwilioResource<Made>,
  attempts: readonly PastAttempt[],
): Promise<readonly Receipt[]> {
  const known = attempts.filter(({ providerRef }) => resource.sid.test(providerRef ?? ''))
  const found = await mapLimited(known, OPEN_CONNECTIONS, async ({ ref, providerRef }): Promise<Receipt | null> => {
    const request = twilioRequest(account, `${resource.path}/${providerRef}.json`)
    const answer = await askCarrier(ports, request, resource.answer)
    if (answer.kind !== 'value') throw new Error('the carrier’s status answer was not readable')
    const state = 'made' in answer.value ? resource.stateOf(answer.value.made) : null
    return state && { attemptRef: ref, ...state }
  })
  return found.filter((receipt) => receipt !== null)
}

/** True if the account's sign-in works. */
export async function isTwilioAlive(ports: Ports, account: TwilioAccount): Promise<boolean> {
  const answer = await askCarrier(ports, twilioRequest(account, '.json'), z.object({ sid: z.string() }))
  return answer.kind === 'value' && answer.status === 200
}
