import type { MiddlewareHandler } from 'hono'
import { Problem } from '#worker/domain/problem.ts'
import type { Scope } from '#worker/domain/tenants/tenant.ts'
import type { AppEnv } from './variables.ts'

/** Refuses a token that does not hold `scope` (403, RFC 6750 3.1). Stands behind `authenticate`. */
export function requireScope(scope: Scope): MiddlewareHandler<AppEnv> {
  const challenge = `Bearer realm="chapar", error="insufficient_scope", scope="${scope}"`
  return (c, next) => {
    if (!c.get('principal').scopes.includes(scope)) {
      throw new Problem('forbidden', {
        detail: `The token lacks the scope ${scope}.`,
        headers: { 'www-authenticate': challenge },
      })
    }
    return next()
  }
}
