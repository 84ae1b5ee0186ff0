import type { VoiceContent } from '#worker/channels/voice/content.ts'
import { kavenegar } from '#worker/channels/voice/kavenegar.ts'
import { entries, refusal } from '../../fixtures/kavenegar/answers.ts'
import { asForm, statusFields } from '../../fixtures/kavenegar/callbacks.ts'
import { callTaken, sentCall } from '../../fixtures/kavenegar/voice.ts'
import type { ConformanceKit } from '../kit.ts'

const ID = '8792343'

export const kavenegarKit: ConformanceKit<VoiceContent> = {
  provider: kavenegar,
  settings: { apiKey: '6B2F7A4D5E-not-a-real-key-6F37' },
  content: { say: { text: 'سفارش شما ارسال شد.', language: 'fa-IR', repeat: 1 } },
  to: '+989121234567',
  from: '02191001234',
  carrier: {
    takes: async (request) => callTaken(await sentCall(request)),
    throttles: () => refusal(451, { 'retry-after': '7' }),
    refuses: () => refusal(411),
    reports: () => entries([{ messageid: Number(ID), status: 10, statustext: 'رسیده به گیرنده' }]),
    isHealthy: () => Response.json({ return: { status: 200 }, entries: { datetime: '2026/11/23', unixtime: 1 } }),
  },
  callback: {
    delivered: (url) => asForm(url, statusFields(ID, 10)),
    providerRef: ID,
  },
}
