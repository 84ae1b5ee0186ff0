import type { Context } from 'hono'
import { type EventId, idFloor, type MessageId, timeOfId } from '#worker/domain/ids.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import { homeShard } from '#worker/domain/tenants/tenant.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { postedRequest } from '#worker/flows/events/posted-request.ts'
import { redeliverEvents, redeliverSince } from '#worker/flows/events/redeliver.ts'
import { testWebhook } from '#worker/flows/events/webhook-test.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { alteredJson, timestampOrNull } from '#worker/routes/operation/fields.ts'
import type { Resource } from '#worker/routes/operation/operation.ts'
import { endOf } from '#worker/routes/operation/page.ts'
import { type Input, serve } from '#worker/routes/operation/serve.ts'
import type { Webhook } from '#worker/store/control/webhooks.ts'
import { type AnsweredDelivery, answerTo, type Delivery, deliveriesOf, deliveryOf } from '#worker/store/deliveries.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import {
  deliveriesOperation,
  readDeliveryOperation,
  redeliverManyOperation,
  redeliverOneOperation,
  testOperation,
} from './webhook-operations.ts'
import { webhookInPath } from './webhooks.ts'

/** A row of the log as lists show it: without what was answered. */
export const deliveryJson = ({ realm: _, answer: _answer, ...delivery }: Delivery & Partial<AnsweredDelivery>) => ({
  ...delivery,
  at: toTimestamp(delivery.at),
  nextAt: timestampOrNull(delivery.nextAt),
})

function requireActive(webhook: Webhook): Webhook {
  if (webhook.status !== 'active') {
    throw new Problem('conflict', { detail: `The endpoint is ${webhook.status}: it must be active.` })
  }
  return webhook
}

/** Range of ids of the log that the times asked for stand for. */
const rangeOf = (c: Context<AppEnv>, input: Input<typeof redeliverManyOperation>['body']) => {
  const until = input.until ?? c.get('platform').now() + 1
  if (until <= input.since) throw invalidField('/until', 'must be later than `since`')
  return { from: idFloor('dlv', input.since), until: idFloor('dlv', until), after: input.cursor ?? '' }
}

/** Ids that a page's window and cursor allow. Nothing of a message was posted before it was accepted. */
function idsOf({ after = 0, before, cursor, message }: Input<typeof deliveriesOperation>['query']) {
  const since = message === undefined ? after : Math.max(after, timeOfId(message))
  const ends = [before === undefined ? 'dlv_~' : idFloor('dlv', before), cursor ?? 'dlv_~']
  return { from: idFloor('dlv', since), before: ends.reduce((a, b) => (a < b ? a : b)) }
}

/** `/v1/webhooks/:id/deliveries` and what is sent on demand: the log of an endpoint, test events and redelivery. */
export const deliveries: Resource = {
  operations: [
    testOperation,
    deliveriesOperation,
    readDeliveryOperation,
    redeliverOneOperation,
    redeliverManyOperation,
  ],
  mount(app) {
    serve(app, testOperation, async (c, { params }) => {
      const shard = homeShard(c.get('principal').policy)
      return c.json(deliveryJson(await testWebhook(c.get('platform'), shard, await webhookInPath(c, params.id))))
    })
    serve(app, deliveriesOperation, async (c, { query, params }) => {
      const { realm, policy } = c.get('principal')
      const { id } = await webhookInPath(c, params.id)
      const { outcome = null, event, message, limit } = query
      const [eventId, messageId] = [(event ?? null) as EventId | null, (message ?? null) as MessageId | null]
      const filter = { outcome, eventId, messageId, limit, ...idsOf(query) }
      const found = await deliveriesOf(shardOfEnv(c.env, homeShard(policy)), realm, id, filter)
      const isFull = found.deliveries.length === query.limit
      const lookedUntil = found.next === null || isFull ? null : timeOfId(found.next)
      return c.json({ data: found.deliveries.map(deliveryJson), ...endOf({ nextCursor: found.next, lookedUntil }) })
    })
    serve(app, readDeliveryOperation, async (c, { params }) => {
      const { realm, policy, scopes } = c.get('principal')
      const webhook = await webhookInPath(c, params.id)
      const db = shardOfEnv(c.env, homeShard(policy))
      const found = await deliveryOf(db, realm, webhook.id, params.deliveryId)
      if (!found) throw new Problem('not-found')
      const platform = c.get('platform')
      const [request, { answer, ...altered }] = await Promise.all([
        postedRequest(platform, webhook, found),
        answerTo(db, platform.keys, found),
      ])
      const sees = scopes.includes('messages:read')
      return c.json({
        ...deliveryJson(found),
        request: request && (sees ? request : { ...request, body: null }),
        answer: sees ? answer : null,
        ...alteredJson(altered),
      })
    })
    serve(app, redeliverOneOperation, async (c, { params }) => {
      const { realm, policy } = c.get('principal')
      const webhook = requireActive(await webhookInPath(c, params.id))
      const shard = homeShard(policy)
      const found = await deliveryOf(shardOfEnv(c.env, shard), realm, webhook.id, params.deliveryId)
      if (!found) throw new Problem('not-found')
      return c.json(await redeliverEvents(c.get('platform'), { webhook, shard, types: null }, found.eventIds), 202)
    })
    serve(app, redeliverManyOperation, async (c, { body, params }) => {
      const webhook = requireActive(await webhookInPath(c, params.id))
      const range = rangeOf(c, body)
      const shard = homeShard(c.get('principal').policy)
      const redelivery = { webhook, shard, types: body.types ?? null }
      return c.json(await redeliverSince(c.get('platform'), redelivery, range), 202)
    })
  },
}
