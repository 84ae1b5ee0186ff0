import { importJWK, SignJWT } from 'jose'
import type { OperatorKey } from './secrets.ts'

interface OperatorTokenOptions {
  readonly key: OperatorKey
  /** BASE_URL of the deployment that the token is for. */
  readonly audience: string
  /** Name of the operator, as it stands in the access log. */
  readonly subject: string
  /** The gateway takes tokens of at most 8 hours. */
  readonly lifetimeSeconds?: number
  readonly now?: number
}

/** Signs an operator's token for /admin/v1: EdDSA, `typ: operator+jwt`, `iss: chapar-operator`. */
export async function operatorToken(options: OperatorTokenOptions): Promise<string> {
  const { key, audience, subject, lifetimeSeconds = 8 * 3600, now = Date.now() } = options
  const issuedAt = Math.floor(now / 1000)
  return new SignJWT({})
    .setProtectedHeader({ alg: 'EdDSA', typ: 'operator+jwt', kid: key.kid })
    .setIssuer('chapar-operator')
    .setSubject(subject)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetimeSeconds)
    .sign(await importJWK(key, 'EdDSA'))
}
