import type { MiddlewareHandler } from 'hono'
import { Problem } from '#worker/domain/problem.ts'
import {
  type OperatorCaller,
  type OperatorRefusal,
  operatorOfAccess,
  operatorOfToken,
} from '#worker/flows/auth/operator-caller.ts'
import { operatorCall } from '#worker/flows/auth/operator-calls.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { noteRefusal } from './audit.ts'
import { bearerToken, unauthenticated } from './authenticate.ts'
import { requestRow } from './request-row.ts'
import type { AppEnv } from './variables.ts'

/** Finds the operator, by an own token where one is sent, else by Cloudflare Access's header. */
async function operatorOf(platform: Platform, request: Request): Promise<OperatorCaller | OperatorRefusal> {
  const token = bearerToken(request)
  const assertion = request.headers.get('cf-access-jwt-assertion')
  try {
    if (request.headers.has('authorization')) return token === null ? 'invalid' : await operatorOfToken(platform, token)
    return assertion === null ? 'invalid' : await operatorOfAccess(platform, assertion)
  } catch (error) {
    platform.log('operator.unavailable', { error: errorLabel(error) })
    throw new Problem('unavailable', { headers: { 'retry-after': '30' } })
  }
}

/** Lets only operators through: sets `operator`. A tenant's token is never an operator's, nor the other way round. */
export const operator: MiddlewareHandler<AppEnv> = async (c, next) => {
  const found = await operatorOf(c.get('platform'), c.req.raw)
  if (typeof found === 'string') {
    noteRefusal(c, requestRow(c, 401))
    throw unauthenticated(c.req.raw, found)
  }
  const problem = operatorCall(found.name, c.get('platform').now())
  if (problem) {
    noteRefusal(c, requestRow(c, problem.status, { actor: found.name }))
    throw problem
  }
  c.set('operator', found)
  await next()
}
