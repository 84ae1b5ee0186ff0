import { sandbox } from '#worker/channels/email/sandbox.ts'
import { sandboxKitOf } from '../sandbox.ts'

export const sandboxKit = sandboxKitOf(sandbox, {
  content: { subject: 'سفارش شما', text: 'سفارش شما ارسال شد.' },
  to: 'ali@example.com',
  from: 'shop@example.net',
  people: ['sara@shop.example', 'SARA@Shop.Example', 'sara@shop2.example'],
})
