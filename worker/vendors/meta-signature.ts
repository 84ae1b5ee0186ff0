import { timingSafeEqualText, toHex, utf8 } from '#worker/lib/bytes.ts'
import { hmac, importHmacKey } from '#worker/lib/hmac.ts'

/**
 * Checks `X-Hub-Signature-256`: `sha256=` and the hex HMAC-SHA256 of the raw body under the app's secret.
 * https://developers.facebook.com/docs/graph-api/webhooks/getting-started
 */
export async function isMetaSignature(
  appSecret: string,
  header: string | null,
  body: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  if (header === null) return false
  const expected = toHex(await hmac(await importHmacKey(utf8(appSecret)), body))
  return timingSafeEqualText(header.trim().toLowerCase(), `sha256=${expected}`)
}

/** Answers the GET by which a webhook is registered with its challenge; null if the verify token is not ours. */
export function verifiedChallenge(url: string, verifyToken: string): Response | null {
  const query = new URL(url).searchParams
  const challenge = query.get('hub.challenge') ?? ''
  const isOurs = timingSafeEqualText(query.get('hub.verify_token') ?? '', verifyToken)
  // Echoes only the form of a challenge, never any other text.
  if (!isOurs || query.get('hub.mode') !== 'subscribe' || !/^[\w.-]{1,200}$/.test(challenge)) return null
  return new Response(challenge, { headers: { 'content-type': 'text/plain; charset=utf-8' } })
}
