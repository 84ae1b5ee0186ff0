import type { Failure, Ports, Submission } from '#worker/domain/carriers/provider.ts'
import type { VapidKeys } from '#worker/domain/device.ts'
import type { EpochMs, Seconds } from '#worker/domain/time.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { isUnreached, retryAfterOf, silenceOf, throttled, unclearSubmission } from './carrier-answer.ts'
import { signVapid } from './web-push-crypto.ts'

/** A push service takes tokens of a day (RFC 8292 2); half of it leaves room for clocks. */
const TOKEN_SECONDS = 12 * 3_600
/** A token is signed anew when it has this long to live. */
const TOKEN_REST = 3_600
const tokens = new BoundedMap<string, { readonly token: string; readonly exp: number }>(5_000)

/** The `Authorization` of a tenant towards one push service; signed once for many messages. */
export async function vapidHeader(
  { publicKey, privateKey }: VapidKeys,
  origin: string,
  contact: string,
  now: EpochMs,
): Promise<string> {
  const name = `${publicKey} ${origin} ${contact}`
  const seconds = Math.floor(now / 1_000)
  const known = tokens.get(name)
  // One that lives too long was made by a clock that has been set back since.
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
  /** Stands for theirs where the service names none. */
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

/** The service's own name of the message, without the URL that would let its holder recall it. */
function messageName(response: Response, ref: string): string {
  const name = response.headers.get('location')?.split('/').at(-1) ?? ''
  return /^[\x21-\x7e]{1,200}$/.test(name) ? name : ref
}

const DETAILS = {
  'recipient-unregistered': 'The push service knows this subscription no more.',
  'content-refused': 'The push service refuses a message of this size.',
  'sender-refused': 'The push service refuses the key: the subscription was made with another one.',
  'provider-refused': 'The push service refuses this message.',
} as const

/**
 * What an answer proves (RFC 8030 5, 8292 4.2; autopush: https://mozilla-services.github.io/autopush-rs/errors.html).
 * 406 is how WNS is said to throttle, which no document confirms here. No service drops a repeat, and one that answers 5xx
 * may have stored the message: that stays unknown.
 */
function verdictOf(status: number): keyof typeof DETAILS | 'slow' | null {
  if (status === 404 || status === 410) return 'recipient-unregistered'
  if (status === 413) return 'content-refused'
  if (status === 401 || status === 403) return 'sender-refused'
  if (status === 429 || status === 406) return 'slow'
  return status >= 400 && status < 500 && status !== 408 ? 'provider-refused' : null
}

function pushOutcome(response: Response, ref: string, now: EpochMs): Submission {
  const { status } = response
  if (status === 201 || status === 202) return { outcome: 'accepted', providerRef: messageName(response, ref) }
  const verdict = verdictOf(status)
  if (verdict === null) return unclearSubmission({ kind: 'unreadable', status, unreached: isUnreached(response) })
  if (verdict === 'slow') return throttled(retryAfterOf(response.headers, now), `http-${status}`)
  const failure: Failure = { code: verdict, carrierCode: `http-${status}`, detail: DETAILS[verdict] }
  return { outcome: 'rejected', failure }
}

/** Gives one message to its push service; never throws for what the service does. */
export async function deliver(ports: Ports, message: PushMessage): Promise<Submission> {
  try {
    const response = await ports.guarded(pushRequest(message), { maxBytes: 100_000 })
    return pushOutcome(response, message.ref, ports.now())
  } catch (error) {
    return { outcome: 'unknown', failure: silenceOf(error) }
  }
}
