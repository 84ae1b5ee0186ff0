import type { Jurisdiction, Location } from '#worker/domain/tenants/location.ts'
import type { Env } from '#worker/env.ts'

/**
 * Options by which an object is named for the first time near a place; later ones are without effect, because it stays where it
 * was made. Null: it is made near who asks first.
 */
export const near = (location: Location | null): { readonly locationHint?: Location } =>
  location === null ? {} : { locationHint: location }

const OBJECTS = ['TENANT', 'IDEMPOTENCY', 'THROTTLE', 'SESSION', 'PHONE', 'VERIFICATION', 'GUARD'] as const

/** Binds all objects of a deployment to a jurisdiction; null: to none. The same names are other objects in another one. */
export function withinJurisdiction(env: Env, jurisdiction: Jurisdiction | null): Env {
  if (jurisdiction === null) return env
  const bound = OBJECTS.map((name) => [name, env[name].jurisdiction(jurisdiction)] as const)
  return { ...env, ...Object.fromEntries(bound) }
}
