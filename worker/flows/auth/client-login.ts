import type { Config } from '#worker/config.ts'
import { type ClientId, type TenantId, tenantOfClientId } from '#worker/domain/ids.ts'
import { type Credential, isLive, isOpen } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { timingSafeEqualText } from '#worker/lib/bytes.ts'
import { ipInRanges } from '#worker/lib/http/ip-range.ts'
import { secretHash } from './client-secret.ts'
import { findCredential, type TokenContext } from './tokens.ts'

/** Result of a sign-in. `client` of a refused one is who tried, if the id is one of ours; the access log names it. */
export type Login =
  | { readonly ok: true; readonly credential: Credential; readonly tenantId: TenantId }
  | {
      readonly ok: false
      /** True if all that stands in the way is that the tenant is suspended. */
      readonly isSuspended: boolean
      readonly client: { readonly id: ClientId; readonly tenantId: TenantId } | null
    }

/** Hash that unknown clients' secrets are compared with, so that refusing them takes as long as refusing a wrong secret. */
const NO_HASH = 'A'.repeat(43)

async function secretHolds(
  config: Config,
  id: string,
  secret: string,
  credential: Credential | undefined,
): Promise<boolean> {
  const kept = credential?.proof.kind === 'secret' ? credential.proof.hash : NO_HASH
  return timingSafeEqualText(await secretHash(config, id, secret), kept)
}

const mayEnter = (credential: Credential, ip: string, now: EpochMs): boolean =>
  isLive(credential, now) && (credential.allowedIps === null || ipInRanges(ip, credential.allowedIps))

/**
 * Checks a client's id and secret. Unknown, wrong, revoked, expired and from elsewhere all give the same answer after the same
 * work; that its tenant is suspended learns only who would enter otherwise. A made-up id (its MAC is wrong) costs no look-up.
 */
export async function loginClient(context: TokenContext, id: string, secret: string, ip: string): Promise<Login> {
  const { config, now } = context
  const tenantId = id.length <= 64 ? await tenantOfClientId(config.idKeys, id) : null
  const policy = tenantId && (await context.policyOf(tenantId, { id }))
  const credential = findCredential(policy, id)
  const holds = await secretHolds(config, id, secret, credential)
  const status = credential && holds && mayEnter(credential, ip, now()) ? policy?.status : undefined
  if (tenantId && credential && status && isOpen(status)) return { ok: true, credential, tenantId }
  return { ok: false, isSuspended: status === 'suspended', client: tenantId && { id: id as ClientId, tenantId } }
}
