import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { mergeSettings } from '#worker/domain/carriers/connection-settings.ts'
import { newConnectionId, type TenantId } from '#worker/domain/ids.ts'
import { testSenders } from '#worker/domain/tenants/test-senders.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { encodeNumber } from '#worker/lib/base32.ts'
import { addConnection } from '#worker/store/control/connections.ts'
import { addRoute, listRoutes } from '#worker/store/control/routes.ts'
import type { StoredSender } from '#worker/store/control/senders.ts'
import { newConnection } from './new-connection.ts'

/** Senders of a new account, one a channel, by which it sends in test before an operator gave it any. */
export function sendersOfTest({ channels }: Platform, tenantId: TenantId, now: EpochMs): StoredSender[] {
  const addresses = testSenders(tenantId)
  return CHANNELS.filter((name) => channels[name]).map((channel) => ({
    tenantId,
    channel,
    address: channels[channel].sender(addresses[channel]),
    lineClass: 'service',
    isDefault: false,
    connectionId: null,
    mode: 'test',
    createdAt: now,
  }))
}

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
