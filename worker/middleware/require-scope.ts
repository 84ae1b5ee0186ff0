import type { MiddlewareHandler } from 'hono'
import type { Scope } from '#worker/domain/people/scopes.ts'
import { Problem } from '#worker/domain/problem.ts'
import { type EpochMs, MINUTE } from '#worker/domain/time.ts'
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

/** Refuses a call without a sign-in that holds (401). Stands behind `signedIn`. */
export const requireSignedIn: MiddlewareHandler<AppEnv> = (c, next) => {
  if (!c.get('signedIn')) throw new Problem('signed-out')
  return next()
}

/** Time for which a proof that it is still the person is good. */
const STEP_UP = 10 * MINUTE

export const isSteppedUp = (steppedUpAt: EpochMs | null, now: EpochMs): boolean =>
  steppedUpAt !== null && now - steppedUpAt <= STEP_UP

/**
 * Refuses a program, and a person whose last proof of himself is too old (403): secrets, roles, numbers and the closing of an
 * account want one. Stands behind `authenticate` or `requireSignedIn`.
 */
export const requireStepUp: MiddlewareHandler<AppEnv> = (c, next) => {
  const person = c.get('signedIn') ?? c.get('principal').person
  if (!person) throw new Problem('forbidden', { detail: 'A person must call who is signed in; a program may not.' })
  if (!isSteppedUp(person.steppedUpAt, c.get('platform').now())) throw new Problem('step-up-required')
  return next()
}
