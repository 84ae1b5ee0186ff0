import type { Context, MiddlewareHandler } from 'hono'
import { Problem, type ProblemCode } from '#worker/domain/problem.ts'
import { authenticateToken, type RefusalReason, type Refused } from '#worker/flows/auth/tokens.ts'
import { admitCall, policyKnowing } from '#worker/flows/core/admission.ts'
import { clientIp } from '#worker/lib/http/client-ip.ts'
import { isSend, noteRefusal } from './audit.ts'
import { tellLimits } from './rate-limit-headers.ts'
import { requestRow } from './request-row.ts'
import type { AppEnv } from './variables.ts'

/** The bearer token of a request, or null. */
export function bearerToken(request: Request): string | null {
  return /^Bearer +([\w.~+/=-]+) *$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? null
}

/** Problems of tokens whose signature held. Of any other a caller learns only that it is not valid, whatever is wrong with it. */
const CODES: Readonly<Partial<Record<RefusalReason, ProblemCode>>> = {
  expired: 'token-expired',
  revoked: 'token-revoked',
}

/**
 * Makes the 401. Its challenge names an error only where a token was sent: another scheme, as no header at all, is what a client
 * does that does not know how to sign in (RFC 6750 3.1).
 */
export function unauthenticated(request: Request, reason: RefusalReason): Problem {
  const isMissing = !/^Bearer +[^ ]/i.test(request.headers.get('authorization') ?? '')
  const challenge = `Bearer realm="chapar"${isMissing ? '' : ', error="invalid_token"'}`
  const code = isMissing && !request.headers.has('cf-access-jwt-assertion') ? 'token-missing' : CODES[reason]
  return new Problem(code ?? 'unauthenticated', { headers: { 'www-authenticate': challenge } })
}

function problemOf(c: Context<AppEnv>, { reason }: Refused): Problem {
  if (reason === 'suspended') return new Problem('tenant-suspended')
  if (reason === 'pending') return new Problem('tenant-pending')
  if (reason === 'address') return new Problem('forbidden', { detail: 'This credential may not call from here.' })
  return unauthenticated(c.req.raw, reason)
}

/** Refuses a call and notes it in the access log, where refusals are sampled. */
function refuse(c: Context<AppEnv>, problem: Problem, client: Refused['client']): never {
  const { code, status } = problem
  noteRefusal(c, requestRow(c, status, { tenantId: client?.tenantId ?? '', actor: client?.id ?? null, problem: code }))
  throw problem
}

/**
 * Lets only tenants through that may make a call: sets `principal` from the bearer token and takes a call from the tenant's
 * limit, or refuses.
 */
export const authenticate: MiddlewareHandler<AppEnv> = async (c, next) => {
  const platform = c.get('platform')
  const token = bearerToken(c.req.raw)
  const answer = token
    ? await authenticateToken(
        {
          config: platform.config,
          now: platform.now,
          policyOf: (tenant, caller) => policyKnowing(platform, tenant, caller),
        },
        token,
        clientIp(c.req.raw),
      )
    : ({ ok: false, reason: 'invalid', client: null } as const)
  if (!answer.ok) refuse(c, problemOf(c, answer), answer.client)
  const { tenantId, actor } = answer.principal
  const taken = admitCall(platform, tenantId)
  const call = taken instanceof Promise ? await taken : taken
  if (!call.ok) refuse(c, call.problem, { id: actor, tenantId })
  // Tells a send how the limits of messages stand instead, which it meets first.
  if (!isSend(c.req)) tellLimits(c, call.limits())
  c.set('principal', answer.principal)
  await next()
}
