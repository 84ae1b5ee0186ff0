import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { mergeSettings } from '#worker/domain/carriers/connection-settings.ts'
import { newConnectionId } from '#worker/domain/ids.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { encodeNumber } from '#worker/lib/base32.ts'
import { addConnection } from '#worker/store/control/connections.ts'
import { addRoute, listRoutes } from '#worker/store/control/routes.ts'
import { newConnection } from './new-connection.ts'

/** Digits of a connection's id that are its own. */
const ID_DIGITS = 8

/**
 * Opens test mode for all accounts: of a channel whose test messages of accounts without a route of their own go nowhere, a route
 * over the sandbox carrier. What an operator routed stays as it is. The connections have always the same ids, so that of two who
 * open it at once neither makes a second one. Does nothing in a deployment without that carrier.
 */
export async function openTestMode(platform: Platform): Promise<void> {
  const { env, config, channels, now } = platform
  if (!env.SANDBOX) return
  const routed = new Set(
    (await listRoutes(env.CONTROL, '')).filter(({ mode }) => mode === 'test').map(({ channel }) => channel),
  )
  for (const [n, channel] of CHANNELS.entries()) {
    const provider = Object.values(channels[channel]?.providers ?? {}).find(({ simulated }) => simulated)
    if (routed.has(channel) || !provider) continue
    const id = await newConnectionId(config.idKeys, encodeNumber(n, ID_DIGITS))
    const { settings } = mergeSettings(provider.settings, {}, {})
    const { stored } = await newConnection(platform, provider, { id, channel, name: `Sandbox (${channel})`, settings })
    await addConnection(env.CONTROL, stored)
    await addRoute(env.CONTROL, { tenantId: '', channel, mode: 'test', connections: [id], updatedAt: now() })
  }
}
