import type { ConnectionId } from '#worker/domain/ids.ts'
import { type Realm, realmOf, tenantOf } from '#worker/domain/realm.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { connectionConfig } from './connections.ts'
import { providerOf } from './ports.ts'

/**
 * Answers which realm keeps the opt-outs that come of a connection's messages. A simulated connection reaches nobody, so its
 * opt-outs belong to the test realm, also on a live route.
 */
export async function spokenFor(platform: Platform, connection: ConnectionId | null): Promise<(realm: Realm) => Realm> {
  const config = connection === null ? null : await connectionConfig(platform, connection)
  const provider = config && providerOf(platform, config)
  return (realm) => (provider?.simulated ? realmOf(tenantOf(realm), 'test') : realm)
}
