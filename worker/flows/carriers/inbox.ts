import type { Connection } from '#worker/domain/carriers/provider.ts'
import type { ConnectionConfig } from '#worker/domain/tenants/tenant.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { toBase64Url } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'
import { channelOf, openConnection } from './ports.ts'

/** An inbox that is pulled: a connection whose driver can, and whose settings ask for it. */
type Inbox = Required<Pick<Connection, 'poll'>>

/** Answers the inbox of a connection, or null if none is pulled there. Throws if its settings are wrong. */
export function inboxOf(platform: Platform, config: ConnectionConfig): Inbox | null {
  if (config.status !== 'active') return null
  const channel = channelOf(platform, config.channel)
  if (!channel?.providers[config.provider]) return null
  const { poll } = openConnection(platform, channel, config)
  return poll ? { poll } : null
}

/** Makes the fingerprint of a connection's settings, by which a cursor of other settings is known; it tells nothing of them. */
export async function settingsMark(platform: Platform, { id, settings }: ConnectionConfig): Promise<string> {
  const sorted = Object.entries(settings).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const mark = await hmac(platform.config.indexKey, JSON.stringify(['poll', id, sorted]))
  return toBase64Url(mark.subarray(0, 12))
}
