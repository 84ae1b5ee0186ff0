import { fromBase64, toBase64, utf8 } from '#worker/lib/bytes.ts'
import { hmac, importHmacKey } from '#worker/lib/hmac.ts'

/** Signing as https://github.com/standard-webhooks/standard-webhooks says, symmetric scheme `v1`. */
const PREFIX = 'whsec_'
/** Within the specification's 24 … 64. */
const SECRET_BYTES = 32

export const newSecret = (): string => PREFIX + toBase64(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)))

/** The HMAC key of a `whsec_` secret; throws if the text is none. */
export function importSecret(secret: string): Promise<CryptoKey> {
  const bytes = secret.startsWith(PREFIX) ? fromBase64(secret.slice(PREFIX.length)) : null
  if (!bytes || bytes.length < 24 || bytes.length > 64) throw new Error('not a webhook secret')
  return importHmacKey(bytes)
}

interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
}

/** Signs `body` with every key (two live while a secret rotates). `timestamp` is in seconds and of this attempt. */
export async function signed(
  keys: readonly CryptoKey[],
  id: string,
  timestamp: number,
  body: string,
): Promise<SignedRequest> {
  const head = `${id}.${timestamp}.`
  // Encoded once: the head is ASCII, so its length is that of its bytes.
  const content = utf8(head + body)
  const signatures = await Promise.all(keys.map(async (key) => `v1,${toBase64(await hmac(key, content))}`))
  return {
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatures.join(' '),
    },
    body: content.subarray(head.length),
  }
}
