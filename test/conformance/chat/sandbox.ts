import type { ChatContent } from '#worker/channels/chat/content.ts'
import { sandbox } from '#worker/channels/chat/sandbox.ts'
import { sandboxKitOf } from '../sandbox.ts'

const content: ChatContent = { text: 'سفارش شما ارسال شد.' }

export const sandboxKit = sandboxKitOf(sandbox, {
  content,
  to: 'telegram:123456789',
  from: 'telegram:chapar_shop_bot',
  people: ['whatsapp:+525512345678', 'WhatsApp:+521 55 1234 5678', 'bale:+525512345678'],
})
