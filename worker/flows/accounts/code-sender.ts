import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { PersonId } from '#worker/domain/ids.ts'
import { type LicenseeSettings, loopbackOrigin } from '#worker/domain/licensee.ts'
import { Problem } from '#worker/domain/problem.ts'
import { realmOf } from '#worker/domain/realm.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import { policyOf } from '#worker/flows/core/admission.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { connectionsById } from '#worker/store/control/connections.ts'
import { keptLicensee } from './kept-licensee.ts'

/** Channels that codes of accounts go out on, in the order in which they are offered. */
const CHANNELS = ['sms', 'voice'] as const satisfies readonly ChannelName[]

/** Caller in the name of the licensee's tenant: nobody's credential, and nobody who is signed in. */
const NOBODY: PersonId = 'per_'

/** In whose name codes of accounts go out, and on which channels. */
interface CodeSender {
  readonly principal: Principal
  readonly channels: readonly ChannelName[]
  readonly settings: LicenseeSettings
}

/** Answers which of the channels have a route in this mode, and whether one of those ends at the sandbox. */
async function routesOf({ env }: Platform, { routes }: Policy, mode: LicenseeSettings['signUp']['mode']) {
  const own = CHANNELS.flatMap((name) => routes.find((one) => one.channel === name && one.mode === mode) ?? [])
  const ids = own.flatMap(({ connections }) => connections.map(({ id }) => id))
  const found = await connectionsById(env.CONTROL, ids)
  return {
    channels: own.filter(({ connections }) => connections.length > 0).map(({ channel }) => channel),
    isSimulated: found.some(({ provider }) => provider === 'sandbox'),
  }
}

const notSetUp = (detail: string): Problem => new Problem('conflict', { detail })

/**
 * Gives in whose name codes of accounts go out. Refuses (409) where the licensee has named nobody, and where they would go to the
 * sandbox: it shows them to others, so they prove nothing, but on the machine of who tries it.
 */
export async function codeSender(platform: Platform): Promise<CodeSender> {
  const settings = await keptLicensee(platform)
  const { tenantId, mode } = settings.signUp
  const policy = tenantId && (await policyOf(platform, tenantId, 'call'))
  if (!tenantId || policy?.status !== 'active') throw notSetUp('The operator has not said yet who sends codes here.')
  const { channels, isSimulated } = await routesOf(platform, policy, mode)
  if (!channels.includes('sms')) throw notSetUp('The account that sends codes here has no route for SMS.')
  if (isSimulated && loopbackOrigin(platform.config.baseUrl) === null)
    throw notSetUp('Codes would go to the sandbox carrier, which proves nothing.')
  const realm = realmOf(tenantId, mode)
  return {
    principal: { tenantId, realm, actor: NOBODY, person: null, scopes: [], policy },
    channels,
    settings,
  }
}
