/** Pages of webhooks that are loaded together; that of one, with its attempts, is a load of its own. */
export { default as EditWebhookPage } from './edit-webhook-page.tsx'
export { default as NewWebhookPage } from './new-webhook-page.tsx'
export { default as WebhooksPage } from './webhooks-page.tsx'
