import { newRequestId } from '#worker/domain/ids.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { clientPlace } from '#worker/lib/http/client-ip.ts'

/** Routes of people's calls that create something, with the status that such a call is answered with. */
const CALLS = {
  report: { route: '/p/report/:token', status: 204 },
  unsubscribe: { route: '/p/unsubscribe/:token', status: 200 },
} as const

/**
 * Puts a person's call that creates something (a reply, an opt-out) into the access log (requirements S6-15), before it is done:
 * a call that cannot be logged throws, and is answered 503. The logged path is the route's, because the link is a secret.
 */
export async function logPerson(
  platform: Platform,
  request: Request,
  realm: Realm,
  call: keyof typeof CALLS,
): Promise<void> {
  const at = platform.now()
  const { method } = request
  const row = {
    id: newRequestId(at),
    tenantId: tenantOf(realm),
    at,
    ...clientPlace(request),
    actor: null,
    method,
    ...CALLS[call],
    count: 1,
  }
  await platform.env.AUDIT.send({ kind: 'audit', rows: [row] })
}
