import type { Context, Hono } from 'hono'
import type * as z from 'zod'
import { idFloor } from '#worker/domain/ids.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import { homeShard } from '#worker/domain/tenants/tenant.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { redeliverEvents, redeliverSince } from '#worker/flows/events/redeliver.ts'
import { testWebhook } from '#worker/flows/events/webhook-test.ts'
import { idempotency } from '#worker/middleware/idempotency.ts'
import { jsonBody, parseBody, parseQuery } from '#worker/middleware/json-body.ts'
import { requireScope } from '#worker/middleware/require-scope.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { mount, type Operation } from '#worker/routes/operation/operation.ts'
import type { Webhook } from '#worker/store/control/webhooks.ts'
import { type Delivery, deliveriesOf, deliveryOf } from '#worker/store/deliveries.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import {
  deliveriesOperation,
  deliveriesQuery,
  redeliverInput,
  redeliverManyOperation,
  redeliverOneOperation,
  testOperation,
} from './webhook-operations.ts'

export const deliveryOperations: readonly Operation[] = [
  testOperation,
  deliveriesOperation,
  redeliverOneOperation,
  redeliverManyOperation,
]

const deliveryJson = ({ realm: _, ...delivery }: Delivery) => ({
  ...delivery,
  at: toTimestamp(delivery.at),
  nextAt: delivery.nextAt === null ? null : toTimestamp(delivery.nextAt),
})

function requireActive(webhook: Webhook): Webhook {
  if (webhook.status !== 'active') {
    throw new Problem('conflict', { detail: `The endpoint is ${webhook.status}: it must be active.` })
  }
  return webhook
}

/** The time as a range of the log’s ids. */
const rangeOf = (c: Context<AppEnv>, input: z.output<typeof redeliverInput>) => {
  const until = input.until ?? c.get('platform').now() + 1
  if (until <= input.since) throw invalidField('/until', 'must be later than `since`')
  return { from: idFloor('dlv', input.since), until: idFloor('dlv', until), after: input.cursor ?? '' }
}

/** The log of an endpoint, and what can be done with it. */
export function deliveryRoutes(app: Hono<AppEnv>, webhookOfPath: (c: Context<AppEnv>) => Promise<Webhook>): void {
  const write = requireScope('webhooks:write')
  mount(app, testOperation, write, idempotency, async (c) => {
    const shard = homeShard(c.get('principal').policy)
    return c.json(deliveryJson(await testWebhook(c.get('platform'), shard, await webhookOfPath(c))))
  })
  mount(app, deliveriesOperation, requireScope('webhooks:read'), async (c) => {
    const query = parseQuery(deliveriesQuery, c.req.query())
    const { realm, policy } = c.get('principal')
    const { id } = await webhookOfPath(c)
    const { deliveries, next } = await deliveriesOf(shardOfEnv(c.env, homeShard(policy)), realm, id, {
      before: query.cursor ?? null,
      outcome: query.outcome ?? null,
      limit: query.limit,
    })
    return c.json({ data: deliveries.map(deliveryJson), nextCursor: next })
  })
  mount(app, redeliverOneOperation, write, idempotency, async (c) => {
    const { realm, policy } = c.get('principal')
    const webhook = requireActive(await webhookOfPath(c))
    const shard = homeShard(policy)
    const found = await deliveryOf(shardOfEnv(c.env, shard), realm, webhook.id, c.req.param('deliveryId') ?? '')
    if (!found) throw new Problem('not-found')
    return c.json(await redeliverEvents(c.get('platform'), shard, webhook, found.eventIds, null), 202)
  })
  mount(app, redeliverManyOperation, write, jsonBody, idempotency, async (c) => {
    const input = parseBody(redeliverInput, c.get('body'))
    const webhook = requireActive(await webhookOfPath(c))
    const range = rangeOf(c, input)
    const shard = homeShard(c.get('principal').policy)
    return c.json(await redeliverSince(c.get('platform'), shard, webhook, range, input.types ?? null), 202)
  })
}
