import type { ChatContent } from '#worker/channels/chat/content.ts'
import { telegram } from '#worker/channels/chat/telegram.ts'
import { me, refusal, sent, TOKEN } from '../../fixtures/telegram/answers.ts'
import { post, textUpdate } from '../../fixtures/telegram/updates.ts'
import type { ConformanceKit } from '../kit.ts'

export const SECRET_HEADER = { 'x-telegram-bot-api-secret-token': 'webhook-secret-of-the-tests' }

export const telegramKit: ConformanceKit<ChatContent> = {
  provider: telegram,
  settings: {
    token: TOKEN,
    username: 'Chapar_Shop_Bot',
    webhookSecret: SECRET_HEADER['x-telegram-bot-api-secret-token'],
  },
  content: { text: 'سفارش شما ارسال شد.' },
  to: 'telegram:123456789',
  from: 'telegram:chapar_shop_bot',
  carrier: {
    takes: () => sent(),
    throttles: () => refusal(429, 'Too Many Requests: retry after 7', { retry_after: 7 }),
    refuses: () => refusal(400, 'Bad Request: chat not found'),
    isHealthy: me,
  },
  callback: { inbound: (url) => post(url, textUpdate, SECRET_HEADER), providerRef: '123456789/4711' },
}
