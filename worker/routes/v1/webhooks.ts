import type { Context, Hono } from 'hono'
import { modeOf } from '#worker/domain/realm.ts'
import { breakerState } from '#worker/domain/tenants/endpoint-breaker.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import {
  changeWebhook,
  createWebhook,
  removeWebhook,
  requireWebhook,
  rotateSecret,
  verifyWebhook,
} from '#worker/flows/events/webhook-changes.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { timestampOrNull } from '#worker/routes/operation/fields.ts'
import type { Resource } from '#worker/routes/operation/operation.ts'
import { wholeList } from '#worker/routes/operation/page.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { demandVersion, versionOf } from '#worker/routes/operation/versioned.ts'
import { type Webhook, webhooksOf } from '#worker/store/control/webhooks.ts'
import {
  changeOperation,
  createOperation,
  listOperation,
  readOperation,
  removeOperation,
  rotateOperation,
  verifyOperation,
} from './webhook-operations.ts'

/** Stands for a secret in a kept answer. */
const MASKED = 'whsec_********'

/** Version by what a change may give; how the endpoint answers, and so its status, changes by itself. */
const versionNow = ({ url, description, events, batch, format }: Webhook): string =>
  versionOf([url, description, events, batch, format])

const webhookJson = (webhook: Webhook) => ({
  id: webhook.id,
  mode: modeOf(webhook.realm),
  url: webhook.url,
  description: webhook.description,
  events: webhook.events,
  batch: webhook.batch,
  format: webhook.format ?? 'json',
  status: webhook.status,
  reason: webhook.disabledReason,
  failingSince: timestampOrNull(webhook.failingSince),
  breaker: {
    state: breakerState(webhook.breaker, Date.now()),
    since: timestampOrNull(webhook.breaker?.openedAt ?? null),
  },
  createdAt: toTimestamp(webhook.createdAt),
  updatedAt: toTimestamp(webhook.updatedAt),
  version: versionNow(webhook),
})

/** Gives the tenant's endpoint that a path names, or answers 404. */
export const webhookInPath = (c: Context<AppEnv>, id: string): Promise<Webhook> =>
  requireWebhook(c.get('platform'), c.get('principal').realm, id)

function mountChanges(app: Hono<AppEnv>): void {
  serve(app, createOperation, async (c, { body }) => {
    const { webhook, secret } = await createWebhook(
      c.get('platform'),
      c.get('principal'),
      c.get('originRequestId'),
      body,
    )
    const answer = webhookJson(webhook)
    c.set('keptBody', { ...answer, secret: MASKED })
    return c.json({ ...answer, secret }, 201, { location: `/v1/webhooks/${webhook.id}`, 'cache-control': 'no-store' })
  })
  serve(app, changeOperation, async (c, { body, params }) => {
    const webhook = await webhookInPath(c, params.id)
    demandVersion(body.version, versionNow(webhook))
    return c.json(webhookJson(await changeWebhook(c.get('platform'), webhook, body)))
  })
  serve(app, removeOperation, async (c, { params }) => {
    await removeWebhook(c.get('platform'), await webhookInPath(c, params.id))
    return c.body(null, 204)
  })
  serve(app, verifyOperation, async (c, { params }) =>
    c.json(webhookJson(await verifyWebhook(c.get('platform'), await webhookInPath(c, params.id)))),
  )
  serve(app, rotateOperation, async (c, { params }) => {
    const { webhook, secret, oldExpiresAt } = await rotateSecret(c.get('platform'), await webhookInPath(c, params.id))
    const answer = { ...webhookJson(webhook), oldSecretExpiresAt: toTimestamp(oldExpiresAt) }
    c.set('keptBody', { ...answer, secret: MASKED })
    return c.json({ ...answer, secret }, 200, { 'cache-control': 'no-store' })
  })
}

/** `/v1/webhooks`: a tenant's endpoints and their secrets. */
export const webhooks: Resource = {
  operations: [
    createOperation,
    listOperation,
    readOperation,
    changeOperation,
    removeOperation,
    verifyOperation,
    rotateOperation,
  ],
  mount(app) {
    mountChanges(app)
    serve(app, listOperation, async (c) => {
      const found = await webhooksOf(c.env.CONTROL, c.get('platform').keys, c.get('principal').realm)
      return c.json(wholeList(found.map(webhookJson)))
    })
    serve(app, readOperation, async (c, { params }) => c.json(webhookJson(await webhookInPath(c, params.id))))
  },
}
