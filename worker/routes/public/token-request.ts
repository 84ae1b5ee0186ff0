import { fromBase64 } from '#worker/lib/bytes.ts'

/** Error codes of RFC 6749 5.2 that the token endpoint answers. */
export const OAUTH_ERRORS = [
  'invalid_request',
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
] as const
export type OauthError = (typeof OAUTH_ERRORS)[number]

interface TokenRequest {
  readonly clientId: string
  readonly secret: string
  /** Scopes that are asked for; null: all that the credential has. */
  readonly scopes: readonly string[] | null
}
type ReadTokenRequest =
  | { readonly ok: true; readonly request: TokenRequest }
  | { readonly ok: false; readonly error: OauthError; readonly detail: string }

interface ClientPair {
  readonly id: string
  readonly secret: string
}

const bad = (error: OauthError, detail: string) => ({ ok: false, error, detail }) as const
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/** Decodes one part of a form (RFC 6749 2.3.1, appendix B); null if it is malformed. */
function formDecode(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return null
  }
}

function basicPair(header: string): ClientPair | null {
  const encoded = /^Basic +([\w+/=-]+) *$/i.exec(header)?.[1]
  const bytes = encoded === undefined ? null : fromBase64(encoded)
  if (!bytes) return null
  try {
    const text = decoder.decode(bytes)
    const colon = text.indexOf(':')
    const id = formDecode(text.slice(0, colon))
    const secret = formDecode(text.slice(colon + 1))
    return colon > 0 && id !== null && secret !== null ? { id, secret } : null
  } catch {
    return null
  }
}

/** Reads the client's id and secret from the Authorization header or the body, never from both (RFC 6749 2.3). */
function clientPair(form: URLSearchParams, authorization: string | null): ClientPair | ReturnType<typeof bad> {
  const id = form.get('client_id')
  const secret = form.get('client_secret')
  if (authorization === null) {
    return id && secret
      ? { id, secret }
      : bad('invalid_client', 'Send client_id and client_secret, by Basic or in the body.')
  }
  if (secret !== null) return bad('invalid_request', 'Send the secret by Basic or in the body, not both.')
  const pair = basicPair(authorization)
  if (!pair) return bad('invalid_client', 'The Authorization header is no valid Basic one.')
  return id === null || id === pair.id
    ? pair
    : bad('invalid_request', 'client_id differs from the Authorization header.')
}

const FORM_FIELDS = ['grant_type', 'client_id', 'client_secret', 'scope']

/** Reads a client-credentials token request (RFC 6749 4.4.2). Unknown parameters are ignored, as the RFC asks. */
export function readTokenRequest(body: string, authorization: string | null): ReadTokenRequest {
  const form = new URLSearchParams(body)
  const twice = FORM_FIELDS.find((name) => form.getAll(name).length > 1)
  if (twice) return bad('invalid_request', `${twice} is sent more than once.`)
  const grant = form.get('grant_type')
  if (!grant) return bad('invalid_request', 'grant_type is missing.')
  if (grant !== 'client_credentials') return bad('unsupported_grant_type', 'Only client_credentials is supported.')
  const pair = clientPair(form, authorization)
  if ('ok' in pair) return pair
  // An empty parameter counts as absent (RFC 6749 3.2).
  const scope = form.get('scope') || null
  return {
    ok: true,
    request: {
      clientId: pair.id,
      secret: pair.secret,
      scopes: scope === null ? null : scope.split(' ').filter(Boolean),
    },
  }
}
