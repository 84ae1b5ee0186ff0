import { newRequestId } from '#worker/domain/ids.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { clientPlace } from '#worker/lib/http/client-ip.ts'
import type { LoggedRequest } from '#worker/store/requests.ts'

/** Routes of people's calls that create something, with the status that such a call is answered with. */
const CALLS = {
  report: { route: '/p/report/:token', status: 204 },
  unsubscribe: { route: '/p/unsubscribe/:token', status: 200 },
} as const

/** Makes the row of the access log for a person's call. The logged path is the route's, because the link is a secret. */
export function personCall({ now }: Platform, request: Request, realm: Realm, call: keyof typeof CALLS): LoggedRequest {
  const at = now()
  const { method } = request
  return {
    id: newRequestId(at),
    tenantId: tenantOf(realm),
    at,
    ...clientPlace(request),
    actor: null,
    method,
    ...CALLS[call],
    count: 1,
  }
}

/**
 * Puts a person's report that creates something (a reply) into the access log (requirements S6-15), before it is done: a call
 * that cannot be logged throws, and is answered 503.
 */
export async function logReport(platform: Platform, request: Request, realm: Realm): Promise<void> {
  await platform.env.AUDIT.send({ kind: 'audit', rows: [personCall(platform, request, realm, 'report')] })
}
