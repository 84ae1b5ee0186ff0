import type { Settings } from '#worker/domain/carriers/provider.ts'
import type { IdentityRegistry, RegistryDriver, RegistryPorts } from '#worker/domain/identity/registry.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { REGISTRIES } from '#worker/flows/identity/registries/all.ts'
import { sandbox } from '#worker/flows/identity/registries/sandbox.ts'
import { randomDigits } from '#worker/lib/base32.ts'
import { boundedFetch } from '#worker/lib/http/bounded-http.ts'
import { pause } from '#worker/lib/pause.ts'
import { chosenRegistry } from '#worker/store/identity/registry.ts'

const REFERENCE_DIGITS = 26

/** True where a registry that proves nothing may be asked: the gateway runs on loopback, for whoever started it. */
const isLocal = ({ config }: Platform): boolean => /^http:\/\/(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(config.baseUrl)

/** Drivers that may be chosen in this deployment. */
export const driversOf = (platform: Platform): readonly RegistryDriver[] =>
  [...REGISTRIES.values()].filter(({ simulated }) => !simulated || isLocal(platform))

/** Registry in use, with the settings that an operator gave; null: none. Where the gateway runs on loopback it is the sandbox. */
export async function registryInUse(
  platform: Platform,
): Promise<{ readonly driver: RegistryDriver; readonly settings: Settings | null } | null> {
  const chosen = await chosenRegistry(platform.env.CONTROL, platform.keys)
  const drivers = driversOf(platform)
  if (!chosen) return drivers.includes(sandbox) ? { driver: sandbox, settings: {} } : null
  const driver = drivers.find(({ name }) => name === chosen.driver)
  return driver ? { driver, settings: chosen.settings } : null
}

/** Calls https only, and on loopback plain http where the gateway itself runs there. */
function reachFrom(platform: Platform): (request: Request) => Promise<Response> {
  return async (request) => {
    const { protocol, hostname } = new URL(request.url)
    const isPlain = protocol === 'http:' && isLocal(platform) && /^(?:127\.0\.0\.1|localhost)$/.test(hostname)
    if (protocol !== 'https:' && !isPlain) throw new Error('this URL may not be called')
    return fetch(request)
  }
}

/** The registry in use, open; null: there is none, or its settings do not open. */
export async function openRegistry(
  platform: Platform,
): Promise<{ readonly name: string; readonly registry: IdentityRegistry } | null> {
  const used = await registryInUse(platform)
  if (!used?.settings) return null
  const reach = reachFrom(platform)
  const ports: RegistryPorts = {
    http: (request, options) => boundedFetch(reach, request, options),
    now: platform.now,
    pause,
    newReference: () => randomDigits(REFERENCE_DIGITS),
  }
  return { name: used.driver.name, registry: used.driver.open(used.settings, ports) }
}
