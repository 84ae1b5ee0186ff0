import type { SmsContent } from '#worker/channels/sms/content.ts'
import { type Carrier, type ConformanceKit, NOW } from '../conformance/kit.ts'
import { acme } from './acme.ts'

const post = (url: string, body: unknown): Request => new Request(url, { method: 'POST', body: JSON.stringify(body) })

export const acmeKit: ConformanceKit<SmsContent, Carrier> = {
  provider: acme,
  settings: { apiKey: 'not-a-real-key-0123456789' },
  content: { text: 'سفارش شما ارسال شد.' },
  to: '+989121234567',
  from: '10004346',
  carrier: {
    takes: () => Response.json({ id: 'a1' }),
    throttles: () => Response.json({ error: 'busy', wait: 7 }),
    refuses: () => Response.json({ error: 'bad-number' }),
  },
  callback: {
    delivered: (url, _, ref) => post(url, { state: 'delivered', ref, at: NOW }),
    inbound: (url) => post(url, { id: 'a2', from: '+989121234567', to: '10004346', text: 'سلام', at: NOW }),
    providerRef: 'a1',
    at: NOW,
  },
}
