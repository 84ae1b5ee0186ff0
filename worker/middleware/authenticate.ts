import type { Context, MiddlewareHandler } from 'hono'
import { Problem } from '#worker/domain/problem.ts'
import { authenticateToken, type Refused } from '#worker/flows/auth/tokens.ts'
import { policyKnowing } from '#worker/flows/core/admission.ts'
import { clientIp } from '#worker/lib/http/client-ip.ts'
import { noteRefusal } from './audit.ts'
import { requestRow } from './request-row.ts'
import type { AppEnv } from './variables.ts'

/** Says the same whatever is wrong with a token: a caller without a good one learns nothing from it. */
const PUBLIC_REASON = 'The token is missing, not valid, expired or revoked.'

/** The bearer token of a request, or null. */
export function bearerToken(request: Request): string | null {
  return /^Bearer +([\w.~+/=-]+) *$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? null
}

/** Makes the 401; its challenge names an error only where credentials were sent (RFC 6750 3.1). */
export function unauthenticated(request: Request): Problem {
  const error = request.headers.has('authorization') ? ', error="invalid_token"' : ''
  return new Problem('unauthenticated', {
    detail: PUBLIC_REASON,
    headers: { 'www-authenticate': `Bearer realm="chapar"${error}` },
  })
}

function problemOf(c: Context<AppEnv>, { reason }: Refused): Problem {
  if (reason === 'suspended') return new Problem('tenant-suspended')
  if (reason === 'address') return new Problem('forbidden', { detail: 'This credential may not call from here.' })
  return unauthenticated(c.req.raw)
}

/** Lets only tenants through: sets `principal` from the bearer token, or refuses and notes it in the access log. */
export const authenticate: MiddlewareHandler<AppEnv> = async (c, next) => {
  const platform = c.get('platform')
  const token = bearerToken(c.req.raw)
  const answer = token
    ? await authenticateToken(
        {
          config: platform.config,
          now: platform.now,
          policyOf: (tenant, client) => policyKnowing(platform, tenant, client),
        },
        token,
        clientIp(c.req.raw),
      )
    : ({ ok: false, reason: 'invalid', client: null } as const)
  if (!answer.ok) {
    const problem = problemOf(c, answer)
    const { client } = answer
    noteRefusal(c, requestRow(c, problem.status, { tenantId: client?.tenantId ?? '', actor: client?.id ?? null }))
    throw problem
  }
  c.set('principal', answer.principal)
  await next()
}
