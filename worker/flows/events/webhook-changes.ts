import type { EndpointId, RequestId } from '#worker/domain/ids.ts'
import type { EventType } from '#worker/domain/messages/events.ts'
import { changedMeanwhile, invalidField, Problem } from '#worker/domain/problem.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import type { WebhookFormat } from '#worker/domain/sessions/session-form.ts'
import { quotaFull } from '#worker/domain/tenants/quotas.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import { OLD_SECRET_LIFE } from '#worker/domain/tenants/webhook-schedule.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { confirmPolicy } from '#worker/flows/core/confirm-policy.ts'
import { endpointKeys, forgetApplication, guardRules, liveKeys, webhookSecrets } from '#worker/flows/core/endpoints.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { encodeBytes } from '#worker/lib/base32.ts'
import { sha256 } from '#worker/lib/hmac.ts'
import { urlRefusal } from '#worker/lib/http/guarded-fetch.ts'
import { newSecret } from '#worker/lib/http/standard-webhooks.ts'
import { seal } from '#worker/lib/seal.ts'
import {
  countWebhooks,
  deleteWebhook,
  insertWebhook,
  updateWebhook,
  type Webhook,
  type WebhookChange,
  type WebhookSecret,
  webhookOf,
} from '#worker/store/control/webhooks.ts'
import { challengeEndpoint } from './endpoint-challenge.ts'
import { postUnasked } from './unasked-posts.ts'

interface WebhookInput {
  readonly url: string
  readonly events?: readonly EventType[] | null | undefined
  readonly batch?: boolean | undefined
  readonly format?: WebhookFormat | undefined
  readonly description?: string | undefined
}
interface WebhookPatch extends Omit<WebhookInput, 'url'> {
  readonly url?: string | undefined
  readonly status?: 'active' | 'disabled' | undefined
}

/** Answers the realm's endpoint, or throws a 404. */
export async function requireWebhook(platform: Platform, realm: Realm, id: string): Promise<Webhook> {
  const webhook = await webhookOf(platform.env.CONTROL, platform.keys, realm, id)
  if (!webhook) throw new Problem('not-found')
  return webhook
}

function checkUrl(platform: Platform, url: string): void {
  const reason = urlRefusal(url, guardRules(platform.config))
  if (reason !== null) throw invalidField('/url', reason)
}

/** Gives a format as an endpoint keeps it. */
const formatOf = (format: WebhookFormat = 'json'): Webhook['format'] => (format === 'json' ? null : format)

/** Throws a 422 for a format in which what the endpoint asks for cannot be told. */
function checkFormat({ format, events }: Pick<Webhook, 'format' | 'events'>): void {
  if (format && (events?.length !== 1 || events[0] !== 'session.turn'))
    throw invalidField('/format', 'is for endpoints whose `events` are `["session.turn"]`: nothing else fits its form')
}

/** Challenges an endpoint: it becomes active, or pending with the reason. */
async function proven(platform: Platform, webhook: Webhook): Promise<Webhook> {
  const keys = liveKeys(await endpointKeys(platform, webhook), platform.now())
  const challenge = () => challengeEndpoint(platform, webhook, keys)
  const reason = await postUnasked(platform, webhook, challenge, (refusal) => refusal === null)
  return {
    ...webhook,
    status: reason === null ? 'active' : 'pending',
    disabledReason: reason,
    failingSince: null,
    breaker: null,
  }
}

const sealWebhookSecrets = (platform: Platform, id: EndpointId, secrets: readonly WebhookSecret[]): Promise<string> =>
  seal(platform.config.sealKeys, JSON.stringify(secrets), id)

/** Answers the new version of a row, which must be later than the one that was read, also within a millisecond. */
const after = (was: Webhook, now: EpochMs): EpochMs => Math.max(now, was.updatedAt + 1)

/** Makes the change known to the tenant's object, and to sessions of this isolate. */
async function confirm(platform: Platform, realm: Realm, { version }: WebhookChange): Promise<void> {
  forgetApplication(realm)
  if (version !== null) await confirmPolicy(platform, tenantOf(realm), version)
}

async function save(platform: Platform, was: Webhook, next: Webhook): Promise<Webhook> {
  const change = await updateWebhook(platform.env.CONTROL, platform.config.sealKeys, was, next)
  if (!change.changed) throw changedMeanwhile()
  await confirm(platform, was.realm, change)
  return next
}

/**
 * Makes an endpoint and challenges it. The secret is shown in this answer only. The id follows from `origin`, so that a
 * repeated request makes the same.
 */
export async function createWebhook(
  platform: Platform,
  { realm, policy }: { readonly realm: Realm; readonly policy: Policy },
  origin: RequestId,
  input: WebhookInput,
): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
  checkUrl(platform, input.url)
  const events = input.events ?? null
  const format = formatOf(input.format)
  checkFormat({ events, format })
  const { endpoints } = policy.quotas
  const now = platform.now()
  const id: EndpointId = `whe_${encodeBytes(await sha256(`endpoint|${realm}|${origin}`), 16)}`
  const secret = newSecret()
  const webhook = await proven(platform, {
    id,
    realm,
    url: input.url,
    description: input.description ?? '',
    events,
    format,
    batch: input.batch ?? false,
    status: 'pending',
    disabledReason: null,
    secrets: await sealWebhookSecrets(platform, id, [{ secret, expiresAt: null }]),
    failingSince: null,
    breaker: null,
    createdAt: now,
    updatedAt: now,
  })
  const change = await insertWebhook(platform.env.CONTROL, platform.config.sealKeys, webhook, endpoints)
  if (!change.changed) throw quotaFull('endpoints', endpoints, await countWebhooks(platform.env.CONTROL, realm))
  await confirm(platform, realm, change)
  return { webhook, secret }
}

/**
 * Changes an endpoint. Another URL or switching it on needs the challenge answered; until then it is pending and gets no
 * events.
 */
export async function changeWebhook(platform: Platform, was: Webhook, patch: WebhookPatch): Promise<Webhook> {
  if (patch.url !== undefined) checkUrl(platform, patch.url)
  const next: Webhook = {
    ...was,
    url: patch.url ?? was.url,
    description: patch.description ?? was.description,
    events: patch.events === undefined ? was.events : patch.events,
    batch: patch.batch ?? was.batch,
    format: patch.format === undefined ? was.format : formatOf(patch.format),
    updatedAt: after(was, platform.now()),
  }
  checkFormat(next)
  if (patch.status === 'disabled') {
    return save(platform, was, { ...next, status: 'disabled', disabledReason: 'switched off by the account' })
  }
  const moved = (next.url !== was.url || next.format !== was.format) && was.status !== 'disabled'
  const switchedOn = patch.status === 'active' && was.status !== 'active'
  return save(platform, was, moved || switchedOn ? await proven(platform, next) : next)
}

/** Challenges a pending endpoint. An active one is left as it is. */
export async function verifyWebhook(platform: Platform, was: Webhook): Promise<Webhook> {
  if (was.status === 'disabled') {
    throw new Problem('conflict', { detail: 'The endpoint is disabled: set its status to active.' })
  }
  if (was.status === 'active') return was
  return save(platform, was, await proven(platform, { ...was, updatedAt: after(was, platform.now()) }))
}

/** Signs with a new secret from now on, and with the one before it for a day. */
export async function rotateSecret(
  platform: Platform,
  was: Webhook,
): Promise<{ readonly webhook: Webhook; readonly secret: string; readonly oldExpiresAt: EpochMs }> {
  const now = platform.now()
  const secrets = await webhookSecrets(platform, was)
  const secret = newSecret()
  const oldExpiresAt = now + OLD_SECRET_LIFE
  const kept = secrets.slice(0, 1).map((old) => ({ ...old, expiresAt: oldExpiresAt }))
  const sealed = await sealWebhookSecrets(platform, was.id, [{ secret, expiresAt: null }, ...kept])
  const webhook = await save(platform, was, { ...was, secrets: sealed, updatedAt: after(was, now) })
  return { webhook, secret, oldExpiresAt }
}

export async function removeWebhook(platform: Platform, was: Webhook): Promise<void> {
  const change = await deleteWebhook(platform.env.CONTROL, was.realm, was.id, platform.now())
  await confirm(platform, was.realm, change)
}
