import type { Ports, Submission } from '#worker/domain/carriers/provider.ts'
import type { VapidKeys } from '#worker/domain/device.ts'
import type { EpochMs, Seconds } from '#worker/domain/time.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { isUnreached, retryAfterOf, silenceOf, unclearSubmission } from './carrier-answer.ts'
import { refusalTable } from './refusal-table.ts'
import { signVapid } from './web-push-crypto.ts'

/**
 * Seconds that a token is good for: half of the day that a push service allows (RFC 8292 2), which leaves room for clocks.
 */
const TOKEN_SECONDS = 12 * 3_600
/** Seconds of life left at which another token is signed. */
const TOKEN_REST = 3_600
const tokens = new BoundedMap<string, { readonly token: string; readonly exp: number }>(5_000)

/** Gives the `Authorization` of a tenant towards one push service; one signature serves many messages. */
export async function vapidHeader(
  { publicKey, privateKey }: VapidKeys,
  origin: string,
  contact: string,
  now: EpochMs,
): Promise<string> {
  const name = `${publicKey} ${origin} ${contact}`
  const seconds = Math.floor(now / 1_000)
  const known = tokens.get(name)
  // A token that lives too long was made by a clock that has been set back since.
  const isGood = known && known.exp - seconds > TOKEN_REST && known.exp - seconds <= TOKEN_SECONDS
  const exp = isGood ? known.exp : seconds + TOKEN_SECONDS
  const token = isGood ? known.token : await signVapid(privateKey, { aud: origin, exp, sub: contact })
  if (!isGood) tokens.set(name, { token, exp })
  return `vapid t=${token}, k=${publicKey}`
}

interface PushMessage {
  readonly endpoint: string
  readonly authorization: string
  readonly body: Uint8Array<ArrayBuffer>
  readonly ttl: Seconds
  readonly urgency: string
  readonly topic: string | undefined
  /** Our ref, used where the service names the message by nothing of its own. */
  readonly ref: string
}

const pushRequest = ({ endpoint, authorization, body, ttl, urgency, topic }: PushMessage): Request =>
  new Request(endpoint, {
    method: 'POST',
    headers: {
      authorization,
      'content-encoding': 'aes128gcm',
      'content-type': 'application/octet-stream',
      ttl: String(ttl),
      urgency,
      ...(topic === undefined ? {} : { topic }),
    },
    body,
  })

/** Gives the service's own name of the message, without the URL that would let its holder recall it. */
function messageName(response: Response, ref: string): string {
  const name = response.headers.get('location')?.split('/').at(-1) ?? ''
  return /^[\x21-\x7e]{1,200}$/.test(name) ? name : ref
}

/**
 * Refusals by status (RFC 8030 5, 8292 4.2; autopush: https://mozilla-services.github.io/autopush-rs/errors.html). 406 is
 * how WNS is said to throttle, which no document confirms here. No service drops a repeat, and one that answers 5xx may
 * have stored the message: that stays unknown.
 */
const REFUSALS = refusalTable([
  {
    code: 'recipient-unregistered',
    detail: 'The push service knows this subscription no more.',
    of: ['http-404', 'http-410'],
  },
  { code: 'content-refused', detail: 'The push service refuses a message of this size.', of: ['http-413'] },
  {
    code: 'sender-refused',
    detail: 'The push service refuses the key: the subscription was made with another one.',
    of: ['http-401', 'http-403'],
  },
  { code: 'provider-throttled', detail: 'The carrier asks to slow down.', of: ['http-406', 'http-429'] },
  { code: 'provider-refused', detail: 'The push service refuses this message.' },
])

/** True for any other 4xx, which refuses the message too. 408 is a time-out, of which nothing is certain. */
const isRefused = (status: number): boolean => status >= 400 && status < 500 && status !== 408

function pushOutcome(response: Response, ref: string, now: EpochMs): Submission {
  const { status } = response
  if (status === 201 || status === 202) return { outcome: 'accepted', providerRef: messageName(response, ref) }
  const carrierCode = `http-${status}`
  const known = REFUSALS.find(carrierCode, retryAfterOf(response.headers, now))
  if (known) return known
  return isRefused(status)
    ? REFUSALS.make('provider-refused', carrierCode)
    : unclearSubmission({ kind: 'unreadable', status, unreached: isUnreached(response) })
}

/** Gives one message to its push service; never throws for what the service does. */
export async function sendPush(ports: Ports, message: PushMessage): Promise<Submission> {
  try {
    const response = await ports.guarded(pushRequest(message), { maxBytes: 100_000 })
    return pushOutcome(response, message.ref, ports.now())
  } catch (error) {
    return { outcome: 'unknown', failure: silenceOf(error) }
  }
}
