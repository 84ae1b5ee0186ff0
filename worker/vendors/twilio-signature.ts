import { CallbackRefused } from '#worker/domain/carriers/provider.ts'
import { timingSafeEqualText, toBase64, toHex, utf8 } from '#worker/lib/bytes.ts'
import { hmac, importHmacKey, sha256 } from '#worker/lib/hmac.ts'
import { callbackText, parseForm } from './callback-body.ts'

/**
 * Text that is signed for a form: the URL, then every name and value, sorted by name; doubles of a name once each, sorted.
 */
function signedText(url: string, params: URLSearchParams): string {
  const names = [...new Set(params.keys())].sort()
  let text = url
  for (const name of names) for (const value of [...new Set(params.getAll(name))].sort()) text += name + value
  return text
}

/** Forms of the URL that Twilio may have signed: its servers write it with and without the standard port. */
function urlForms(input: string): readonly string[] {
  const url = new URL(input)
  if (url.port) {
    const written = url.toString()
    url.port = ''
    return [written, url.toString()]
  }
  const port = url.protocol === 'https:' ? ':443' : ':80'
  return [url.toString(), `${url.protocol}//${url.host}${port}${url.pathname}${url.search}`]
}

/**
 * Checks `X-Twilio-Signature`: base64 HMAC-SHA1 of the URL and the form's fields; for JSON the URL holds the body's
 * SHA-256 as `bodySHA256` and no fields are added. https://www.twilio.com/docs/usage/webhooks/webhooks-security
 */
async function isTwilioSignature(
  authToken: string,
  signature: string,
  url: string,
  body: { readonly form: URLSearchParams } | { readonly raw: string },
): Promise<boolean> {
  const key = await importHmacKey(utf8(authToken), 'SHA-1')
  const params = 'form' in body ? body.form : new URLSearchParams()
  let matches = false
  // All forms are computed, match or not, so that the time tells nothing.
  for (const form of urlForms(url)) {
    const expected = toBase64(await hmac(key, signedText(form, params)))
    if (timingSafeEqualText(expected, signature)) matches = true
  }
  if ('form' in body) return matches
  const claimed = new URL(url).searchParams.get('bodySHA256') ?? ''
  return timingSafeEqualText(toHex(await sha256(body.raw)), claimed.toLowerCase()) && matches
}

/** Gives a field of a callback, from its form or its URL. */
export type TwilioField = (name: string) => string | null

/** Reads a callback that Twilio signed; throws `CallbackRefused` for any other. */
export async function signedFields(request: Request, authToken: string): Promise<TwilioField> {
  const signature = request.headers.get('x-twilio-signature')
  if (!signature) throw new CallbackRefused(403, 'no signature')
  const isJson = /^application\/json\b/i.test(request.headers.get('content-type') ?? '')
  const raw = request.method === 'GET' ? '' : await callbackText(request)
  const form = isJson ? new URLSearchParams() : parseForm(raw)
  const isGenuine = await isTwilioSignature(authToken, signature, request.url, isJson ? { raw } : { form })
  if (!isGenuine) throw new CallbackRefused(403, 'wrong signature')
  const query = new URL(request.url).searchParams
  return (name) => form.get(name) ?? query.get(name)
}
