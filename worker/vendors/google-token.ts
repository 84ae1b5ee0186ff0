import { importPKCS8, SignJWT } from 'jose'
import * as z from 'zod'
import type { Failure, Ports } from '#worker/domain/carriers/provider.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { askCarrier, throttled, unclearSubmission } from './carrier-answer.ts'
import { type Refusal, refusalFor } from './refusal-table.ts'

/** Members of a service account's key file that are needed. */
interface ServiceAccount {
  readonly projectId: string
  readonly email: string
  readonly keyId: string
  /** RSA key as PKCS #8 in PEM. */
  readonly privateKey: string
}

/** Form of an RSA key of 2,048 bits or more; whether it is one shows when it signs. */
const PEM = /^-----BEGIN PRIVATE KEY-----[A-Za-z0-9+/=\s]{1000,}-----END PRIVATE KEY-----\s*$/

const keyFile = z.object({
  type: z.literal('service_account'),
  project_id: z.string().regex(/^[a-z0-9:.-]{1,100}$/),
  client_email: z.string().regex(/^[^\s@]{1,100}@[^\s@]{1,150}$/),
  private_key_id: z.string().max(100).default(''),
  private_key: z.string().max(8_000).regex(PEM),
})

/** Reads a key file as the console gives it; null if it is none. */
export function readServiceAccount(text: string): ServiceAccount | null {
  try {
    const { project_id, client_email, private_key_id, private_key } = keyFile.parse(JSON.parse(text))
    return { projectId: project_id, email: client_email, keyId: private_key_id, privateKey: private_key }
  } catch {
    return null
  }
}

/** Seconds that a grant is good for: Google gives tokens of an hour and takes no longer grants. */
const GRANT_SECONDS = 3_600
/** Milliseconds of life left at which another token is asked for. */
const REST = 300_000

const answerSchema = z.union([
  z.object({ access_token: z.string().min(1).max(8_000), expires_in: z.number().min(0).max(86_400) }),
  z.object({ error: z.string().max(100) }),
])

const tokens = new BoundedMap<string, { readonly token: string; readonly expiresAt: EpochMs }>(200)

export interface TokenOrder {
  readonly account: ServiceAccount
  readonly scope: string
  readonly url: string
}

/**
 * Names a token in the cache. The private key is part of the name, because a token is for who holds that key, and the rest
 * of a key file is no secret.
 */
const nameOf = ({ account, scope, url }: TokenOrder): string =>
  `${account.email} ${account.keyId} ${scope} ${url} ${account.privateKey}`

/** Forgets a token that Google refused. */
export const forgetGoogleToken = (order: TokenOrder): void => tokens.delete(nameOf(order))

const notSignedIn = (code: Failure['code'], carrierCode: string, detail: string): { readonly deferred: Refusal } => ({
  deferred: refusalFor({ code, carrierCode, detail }),
})

async function grantOf({ account, scope, url }: TokenOrder, now: EpochMs): Promise<string> {
  const issued = Math.floor(now / 1_000)
  const key = await importPKCS8(account.privateKey, 'RS256')
  return new SignJWT({ scope })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(account.keyId === '' ? {} : { kid: account.keyId }) })
    .setIssuer(account.email)
    .setAudience(url)
    .setIssuedAt(issued)
    .setExpirationTime(issued + GRANT_SECONDS)
    .sign(key)
}

/**
 * Gives an access token by the JWT bearer grant (RFC 7523,
 * https://developers.google.com/identity/protocols/oauth2/service-account), kept until shortly before it ends. Every
 * failure is `deferred`, because nothing is submitted without a token.
 */
export async function googleToken(
  ports: Ports,
  order: TokenOrder,
): Promise<{ readonly token: string } | { readonly deferred: Refusal }> {
  const known = tokens.get(nameOf(order))
  const now = ports.now()
  if (known && known.expiresAt - now > REST) return { token: known.token }
  let assertion: string
  try {
    assertion = await grantOf(order, now)
  } catch {
    return notSignedIn('connection-misconfigured', 'private-key', 'The key of the service account cannot be read.')
  }
  const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion })
  const answer = await askCarrier(ports, new Request(order.url, { method: 'POST', body }), answerSchema)
  if (answer.kind === 'silent')
    return notSignedIn('provider-unavailable', 'token', 'The sign-in at Google went unanswered.')
  if (answer.kind === 'unreadable') {
    const unclear = unclearSubmission(answer)
    return unclear.outcome === 'deferred'
      ? { deferred: unclear }
      : notSignedIn('provider-unavailable', `token-${answer.status}`, 'The sign-in at Google failed.')
  }
  if ('access_token' in answer.value) {
    const { access_token: token, expires_in: seconds } = answer.value
    tokens.set(nameOf(order), { token, expiresAt: now + seconds * 1_000 })
    return { token }
  }
  if (answer.status === 429) return { deferred: throttled(answer.retryAfter) }
  return answer.status >= 500
    ? notSignedIn('provider-unavailable', `token-${answer.status}`, 'The sign-in at Google failed.')
    : notSignedIn('connection-misconfigured', answer.value.error, 'Google does not let this service account sign in.')
}
