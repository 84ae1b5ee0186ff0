import type { MiddlewareHandler } from 'hono'
import type { OperatorScope } from '#worker/domain/people/operator-scopes.ts'
import { Problem } from '#worker/domain/problem.ts'
import { isSteppedUp } from './require-scope.ts'
import type { AppEnv } from './variables.ts'

/** Refuses an operator who does not hold `scope` (403). Stands behind `operator`. */
export function requireOperatorScope(scope: OperatorScope): MiddlewareHandler<AppEnv> {
  const challenge = `Bearer realm="chapar", error="insufficient_scope", scope="${scope}"`
  return (c, next) => {
    if (c.get('operator').scopes.includes(scope)) return next()
    throw new Problem('forbidden', {
      detail: `This operator lacks the scope ${scope}.`,
      headers: { 'www-authenticate': challenge },
    })
  }
}

/** Refuses a person whose last proof of himself is too old (403). Programs are held by their scopes. Stands behind `operator`. */
export const requireOperatorStepUp: MiddlewareHandler<AppEnv> = (c, next) => {
  const { person, steppedUpAt } = c.get('operator')
  if (person !== null && !isSteppedUp(steppedUpAt, c.get('platform').now())) throw new Problem('step-up-required')
  return next()
}
