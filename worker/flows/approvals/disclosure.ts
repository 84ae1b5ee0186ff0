import { newPeopleId, type RequestId, type TenantId } from '#worker/domain/ids.ts'
import type { OperatorCaller } from '#worker/flows/auth/operator-caller.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { insertDisclosure } from '#worker/store/people/disclosures.ts'

/** Call that shows words of a tenant's people. */
interface DisclosingCall {
  readonly request: RequestId
  readonly tenantId: TenantId
  /** Id of what is read. */
  readonly object: string
  /** Method and pattern of the call. */
  readonly operation: string
  readonly reason: string
  /** Number of the order of a court; undefined: there is none. */
  readonly order: string | undefined
}

/**
 * Writes down, for the tenant to see, that somebody of the licensee's reads words of its people: in which role, and why. Under an
 * order of a court the tenant sees it once that is lifted. To be called before anything is shown.
 */
export async function recordDisclosure(
  { env, keys, now }: Platform,
  { role }: OperatorCaller,
  { request, order, ...call }: DisclosingCall,
): Promise<void> {
  await insertDisclosure(env.CONTROL, keys, {
    ...call,
    id: newPeopleId('dsc', request),
    at: now(),
    role: role ?? 'program',
    order: order ?? null,
    isHidden: order !== undefined,
  })
}
