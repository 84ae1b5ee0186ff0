import type { MiddlewareHandler } from 'hono'
import { Problem } from '#worker/domain/problem.ts'
import { operatorCall } from '#worker/flows/auth/operator-calls.ts'
import { verifyAccessJwt, verifyOperatorToken } from '#worker/flows/auth/operator-token.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { noteRefusal } from './audit.ts'
import { bearerToken, unauthenticated } from './authenticate.ts'
import { requestRow } from './request-row.ts'
import type { AppEnv } from './variables.ts'

/** Finds the operator, by an own token where one is sent, else by Cloudflare Access's header; null: it is none. */
async function operatorOf({ config, now, log }: Platform, request: Request): ReturnType<typeof verifyOperatorToken> {
  if (request.headers.has('authorization')) {
    const token = bearerToken(request)
    return token === null ? null : verifyOperatorToken(config, token, now())
  }
  const assertion = request.headers.get('cf-access-jwt-assertion')
  try {
    return assertion === null ? null : await verifyAccessJwt(config, assertion, now())
  } catch (error) {
    log('access.unavailable', { error: errorLabel(error) })
    throw new Problem('unavailable', { headers: { 'retry-after': '30' } })
  }
}

/** Lets only operators through: sets `operator`. A tenant's token is never an operator's, nor the other way round. */
export const operator: MiddlewareHandler<AppEnv> = async (c, next) => {
  const found = await operatorOf(c.get('platform'), c.req.raw)
  if (found === null || found === 'expired') {
    noteRefusal(c, requestRow(c, 401))
    throw unauthenticated(c.req.raw, found ?? 'invalid')
  }
  const problem = operatorCall(found.name, c.get('platform').now())
  if (problem) {
    noteRefusal(c, requestRow(c, problem.status, { actor: found.name }))
    throw problem
  }
  c.set('operator', found.name)
  await next()
}
