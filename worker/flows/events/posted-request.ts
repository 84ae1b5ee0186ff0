import { SECOND } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { postBody, postId } from '#worker/flows/events/notify/plan.ts'
import { JSON_HEADERS } from '#worker/flows/events/notify/signed-post.ts'
import type { Webhook } from '#worker/store/control/webhooks.ts'
import type { Delivery } from '#worker/store/deliveries.ts'
import { eventsByIds } from './redeliver.ts'

/** Request of a row of the log, made again from the ledger. Its signature is left out: nobody keeps what it was made of. */
interface PostedRequest {
  /** The endpoint's URL as it is now. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Null: of some of its events no message tells, or not any more. */
  readonly body: string | null
}

/** Makes the request that a row of the log stands for; null: none was made. */
export async function postedRequest(
  platform: Platform,
  webhook: Webhook,
  { outcome, at, eventIds, realm }: Delivery,
): Promise<PostedRequest | null> {
  if (outcome === 'skipped') return null
  const events = await eventsByIds(platform, realm, eventIds)
  const isWhole = events.length > 0 && events.length === eventIds.length
  const posted = { endpoint: webhook, events }
  const headers = { ...JSON_HEADERS, 'webhook-timestamp': String(Math.floor(at / SECOND)) }
  return {
    url: webhook.url,
    headers: isWhole ? { ...headers, 'webhook-id': await postId(posted) } : headers,
    body: isWhole ? postBody(posted) : null,
  }
}
