import { fromBase64, joinBytes, toBase64, utf8 } from '#worker/lib/bytes.ts'
import { hmac, importHmacKey } from '#worker/lib/hmac.ts'

/** Prefix of a secret. Signing follows https://github.com/standard-webhooks/standard-webhooks, symmetric scheme `v1`. */
const PREFIX = 'whsec_'
/** Length of a new secret; the specification allows 24 to 64 bytes. */
const SECRET_BYTES = 32

/** A new secret: `whsec_` and random bytes as base64. */
export const newSecret = (): string => PREFIX + toBase64(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)))

/** The HMAC key of a `whsec_` secret; throws if the text is no such secret. */
export function importSecret(secret: string): Promise<CryptoKey> {
  const bytes = secret.startsWith(PREFIX) ? fromBase64(secret.slice(PREFIX.length)) : null
  if (!bytes || bytes.length < 24 || bytes.length > 64) throw new Error('not a webhook secret')
  return importHmacKey(bytes)
}

interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
}

/** Signs `body` with every key (there are two while a secret rotates). `timestamp` is the time of this attempt, in seconds. */
export async function signed(
  keys: readonly CryptoKey[],
  id: string,
  timestamp: number,
  body: Uint8Array<ArrayBuffer>,
): Promise<SignedRequest> {
  const content = joinBytes([utf8(`${id}.${timestamp}.`), body])
  const signatures = await Promise.all(keys.map(async (key) => `v1,${toBase64(await hmac(key, content))}`))
  return {
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatures.join(' '),
    },
    body,
  }
}
