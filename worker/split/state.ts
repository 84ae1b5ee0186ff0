export { GuardObject } from '../../durable-objects/guard.ts'
export { IdempotencyObject } from '../../durable-objects/idempotency.ts'
export { PhoneObject } from '../../durable-objects/phone.ts'
export { SessionObject } from '../../durable-objects/session.ts'
export { TenantObject } from '../../durable-objects/tenant.ts'
export { ThrottleObject } from '../../durable-objects/throttle.ts'
export { VerificationObject } from '../../durable-objects/verification.ts'

/** Worker of the Durable Objects alone, so that no deploy of another Worker restarts them. */
export default {
  fetch: () => new Response(null, { status: 404 }),
} satisfies ExportedHandler
