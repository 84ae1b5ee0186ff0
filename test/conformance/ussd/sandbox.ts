import { sandbox } from '#worker/channels/ussd/sandbox.ts'
import { sandboxKitOf } from '../sandbox.ts'

export const sandboxKit = sandboxKitOf(sandbox, {
  content: { text: 'موجودی شما ۱۲۰٬۰۰۰ ریال است.' },
  to: '+989121234567',
  from: '*384*1#',
  people: ['+5511987654321', '+55 11 8765-4321', '+5511987654320'],
})
