import * as z from 'zod'
import {
  type Attempt,
  CallbackRefused,
  type Connection,
  type Ports,
  type Provider,
  type Received,
  type Submission,
} from '#worker/domain/carriers/provider.ts'
import { openSettings } from '#worker/domain/carriers/settings.ts'
import { fitsScreen } from '#worker/domain/sessions/screen.ts'
import { SESSION_SETTINGS, sessionRules } from '#worker/domain/sessions/settings.ts'
import { MINUTE, SECOND } from '#worker/domain/time.ts'
import { timingSafeEqualText, toHex, utf8 } from '#worker/lib/bytes.ts'
import { hmac, importHmacKey } from '#worker/lib/hmac.ts'
import { callbackJson, callbackText } from '#worker/vendors/callback-body.ts'
import { askCarrier, throttled, unclearSubmission, unclearValue } from '#worker/vendors/carrier-answer.ts'
import type { UssdContent } from './content.ts'
import { dialectCall, pushAnswer, pushRefusal, receiptOf, reportsCall, turnOf } from './http-json-wire.ts'

/** Longest difference between our clock and the carrier's, in milliseconds: older signatures are not believed. */
const CLOCKS_APART = 5 * MINUTE

/**
 * The reference dialect of docs/ussd-dialect.md: JSON over HTTP, for operators and payment companies whose own protocols
 * are private and are brought to it by a small adapter. The dialect is ours, so nothing about it is unconfirmed.
 */
export const httpJson: Provider<UssdContent> = {
  name: 'http-json',
  settings: {
    url: {
      title: 'Push API',
      help: 'Where texts are pushed: `/push`, `/status` and `/health` below it. Without it the connection has sessions only.',
      kind: 'url',
      required: false,
    },
    token: { title: 'Bearer token', help: 'Sent with every call to the push API.', kind: 'secret', required: false },
    secret: {
      title: 'Signing secret',
      help: 'At least 16 characters. With it calls are signed both ways, and unsigned ones are refused.',
      kind: 'secret',
      required: false,
      pattern: '.{16,}',
    },
    ...SESSION_SETTINGS,
  },
  features: ['outbound', 'receipts', 'session'],
  batch: 1,
  echoesRef: true,
  callbackProof: 'path-secret',
  open(raw, ports) {
    const settings = openSettings(httpJson, raw)
    return connection(ports, {
      url: raw['url'] ? settings.url('url') : null,
      token: settings.optionalText('token'),
      secret: settings.optionalText('secret'),
      screenLength: sessionRules(raw).screenLength,
    })
  },
}

interface Account {
  readonly url: string | null
  readonly token: string
  readonly secret: string
  /** Septets that a screen of this carrier holds. */
  readonly screenLength: number
}

const signatureOf = async (secret: string, timestamp: string, body: string): Promise<string> =>
  toHex(await hmac(await importHmacKey(utf8(secret)), `${timestamp}.${body}`))

/** Throws if the body is not signed by the connection's secret, or at a time more than `CLOCKS_APART` away. */
async function demandSignature(secret: string, { headers }: Request, body: string, now: number): Promise<void> {
  const timestamp = headers.get('chapar-timestamp') ?? ''
  const isRecent = /^\d{1,12}$/.test(timestamp) && Math.abs(Number(timestamp) * SECOND - now) <= CLOCKS_APART
  const expected = await signatureOf(secret, timestamp, body)
  if (!timingSafeEqualText(expected, (headers.get('chapar-signature') ?? '').toLowerCase()) || !isRecent)
    throw new CallbackRefused(403, 'not signed by this carrier')
}

async function requestTo(
  { url, token, secret }: Account,
  ports: Ports,
  path: string,
  value: unknown,
): Promise<Request> {
  const body = JSON.stringify(value)
  const timestamp = String(Math.floor(ports.now() / SECOND))
  const headers = {
    'content-type': 'application/json',
    ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
    ...(secret === ''
      ? {}
      : { 'chapar-timestamp': timestamp, 'chapar-signature': await signatureOf(secret, timestamp, body) }),
  }
  return new Request(`${url}${path}`, { method: 'POST', headers, body })
}

const NO_URL: Submission = {
  outcome: 'deferred',
  failure: {
    code: 'connection-misconfigured',
    carrierCode: 'no-url',
    detail: 'This connection has no URL to push texts to.',
  },
}

/** Refuses a text that this carrier's screen would cut: channels know the longest screen, the connection its own. */
const TOO_LONG: Submission = {
  outcome: 'rejected',
  failure: { code: 'content-refused', detail: 'The text is longer than a screen of this carrier.' },
}

async function pushScreen(account: Account, ports: Ports, message: Attempt<UssdContent>): Promise<Submission> {
  if (account.url === null) return NO_URL
  const { ref, to, from, content, validUntil } = message
  if (!fitsScreen(content.text, account.screenLength)) return TOO_LONG
  const body = { ref, to, from, text: content.text, ...(validUntil === undefined ? {} : { validUntil }) }
  const answer = await askCarrier(ports, await requestTo(account, ports, '/push', body), pushAnswer)
  if (answer.kind !== 'value') return unclearSubmission(answer)
  if ('id' in answer.value && answer.status >= 200 && answer.status < 300)
    return { outcome: 'accepted', providerRef: answer.value.id }
  if (answer.status === 429) return throttled(answer.retryAfter)
  const refusal = 'error' in answer.value ? pushRefusal(answer.value.error, answer.retryAfter) : null
  return refusal ?? unclearValue(answer.status)
}

async function receive(account: Account, ports: Ports, request: Request): Promise<Received<UssdContent>> {
  const body = await callbackText(request)
  if (account.secret !== '') await demandSignature(account.secret, request, body, ports.now())
  const parsed = dialectCall.safeParse(callbackJson(body))
  if (!parsed.success) throw new CallbackRefused(400, 'not a call of this dialect')
  if ('reports' in parsed.data) return { receipts: parsed.data.reports.map((one) => receiptOf(one)), inbound: [] }
  return { receipts: [], inbound: [], turn: turnOf(parsed.data, ports.now()) }
}

const connection = (ports: Ports, account: Account): Connection<UssdContent> => ({
  submit: (messages) => Promise.all(messages.map((message) => pushScreen(account, ports, message))),
  receive: (request) => receive(account, ports, request),
  answer: (_, { text, ends }) => Response.json({ text, action: ends ? 'end' : 'continue' }),
  async query(attempts) {
    if (account.url === null) return []
    const request = await requestTo(account, ports, '/status', { refs: attempts.map(({ ref }) => ref) })
    const answer = await askCarrier(ports, request, reportsCall)
    if (answer.kind !== 'value' || answer.status !== 200)
      throw new Error('the carrier’s status answer was not readable')
    return answer.value.reports.map((one) => receiptOf(one))
  },
  async health() {
    if (account.url === null) return true
    const request = await requestTo(account, ports, '/health', {})
    const answer = await askCarrier(ports, request, z.object({ ok: z.literal(true) }))
    return answer.kind === 'value' && answer.status === 200
  },
})
