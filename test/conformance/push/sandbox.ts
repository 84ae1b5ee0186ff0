import { sandbox } from '#worker/channels/push/sandbox.ts'
import { sandboxKitOf } from '../sandbox.ts'

export const sandboxKit = sandboxKitOf(sandbox, {
  content: { title: 'سفارش شما ارسال شد.', ttl: 60, urgency: 'normal' },
  to: `dev_${'0'.repeat(29)}s${'1'.repeat(9)}`,
  from: 'shop',
  target: { app: 'shop', network: 'sandbox', token: 'a-token-of-the-device' },
  people: [`dev_${'0'.repeat(39)}`, `dev_${'0'.repeat(39)}`, `dev_${'1'.repeat(39)}`],
})
