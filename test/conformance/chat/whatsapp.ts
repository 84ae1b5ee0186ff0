import type { ChatContent } from '#worker/channels/chat/content.ts'
import { whatsapp } from '#worker/channels/chat/whatsapp.ts'
import { PHONE_ID, refusal, taken, WAMID } from '../../fixtures/whatsapp/answers.ts'
import { APP_SECRET, signed, status, TIMESTAMP, textMessage } from '../../fixtures/whatsapp/callbacks.ts'
import type { ConformanceKit } from '../kit.ts'

export const whatsappKit: ConformanceKit<ChatContent> = {
  provider: whatsapp,
  settings: {
    phoneNumber: '+982191001234',
    phoneNumberId: PHONE_ID,
    accessToken: 'EAAJB-not-a-real-token-0123456789',
    appSecret: APP_SECRET,
    verifyToken: 'verify-token-of-the-tests',
  },
  content: { text: 'سفارش شما ارسال شد.' },
  to: 'whatsapp:+989121234567',
  from: 'whatsapp:+982191001234',
  carrier: {
    takes: () => taken(),
    throttles: () => refusal(400, 130429, { 'retry-after': '7' }),
    refuses: () => refusal(400, 131047),
    isHealthy: () => Response.json({ id: PHONE_ID }),
  },
  callback: {
    // As of a status that leaves the echo out: then the network's own id is the key.
    delivered: (url) => signed(url, status('delivered')),
    inbound: (url) => signed(url, textMessage),
    forged: (url) => signed(url, status('delivered'), 'ffffffffffffffffffffffffffffffff'),
    providerRef: WAMID,
    at: Number(TIMESTAMP) * 1_000,
  },
}
