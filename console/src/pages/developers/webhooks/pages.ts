/** Pages of webhooks, which are loaded together. */
export { default as EditWebhookPage } from './edit-webhook-page.tsx'
export { default as NewWebhookPage } from './new-webhook-page.tsx'
export { default as WebhookPage } from './webhook-page.tsx'
export { default as WebhooksPage } from './webhooks-page.tsx'
