import type { Config } from '#worker/config.ts'
import type { Settings } from '#worker/domain/carriers/provider.ts'
import { type ConnectionId, isConnectionId } from '#worker/domain/ids.ts'
import type { ConnectionConfig } from '#worker/domain/tenants/tenant.ts'
import { DAY, type EpochMs, MINUTE, SECOND } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { randomDigits } from '#worker/lib/base32.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { seal } from '#worker/lib/seal.ts'
import { connectionById, type StoredConnection } from '#worker/store/control/connections.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'

/** A secret of the callback path; one that was replaced ends at `expiresAt`. */
interface CallbackSecret {
  readonly secret: string
  readonly expiresAt: EpochMs | null
}

/** The part of a connection that is stored sealed. */
export interface ConnectionSecrets {
  /** Settings that operators are shown: accounts, lines, hosts. */
  readonly open: Settings
  /** Settings that are shown to nobody. */
  readonly settings: Settings
  /** Secrets of the callback path, the current one first. */
  readonly callback: readonly CallbackSecret[]
}

/** Milliseconds that an isolate may use a connection without reading it again. */
const TTL = 5 * SECOND
const CACHED = 500
/** Digits of a callback secret, of five bits each. */
const CALLBACK_SECRET_DIGITS = 32
/** Time that a replaced callback secret is still good, because the URL has to be changed at the carrier. */
const OVERLAP = DAY

const cache = new BoundedMap<ConnectionId, { readonly readAt: EpochMs; readonly config: ConnectionConfig }>(CACHED)

const callbackContext = (id: ConnectionId): string => `${id}/callback`
const openContext = (id: ConnectionId): string => `${id} settings`

export const newCallbackSecrets = (): readonly CallbackSecret[] => [
  { secret: randomDigits(CALLBACK_SECRET_DIGITS), expiresAt: null },
]

/** Puts a new current secret first. The one before it stays good for a day or until the next rotation, older ones end now. */
export function rotateCallbackSecret(secrets: readonly CallbackSecret[], now: EpochMs): readonly CallbackSecret[] {
  const last = secrets[0]
  return [...newCallbackSecrets(), ...(last ? [{ secret: last.secret, expiresAt: now + OVERLAP }] : [])]
}

/** Seals the settings and secrets of a connection for its row. */
export async function sealSecrets(
  config: Config,
  id: ConnectionId,
  secrets: ConnectionSecrets,
): Promise<Pick<StoredConnection, 'settings' | 'secrets' | 'callbackSecrets'>> {
  return {
    settings: await seal(config.sealKeys, JSON.stringify(secrets.open), openContext(id)),
    secrets: await seal(config.sealKeys, JSON.stringify(secrets.settings), id),
    callbackSecrets: await seal(config.sealKeys, JSON.stringify(secrets.callback), callbackContext(id)),
  }
}

/** What of a connection opens; null: it does not. */
export type OpenedSecrets = { readonly [Name in keyof ConnectionSecrets]: ConnectionSecrets[Name] | null }

const READERS: {
  readonly [Name in keyof ConnectionSecrets]: (stored: StoredConnection) => readonly [sealed: string, context: string]
} = {
  open: ({ settings, id }) => [settings, openContext(id)],
  settings: ({ secrets, id }) => [secrets, id],
  callback: ({ callbackSecrets, id }) => [callbackSecrets, callbackContext(id)],
}

async function openMember<Name extends keyof ConnectionSecrets>(
  keys: Pick<Keyring, 'openSecret'>,
  stored: StoredConnection,
  name: Name,
): Promise<ConnectionSecrets[Name]> {
  const [sealed, context] = READERS[name](stored)
  return JSON.parse(await keys.openSecret(sealed, context, { table: 'connections', id: stored.id }))
}

/** Undoes `sealSecrets`; throws if a key is missing or the row was altered. */
async function openSecrets(keys: Pick<Keyring, 'openSecret'>, stored: StoredConnection): Promise<ConnectionSecrets> {
  const [open, settings, callback] = await Promise.all([
    openMember(keys, stored, 'open'),
    openMember(keys, stored, 'settings'),
    openMember(keys, stored, 'callback'),
  ])
  return { open, settings, callback }
}

/** The same for who only looks, or mends it. */
export async function readSecrets(keys: Pick<Keyring, 'openSecret'>, stored: StoredConnection): Promise<OpenedSecrets> {
  const orNull = <Value>(value: Promise<Value>): Promise<Value | null> => value.catch(() => null)
  const [open, settings, callback] = await Promise.all([
    orNull(openMember(keys, stored, 'open')),
    orNull(openMember(keys, stored, 'settings')),
    orNull(openMember(keys, stored, 'callback')),
  ])
  return { open, settings, callback }
}

/** Unseals a connection's row. */
export async function openConfig({ keys, now }: Platform, stored: StoredConnection): Promise<ConnectionConfig> {
  const secrets = await openSecrets(keys, stored)
  return {
    id: stored.id,
    channel: stored.channel,
    provider: stored.provider,
    status: stored.status,
    settings: { ...secrets.open, ...secrets.settings },
    callbackSecrets: secrets.callback
      .filter(({ expiresAt }) => expiresAt === null || expiresAt > now())
      .map(({ secret }) => secret),
    rate: stored.rate,
    concurrency: stored.concurrency,
  }
}

/** Reads and unseals a connection as it now is; null if there is none by this id. Made-up ids are refused without a look-up. */
export async function freshConfig(platform: Platform, id: string): Promise<ConnectionConfig | null> {
  if (!(await isConnectionId(platform.config.idKeys, id))) return null
  const stored = await connectionById(platform.env.CONTROL, id)
  return stored && openConfig(platform, stored)
}

/**
 * Answers a connection; null if there is none by this id. An isolate keeps it for 5 s, so a disabled connection or
 * a rotated secret is out of use after that. Made-up ids are refused without a look-up.
 */
export async function connectionConfig(platform: Platform, id: string): Promise<ConnectionConfig | null> {
  const now = platform.now()
  const known = cache.get(id as ConnectionId)
  // Ignores entries that were read "later" than now: a cron's clock stands at its scheduled time, which may be behind.
  if (known && now >= known.readAt && now - known.readAt < TTL) return known.config
  const config = await freshConfig(platform, id)
  if (!config) return null
  cache.delete(config.id)
  cache.set(config.id, { readAt: now, config })
  return config
}

/**
 * Time that callbacks of a connection are taken without reading it while the database is away: nobody can change it
 * meanwhile.
 */
const LONGEST_STALE = 10 * MINUTE

/** Answers a connection as this isolate last read it, at most ten minutes ago, or null. */
export function lastConnection(id: string, now: EpochMs): ConnectionConfig | null {
  const known = cache.get(id as ConnectionId)
  return known && now >= known.readAt && now - known.readAt < LONGEST_STALE ? known.config : null
}

/** Makes the URL of a carrier's callbacks. It ends in `secret` where nothing else proves who calls. */
export const callbackUrl = (
  baseUrl: string,
  connection: Pick<ConnectionConfig, 'id' | 'channel' | 'provider'>,
  secret: string | null,
): string =>
  `${baseUrl}/callbacks/${connection.channel}/${connection.provider}/${connection.id}${secret === null ? '' : `/${secret}`}`
