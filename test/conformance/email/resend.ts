import type { EmailContent } from '#worker/channels/email/content.ts'
import { resend } from '#worker/channels/email/resend.ts'
import { MAIL_ID, mail, refusal, taken } from '../../fixtures/resend/answers.ts'
import { event, SECRET, signed } from '../../fixtures/resend/callbacks.ts'
import { type ConformanceKit, NOW } from '../kit.ts'

const STRANGER = `whsec_${Buffer.alloc(32, 6).toString('base64')}`

export const resendKit: ConformanceKit<EmailContent> = {
  provider: resend,
  settings: { apiKey: 're_not_a_real_key_0123456789', webhookSecret: SECRET },
  content: { subject: 'سفارش شما', text: 'سفارش شما ارسال شد.', fromName: 'فروشگاه نمونه' },
  to: 'ali@example.com',
  from: 'shop@example.net',
  carrier: {
    takes: () => taken(),
    throttles: () => refusal(429, 'rate_limit_exceeded', { 'retry-after': '7' }),
    refuses: () => refusal(422, 'validation_error'),
    reports: () => mail('delivered'),
    isHealthy: () => Response.json({ data: [] }),
  },
  dedupeKeys: async (request) => [request.headers.get('idempotency-key') ?? ''],
  callback: {
    delivered: (url) => signed(url, event('email.delivered'), NOW),
    forged: (url) => signed(url, event('email.delivered'), NOW, STRANGER),
    providerRef: MAIL_ID,
    at: Date.UTC(2026, 10, 23, 12),
  },
}
