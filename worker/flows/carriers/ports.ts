import { CHANNELS, type Channel, type ChannelName } from '#worker/domain/carriers/channel.ts'
import { bounceMacOf } from '#worker/domain/carriers/email-message-id.ts'
import type { Connection, Ports, Provider } from '#worker/domain/carriers/provider.ts'
import type { AttemptRef } from '#worker/domain/ids.ts'
import type { ConnectionConfig } from '#worker/domain/tenants/tenant.ts'
import { guardRules } from '#worker/flows/core/endpoints.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { fileUrl, openFile } from '#worker/flows/media/files.ts'
import { boundedFetch } from '#worker/lib/http/bounded-http.ts'
import { urlRefusal } from '#worker/lib/http/guarded-fetch.ts'
import { callbackUrl } from './connections.ts'
import { findAttempt } from './find-attempt.ts'
import { personUrl } from './person-links.ts'

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * True if a provider of this connection may call the URL: https only, no credentials in it. The one exception is for local
 * development: where `npm start` serves, a connection may call a plain loopback origin that its own
 * settings name.
 */
function mayCall(url: URL, config: ConnectionConfig, isLocal: boolean): boolean {
  if (url.username || url.password) return false
  if (url.protocol === 'https:') return true
  if (url.protocol !== 'http:' || !isLocal || !LOOPBACK.has(url.hostname)) return false
  return Object.values(config.settings).some(
    (value) => typeof value === 'string' && URL.parse(value)?.origin === url.origin,
  )
}

/** Makes the URL for an attempt's reports. The path ends in a secret where the carrier signs nothing. */
function reportUrl(baseUrl: string, provider: Provider, config: ConnectionConfig, ref?: AttemptRef): string {
  const secret = provider.callbackProof === 'path-secret' ? (config.callbackSecrets[0] ?? null) : null
  return callbackUrl(baseUrl, config, secret) + (ref === undefined ? '' : `?ref=${encodeURIComponent(ref)}`)
}

/** Makes a request to a URL that a tenant or a person gave: to public hosts only, never redirected. */
async function reachGuarded(platform: Platform, request: Request): Promise<Response> {
  const reason = urlRefusal(request.url, guardRules(platform.config))
  if (reason !== null) throw new Error('this URL may not be called')
  return fetch(request, { redirect: 'manual' })
}

/** Makes the ports of one connection, which are all that its provider can reach. */
function makePorts(platform: Platform, provider: Provider, config: ConnectionConfig): Ports {
  const isLocal = platform.config.localPort !== null
  const reach = async (request: Request): Promise<Response> => {
    const inside = platform.inside(request)
    if (inside !== null) return inside
    if (!mayCall(new URL(request.url), config, isLocal)) throw new Error('this URL may not be called')
    return fetch(request)
  }
  return {
    http: (request, options) => boundedFetch(reach, request, options),
    now: platform.now,
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    callbackUrl: (ref) => reportUrl(platform.config.baseUrl, provider, config, ref),
    guarded: (request, options) => boundedFetch((guarded) => reachGuarded(platform, guarded), request, options),
    connect: (address, options) => platform.connect(address, options),
    ...(platform.env.EMAIL ? { email: platform.env.EMAIL } : {}),
    file: (id) => openFile(platform, id),
    fileUrl: (id) => fileUrl(platform, id),
    personUrl: (kind, ref) => personUrl(platform.config.baseUrl, platform.config.idKeys, kind, ref),
    bounceMac: (ref) => bounceMacOf(platform.config.idKeys, ref),
    sent: (ref) => findAttempt(platform, config.id, ref),
  }
}

/** Answers the provider of a connection, or null if its channel or provider is not part of this deployment. */
export function providerOf(
  platform: Platform,
  config: Pick<ConnectionConfig, 'channel' | 'provider'>,
): Provider | null {
  return channelOf(platform, config.channel)?.providers[config.provider] ?? null
}

/** Answers the channel of that name in this deployment, or null. Safe for names that come from a URL. */
export function channelOf(platform: Platform, name: string): Channel | null {
  const known = CHANNELS.find((channel): channel is ChannelName => channel === name)
  return known === undefined ? null : (platform.channels[known] ?? null)
}

/** Opens a connection for use; throws an error that names the wrong settings if it is misconfigured. */
export function openConnection(platform: Platform, channel: Channel, config: ConnectionConfig): Connection {
  const provider = channel.providers[config.provider]
  if (!provider) throw new Error(`the channel ${channel.name} has no provider ${config.provider}`)
  return provider.open(config.settings, makePorts(platform, provider, config))
}
