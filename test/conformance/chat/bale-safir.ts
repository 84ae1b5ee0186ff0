import { baleSafir } from '#worker/channels/chat/bale-safir.ts'
import type { ChatContent } from '#worker/channels/chat/content.ts'
import { refusal, taken } from '../../fixtures/bale/safir.ts'
import type { ConformanceKit } from '../kit.ts'

let count = 0

export const baleSafirKit: ConformanceKit<ChatContent> = {
  provider: baleSafir,
  settings: { accessKey: 'not-a-real-access-key-0123456789', botId: '110201543', username: 'chapar_shop_bot' },
  content: { text: 'سفارش شما ارسال شد.' },
  to: 'bale:+989121234567',
  from: 'bale:chapar_shop_bot',
  carrier: {
    takes: () => taken(`523e6875-7c41-491b-8460-${String(count++).padStart(12, '0')}`),
    throttles: () => refusal(3, 'RateLimitExceeded', { headers: { 'retry-after': '7' } }),
    refuses: () => refusal(17),
  },
  dedupeKeys: async (request) => [((await request.clone().json()) as { request_id: string }).request_id],
}
