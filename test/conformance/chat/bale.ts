import { bale } from '#worker/channels/chat/bale.ts'
import type { ChatContent } from '#worker/channels/chat/content.ts'
import { me, refusal, sent, TOKEN } from '../../fixtures/telegram/answers.ts'
import { post, textUpdate } from '../../fixtures/telegram/updates.ts'
import type { ConformanceKit } from '../kit.ts'

export const baleKit: ConformanceKit<ChatContent> = {
  provider: bale,
  settings: { token: TOKEN, username: 'chapar_shop_bot' },
  content: { text: 'سفارش شما ارسال شد.' },
  to: 'bale:123456789',
  from: 'bale:chapar_shop_bot',
  carrier: {
    takes: () => sent(),
    throttles: () => refusal(429, 'bot limit exceed', { retry_after: 7 }),
    refuses: () => refusal(400, 'no such group or user'),
    isHealthy: me,
  },
  callback: { inbound: (url) => post(url, textUpdate), providerRef: '123456789/4711' },
}
