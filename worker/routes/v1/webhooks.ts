import type { Context, Hono } from 'hono'
import { modeOf } from '#worker/domain/realm.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import {
  changeWebhook,
  createWebhook,
  removeWebhook,
  requireWebhook,
  rotateSecret,
  verifyWebhook,
} from '#worker/flows/events/webhook-changes.ts'
import { idempotency } from '#worker/middleware/idempotency.ts'
import { jsonBody, parseBody } from '#worker/middleware/json-body.ts'
import { requireScope } from '#worker/middleware/require-scope.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { mount, type Operation } from '#worker/routes/operation/operation.ts'
import { type Webhook, webhooksOf } from '#worker/store/control/webhooks.ts'
import { deliveryOperations, deliveryRoutes } from './deliveries.ts'
import {
  changeOperation,
  createOperation,
  listOperation,
  readOperation,
  removeOperation,
  rotateOperation,
  verifyOperation,
  webhookInput,
  webhookPatch,
} from './webhook-operations.ts'

export const webhookOperations: readonly Operation[] = [
  createOperation,
  listOperation,
  readOperation,
  changeOperation,
  removeOperation,
  verifyOperation,
  rotateOperation,
  ...deliveryOperations,
]

/** What a replayed answer holds in a secret's place. */
const MASKED = 'whsec_********'

const webhookJson = (webhook: Webhook) => ({
  id: webhook.id,
  mode: modeOf(webhook.realm),
  url: webhook.url,
  description: webhook.description,
  events: webhook.events,
  batch: webhook.batch,
  status: webhook.status,
  reason: webhook.disabledReason,
  failingSince: webhook.failingSince === null ? null : toTimestamp(webhook.failingSince),
  createdAt: toTimestamp(webhook.createdAt),
  updatedAt: toTimestamp(webhook.updatedAt),
})

/** The endpoint of the path, if it is the tenant's; else a 404. */
const webhookOfPath = (c: Context<AppEnv>): Promise<Webhook> =>
  requireWebhook(c.get('platform'), c.get('principal').realm, c.req.param('id') ?? '')

function changeRoutes(app: Hono<AppEnv>): void {
  const write = requireScope('webhooks:write')
  mount(app, createOperation, write, jsonBody, idempotency, async (c) => {
    const input = parseBody(webhookInput, c.get('body'))
    const { realm } = c.get('principal')
    const { webhook, secret } = await createWebhook(c.get('platform'), realm, c.get('originRequestId'), input)
    const answer = webhookJson(webhook)
    c.set('replayBody', { ...answer, secret: MASKED })
    return c.json({ ...answer, secret }, 201, { location: `/v1/webhooks/${webhook.id}`, 'cache-control': 'no-store' })
  })
  mount(app, changeOperation, write, jsonBody, async (c) => {
    const patch = parseBody(webhookPatch, c.get('body'))
    return c.json(webhookJson(await changeWebhook(c.get('platform'), await webhookOfPath(c), patch)))
  })
  mount(app, removeOperation, write, async (c) => {
    await removeWebhook(c.get('platform'), await webhookOfPath(c))
    return c.body(null, 204)
  })
  mount(app, verifyOperation, write, idempotency, async (c) =>
    c.json(webhookJson(await verifyWebhook(c.get('platform'), await webhookOfPath(c)))),
  )
  mount(app, rotateOperation, write, idempotency, async (c) => {
    const { webhook, secret, oldExpiresAt } = await rotateSecret(c.get('platform'), await webhookOfPath(c))
    const answer = { ...webhookJson(webhook), oldSecretExpiresAt: toTimestamp(oldExpiresAt) }
    c.set('replayBody', { ...answer, secret: MASKED })
    return c.json({ ...answer, secret }, 200, { 'cache-control': 'no-store' })
  })
}

/** `/v1/webhooks`: a tenant's endpoints, their secrets and their delivery log. */
export function webhookRoutes(app: Hono<AppEnv>): void {
  changeRoutes(app)
  mount(app, listOperation, requireScope('webhooks:read'), async (c) => {
    const webhooks = await webhooksOf(c.env.CONTROL, c.get('principal').realm)
    return c.json({ data: webhooks.map(webhookJson), nextCursor: null })
  })
  mount(app, readOperation, requireScope('webhooks:read'), async (c) => c.json(webhookJson(await webhookOfPath(c))))
  deliveryRoutes(app, webhookOfPath)
}
