import type { Context } from 'hono'
import { matchedRoutes } from 'hono/route'
import { timeOfId } from '#worker/domain/ids.ts'
import { Problem } from '#worker/domain/problem.ts'
import { modeOf } from '#worker/domain/realm.ts'
import type { OperatorCaller } from '#worker/flows/auth/operator-caller.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import type { RequestRow } from '#worker/jobs.ts'
import { clientPlace } from '#worker/lib/http/client-ip.ts'
import type { AppEnv, Noted } from './variables.ts'

/** Pattern of the route; never the path itself, which may hold addresses. */
function routePattern(c: Context<AppEnv>): string {
  // The first handler that matches is the one that answers: /v1/devices/key also matches /v1/devices/:id.
  const handler = matchedRoutes(c).find(({ method }) => method !== 'ALL')
  return handler?.path ?? '*'
}

/** Capacity in which a person calls for a tenant: his role, and the mode of his tab, which his id does not tell. */
const capacityOf = ({ realm }: Principal, { role }: NonNullable<Principal['person']>): Partial<RequestRow> => ({
  role,
  ...(modeOf(realm) === 'test' ? { mode: 'test' } : {}),
})

/** The same of an operator. A program that breaks the glass says why, whatever it does. */
function operatorsCapacity({ role, breakGlass }: OperatorCaller): Partial<RequestRow> {
  if (role !== null) return { role }
  return breakGlass === null ? {} : { role: 'break-glass', reason: breakGlass }
}

/** Makes the call's row of the access log (requirements S6-15), whose id is the answer's `Request-Id`. */
export function requestRow(
  c: Context<AppEnv>,
  status: number,
  extra: Noted & Partial<Pick<RequestRow, 'tenantId' | 'actor' | 'route' | 'count' | 'problem'>> = {},
): RequestRow {
  const id = c.get('requestId')
  const principal: AppEnv['Variables']['principal'] | undefined = c.get('principal')
  const [fields, approval] = [c.get('fields'), c.get('approval')]
  const operator: AppEnv['Variables']['operator'] | undefined = c.get('operator')
  return {
    id,
    tenantId: principal?.tenantId ?? '',
    at: timeOfId(id),
    ...clientPlace(c.req.raw),
    actor: principal?.actor ?? operator?.name ?? c.get('signedIn')?.person.id ?? null,
    method: c.req.method,
    route: extra.route ?? routePattern(c),
    status,
    count: 1,
    ...(principal?.person ? capacityOf(principal, principal.person) : {}),
    ...(operator ? operatorsCapacity(operator) : {}),
    ...(fields ? { fields } : {}),
    ...(approval ? { approval } : {}),
    ...(c.error instanceof Problem ? { problem: c.error.code } : {}),
    ...extra,
  }
}
