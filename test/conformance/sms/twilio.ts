import type { SmsContent } from '#worker/channels/sms/content.ts'
import { twilio } from '#worker/channels/sms/twilio.ts'
import { ACCOUNT, message, refusal, SID } from '../../fixtures/twilio/answers.ts'
import { inboundFields, signed, statusFields } from '../../fixtures/twilio/callbacks.ts'
import type { ConformanceKit } from '../kit.ts'

const TOKEN = 'not-a-real-auth-token-0123456789'

export const twilioKit: ConformanceKit<SmsContent> = {
  provider: twilio,
  settings: { accountSid: ACCOUNT, authToken: TOKEN },
  content: { text: 'سفارش شما ارسال شد.' },
  to: '+989121234567',
  from: '+15017122661',
  carrier: {
    takes: () => message('queued'),
    throttles: () => refusal(429, 20429, { 'retry-after': '7' }),
    refuses: () => refusal(400, 21211),
    reports: () => message('delivered', {}, 200),
    isHealthy: () => Response.json({ sid: ACCOUNT, status: 'active' }),
  },
  callback: {
    delivered: (url, _, ref) => signed(TOKEN, `${url}?ref=${ref}`, statusFields('delivered')),
    inbound: (url) => signed(TOKEN, url, inboundFields),
    forged: (url) => signed('somebody-else', url, statusFields('delivered')),
    providerRef: SID,
  },
  skips: {
    'a wrong number of entries': 'a submit is one message',
    'the same key for a repeat': 'the API has none',
    'a wrong secret in the path': 'the signature is the proof',
  },
}
