import { splitSettings } from '#worker/domain/carriers/connection-settings.ts'
import type { Need } from '#worker/domain/carriers/features.ts'
import type { Provider, Settings } from '#worker/domain/carriers/provider.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { StoredConnection } from '#worker/store/control/connections.ts'
import { type ConnectionSecrets, newCallbackSecrets, sealSecrets } from './connections.ts'

/** Submits under way at once, unless the operator says otherwise: so few messages end `unknown` when a carrier dies. */
const DEFAULT_CONCURRENCY = 2

/** Features of a connection: those of its provider, and those that its settings give it. */
export const featuresOf = (provider: Provider, settings: Settings): readonly Need[] => [
  ...provider.features,
  ...(provider.featuresBy?.(settings) ?? []),
]

/** Connection that is to be made, with all its settings. Left out: unlimited, and the default. */
interface Wanted extends Pick<StoredConnection, 'id' | 'channel' | 'name'> {
  readonly settings: Settings
  readonly rate?: number | null | undefined
  readonly concurrency?: number | undefined
}

/** Makes the row of a new connection, sealed, and says what is sealed in it. */
export async function newConnection(
  { config, now }: Pick<Platform, 'config' | 'now'>,
  provider: Provider,
  { id, channel, name, settings, rate, concurrency }: Wanted,
): Promise<{ readonly stored: StoredConnection; readonly secrets: ConnectionSecrets }> {
  const { open, secret } = splitSettings(provider.settings, settings)
  const secrets: ConnectionSecrets = { open, settings: secret, callback: newCallbackSecrets() }
  const at = now()
  const stored: StoredConnection = {
    id,
    channel,
    provider: provider.name,
    name,
    status: 'active',
    ...(await sealSecrets(config, id, secrets)),
    rate: rate ?? null,
    concurrency: concurrency ?? DEFAULT_CONCURRENCY,
    features: featuresOf(provider, open),
    createdAt: at,
    updatedAt: at,
  }
  return { stored, secrets }
}
