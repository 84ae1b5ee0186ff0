import { sandbox } from '../../../worker/channels/chat/sandbox.ts'
import { sandboxKitOf } from '../sandbox.ts'

export const sandboxKit = sandboxKitOf(sandbox, {
  content: { text: 'سفارش شما ارسال شد.' },
  to: 'sandbox:98912123456',
  from: 'sandbox:1',
  fromKind: 'chat',
})
