import { importJWK, SignJWT } from 'jose'
import type { OperatorKey } from './secrets.ts'
import { Refusal, readSecrets } from './state.ts'

interface OperatorTokenOptions {
  readonly key: OperatorKey
  /** BASE_URL of the deployment that the token is for. */
  readonly audience: string
  /** Name of the operator, as it stands in the access log. */
  readonly subject: string
  /** The gateway takes tokens of at most 8 hours, of one hour if they break the glass. */
  readonly lifetimeSeconds?: number
  /** Scopes; left out: all but those of dangerous acts. */
  readonly scopes?: readonly string[]
  /** Reason to do dangerous acts that nobody approved; left out: none are done. */
  readonly breakGlass?: string
  readonly now?: number
}

/** Signs an operator's token for /admin/v1: EdDSA, `typ: operator+jwt`, `iss: chapar-operator`. */
export async function operatorToken(options: OperatorTokenOptions): Promise<string> {
  const { key, audience, subject, scopes, breakGlass, now = Date.now() } = options
  const { lifetimeSeconds = breakGlass === undefined ? 8 * 3600 : 3600 } = options
  const issuedAt = Math.floor(now / 1000)
  const claims = {
    ...(scopes === undefined ? {} : { scope: scopes.join(' ') }),
    ...(breakGlass === undefined ? {} : { break_glass: breakGlass }),
  }
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', typ: 'operator+jwt', kid: key.kid })
    .setIssuer('chapar-operator')
    .setSubject(subject)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetimeSeconds)
    .sign(await importJWK(key, 'EdDSA'))
}

/** Operators' private key: that of the local secrets, or the JWK in the environment variable OPERATOR_KEY. */
export function operatorKey(): OperatorKey {
  const given = process.env['OPERATOR_KEY']
  if (!given) {
    const secrets = readSecrets()
    if (!secrets) throw new Refusal('There are no local secrets: run `npm start` once, or set OPERATOR_KEY.')
    return secrets.operatorKey
  }
  try {
    const key = JSON.parse(given) as Partial<OperatorKey>
    if (key.kid && key.d && key.crv === 'Ed25519') return { ...key, kid: key.kid }
  } catch {
    // The refusal below says so: the parser's own message could repeat the key.
  }
  throw new Refusal('OPERATOR_KEY must be a private Ed25519 JWK with a kid.')
}
