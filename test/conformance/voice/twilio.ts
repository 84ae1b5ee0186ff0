import type { VoiceContent } from '#worker/channels/voice/content.ts'
import { twilio } from '#worker/channels/voice/twilio.ts'
import { ACCOUNT, refusal } from '../../fixtures/twilio/answers.ts'
import { signed } from '../../fixtures/twilio/callbacks.ts'
import { CALL, call, callFields, statusFields } from '../../fixtures/twilio/voice.ts'
import type { ConformanceKit } from '../kit.ts'

const TOKEN = 'not-a-real-auth-token-0123456789'

export const twilioKit: ConformanceKit<VoiceContent> = {
  provider: twilio,
  settings: { accountSid: ACCOUNT, authToken: TOKEN },
  content: { say: { text: 'سفارش شما ارسال شد.', language: 'fa-IR', repeat: 1 } },
  to: '+989121234567',
  from: '+15017122661',
  carrier: {
    takes: () => call('queued'),
    throttles: () => refusal(429, 20429, { 'retry-after': '7' }),
    refuses: () => refusal(400, 21211),
    reports: () => call('completed', 200),
    isHealthy: () => Response.json({ sid: ACCOUNT, status: 'active' }),
  },
  callback: {
    delivered: (url, _, ref) => signed(TOKEN, `${url}?ref=${ref}&step=status`, statusFields('completed')),
    inbound: (url) => signed(TOKEN, `${url}?step=keys`, callFields('in-progress', { Digits: '12#' })),
    heard: { content: { digits: '12#' } },
    forged: (url) => signed('somebody-else', `${url}?step=status`, statusFields('completed')),
    providerRef: CALL,
    at: Date.UTC(2026, 10, 23, 11, 59, 30),
  },
}
