import type { SmsContent } from '#worker/channels/sms/content.ts'
import { kavenegar } from '#worker/channels/sms/kavenegar.ts'
import { entries, refusal, sentArray, taken } from '../../fixtures/kavenegar/answers.ts'
import { asForm, inboundFields, statusFields } from '../../fixtures/kavenegar/callbacks.ts'
import type { Carrier, ConformanceKit } from '../kit.ts'

const ID = '8792343'

export const kavenegarKit: ConformanceKit<SmsContent, Carrier> = {
  provider: kavenegar,
  settings: { apiKey: '6B2F7A4D5E-not-a-real-key-6F37' },
  content: { text: 'سفارش شما ارسال شد.' },
  to: '+989121234567',
  from: '10004346',
  carrier: {
    takes: async (request) => taken(await sentArray(request)),
    throttles: () => refusal(451, { 'retry-after': '7' }),
    refuses: () => refusal(412),
    miscounts: async (request) => {
      const sent = await sentArray(request)
      return taken({ ...sent, receptor: sent.receptor.slice(1) })
    },
    reports: () => entries([{ messageid: Number(ID), status: 10, statustext: 'رسیده به گیرنده' }]),
    isHealthy: () => Response.json({ return: { status: 200 }, entries: { datetime: '2026/11/23', unixtime: 1 } }),
  },
  dedupeKeys: async (request) => (await sentArray(request)).localids,
  callback: {
    delivered: (url) => asForm(url, statusFields(ID, 10)),
    inbound: (url) => asForm(url, inboundFields),
    providerRef: ID,
  },
  skips: { 'a wrong signature': 'the carrier signs nothing; the secret in the path is the proof' },
}
