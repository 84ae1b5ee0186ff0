import type { Context, MiddlewareHandler } from 'hono'
import { Problem } from '#worker/domain/problem.ts'
import { authenticateToken, type Refused } from '#worker/flows/auth/tokens.ts'
import { admitCall, policyKnowing } from '#worker/flows/core/admission.ts'
import { clientIp } from '#worker/lib/http/client-ip.ts'
import { isSend, noteRefusal } from './audit.ts'
import { tellLimits } from './rate-limit-headers.ts'
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

/** Refuses a call and notes it in the access log, where refusals are sampled. */
function refuse(c: Context<AppEnv>, problem: Problem, client: Refused['client']): never {
  noteRefusal(c, requestRow(c, problem.status, { tenantId: client?.tenantId ?? '', actor: client?.id ?? null }))
  throw problem
}

/**
 * Lets only tenants through that may make a call: sets `principal` from the bearer token and takes a call from the tenant's limit, or
 * refuses.
 */
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
  if (!answer.ok) refuse(c, problemOf(c, answer), answer.client)
  const { tenantId, credential } = answer.principal
  const taken = admitCall(platform, tenantId)
  const call = taken instanceof Promise ? await taken : taken
  if (!call.ok) refuse(c, call.problem, { id: credential.id, tenantId })
  // Tells a send how the limits of messages stand instead, which it meets first.
  if (!isSend(c.req)) tellLimits(c, call.limits())
  c.set('principal', answer.principal)
  await next()
}
