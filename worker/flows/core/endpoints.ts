import type { Config } from '#worker/config.ts'
import { Problem } from '#worker/domain/problem.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { type EpochMs, SECOND } from '#worker/domain/time.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'
import type { GuardRules } from '#worker/lib/http/guarded-fetch.ts'
import { importSecret } from '#worker/lib/http/standard-webhooks.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { notifyPlanOf, type Webhook, type WebhookSecret } from '#worker/store/control/webhooks.ts'
import type { Platform } from './platform.ts'

interface EndpointKey {
  readonly key: CryptoKey
  readonly expiresAt: EpochMs | null
}

/** An endpoint with its signing keys; none if its secrets could not be opened. */
export interface Endpoint extends Webhook {
  readonly keys: readonly EndpointKey[]
}

export interface NotifyTargets {
  /** Endpoints of every status. */
  readonly endpoints: readonly Endpoint[]
  /** Ledger shard of the delivery log; null if the tenant is gone. */
  readonly homeShard: number | null
}

/** Imported keys by the sealed text of their secrets, so that an unchanged row is not unsealed each time. */
const keysBySecrets = new BoundedMap<string, readonly EndpointKey[]>(2_000)

/** Opens the secrets of a row; throws if they cannot be opened. */
export const webhookSecrets = async ({ keys }: Platform, { id, secrets }: Webhook): Promise<readonly WebhookSecret[]> =>
  JSON.parse(await keys.openSecret(secrets, id, { table: 'webhooks', id }))

/** Answers the keys of a row's secrets; throws if they, or its URL, cannot be opened. */
export async function endpointKeys(platform: Platform, webhook: Webhook): Promise<readonly EndpointKey[]> {
  if (webhook.url === '') throw new Problem('conflict', { detail: 'The URL cannot be read any more: set it again.' })
  const known = keysBySecrets.get(webhook.secrets)
  if (known) return known
  const secrets = await webhookSecrets(platform, webhook)
  const keys = await Promise.all(
    secrets.map(async ({ secret, expiresAt }) => ({ key: await importSecret(secret), expiresAt })),
  )
  keysBySecrets.set(webhook.secrets, keys)
  return keys
}

async function withKeys(platform: Platform, webhook: Webhook): Promise<Endpoint> {
  try {
    return { ...webhook, keys: await endpointKeys(platform, webhook) }
  } catch (error) {
    platform.log('webhook.secret-unreadable', { endpointId: webhook.id, reason: errorLabel(error) })
    return { ...webhook, keys: [] }
  }
}

/** Reads a realm's endpoints as they are now, so that one that was made a moment ago hears what happens after. */
export async function targetsOf(platform: Platform, realm: Realm): Promise<NotifyTargets> {
  const plan = await notifyPlanOf(platform.env.CONTROL, platform.keys, realm)
  const endpoints = await Promise.all(plan.webhooks.map((webhook) => withKeys(platform, webhook)))
  return { endpoints, homeShard: plan.shards[0] ?? null }
}

/** Milliseconds that an isolate may use an application's endpoint without reading it again: a person waits for each turn. */
const APPLICATION_TTL = 5 * SECOND

const applications = new BoundedMap<Realm, { readonly readAt: EpochMs; readonly endpoint: Endpoint | null }>(2_000)

/** The tenant's application for sessions: the first active endpoint that lists `session.turn` by name; null: there is none. */
export async function applicationOf(platform: Platform, realm: Realm): Promise<Endpoint | null> {
  const now = platform.now()
  const read = applications.get(realm)
  if (read && now >= read.readAt && now - read.readAt < APPLICATION_TTL) return read.endpoint
  const { endpoints } = await targetsOf(platform, realm)
  const endpoint =
    endpoints.find(({ status, events }) => status === 'active' && events?.includes('session.turn')) ?? null
  applications.delete(realm)
  // Remembers only an endpoint that exists: a tenant that has just made one should not wait for it.
  if (endpoint) applications.set(realm, { readAt: now, endpoint })
  return endpoint
}

/** Forgets a realm's application after a change of its endpoints; other isolates ask the former one for the time above. */
export const forgetApplication = (realm: Realm): void => applications.delete(realm)

/** Picks the keys that sign at `now`, the newest first. */
export const liveKeys = (keys: readonly EndpointKey[], now: EpochMs): CryptoKey[] =>
  keys.filter(({ expiresAt }) => expiresAt === null || expiresAt > now).map(({ key }) => key)

const rulesOf = new WeakMap<Config, GuardRules>()

/** Answers the rules for URLs that tenants name: the same object for the same configuration. */
export function guardRules(config: Config): GuardRules {
  const known = rulesOf.get(config)
  if (known) return known
  const rules = { ownHosts: [new URL(config.baseUrl).hostname], localPort: config.localPort }
  rulesOf.set(config, rules)
  return rules
}
