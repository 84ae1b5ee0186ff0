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

/** Name of the operator, by an own token where one is sent, else by Cloudflare Access's header; null: it is no operator. */
async function operatorOf({ config, now, log }: Platform, request: Request): Promise<string | null> {
  if (request.headers.has('authorization')) {
    const token = bearerToken(request)
    return token && verifyOperatorToken(config, token, now())
  }
  const assertion = request.headers.get('cf-access-jwt-assertion')
  try {
    return assertion && (await verifyAccessJwt(config, assertion, now()))
  } catch (error) {
    log('access.unavailable', { error: errorLabel(error) })
    throw new Problem('unavailable', { headers: { 'retry-after': '30' } })
  }
}

/** Lets only operators through: sets `operator`. A tenant's token is never an operator's, nor the other way round. */
export const operator: MiddlewareHandler<AppEnv> = async (c, next) => {
  const name = await operatorOf(c.get('platform'), c.req.raw)
  if (!name) {
    noteRefusal(c, requestRow(c, 401))
    throw unauthenticated(c.req.raw)
  }
  const problem = operatorCall(name, c.get('platform').now())
  if (problem) {
    noteRefusal(c, requestRow(c, problem.status, { actor: name }))
    throw problem
  }
  c.set('operator', name)
  await next()
}
