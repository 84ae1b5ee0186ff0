import type { TenantEvent } from '#worker/domain/messages/events.ts'
import { Problem } from '#worker/domain/problem.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { endpointKeys } from '#worker/flows/core/endpoints.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { logAttempts, postEvents } from '#worker/flows/events/notify/post.ts'
import { deliveryId } from '#worker/flows/events/notify/retry.ts'
import { postUnasked } from '#worker/flows/events/unasked-posts.ts'
import { randomDigits } from '#worker/lib/base32.ts'
import type { Webhook } from '#worker/store/control/webhooks.ts'
import { type AnsweredDelivery, insertDeliveries, sealAnswers } from '#worker/store/deliveries.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'

/** POSTs `webhook.test` once and at once, whatever types the endpoint asks for. Answers its row of the delivery log. */
export async function testWebhook(platform: Platform, shard: number, webhook: Webhook): Promise<AnsweredDelivery> {
  if (webhook.status === 'pending') {
    throw new Problem('conflict', { detail: 'The endpoint has not answered its challenge yet.' })
  }
  if (webhook.format === 'africas-talking')
    throw new Problem('conflict', { detail: 'An endpoint of this format hears turns of sessions only: dial its code.' })
  const now = platform.now()
  const event: TenantEvent = {
    id: `evt_${randomDigits(20)}_test`,
    type: 'webhook.test',
    at: now,
    data: { endpointId: webhook.id, at: toTimestamp(now) },
  }
  const endpoint = { ...webhook, keys: await endpointKeys(platform, webhook) }
  const post = () => postEvents(platform, { endpoint, events: [event], attempt: 1 })
  const [attempted] = await postUnasked(platform, webhook, post, ([one]) => one?.outcome === 'succeeded')
  if (!attempted) throw new Error('a POST without an outcome')
  logAttempts(platform, [attempted])
  const { outcome, at, httpStatus, durationMs, reason, answer = null } = attempted
  const delivery: AnsweredDelivery = {
    realm: webhook.realm,
    id: deliveryId(at),
    endpointId: webhook.id,
    at,
    attempt: 1,
    outcome: outcome === 'succeeded' ? 'succeeded' : 'exhausted',
    httpStatus,
    durationMs,
    reason,
    eventIds: [event.id],
    nextAt: null,
    answer,
  }
  await insertDeliveries(shardOfEnv(platform.env, shard), await sealAnswers(platform, [delivery])).run()
  return delivery
}
