import type { SmsContent } from '../../../worker/channels/sms/content.ts'
import { sandbox, sandboxByRef } from '../../../worker/channels/sms/sandbox.ts'
import type { Provider } from '../../../worker/domain/provider.ts'
import { sandboxCarrier } from '../../../worker/sandbox/carrier.ts'
import type { SandboxAnswer, SandboxCallback } from '../../../worker/vendors/sandbox.ts'
import { type Carrier, type ConformanceKit, NOW } from '../kit.ts'

const ID = 'sbx_000000000000_0'

/** The carrier itself plays; its queue is not asked for anything here. */
const carrier: Carrier = sandboxCarrier({
  queue: { sendBatch: async () => ({ metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } }) },
  deliver: async () => new Response(null),
  now: () => NOW,
})

const answer = (result: SandboxAnswer['results'][number]): Response => Response.json({ results: [result] })
const post = (url: string, body: SandboxCallback): Request =>
  new Request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

const kit = (provider: Provider<SmsContent>): ConformanceKit<SmsContent> => ({
  provider,
  settings: {},
  content: { text: 'سفارش شما ارسال شد.' },
  to: '+989121234567',
  from: '10004346',
  carrier: {
    takes: carrier,
    throttles: () => answer({ error: 'busy', retryAfter: 7 }),
    refuses: () => answer({ error: 'invalid' }),
    miscounts: () => answer({ id: ID }),
    reports: carrier,
    isHealthy: carrier,
  },
  callback: {
    delivered: (url, id, ref) =>
      post(url, { at: NOW, receipts: [{ id, ...(provider.echoesRef ? { ref } : {}), status: 'delivered' }] }),
    inbound: (url) =>
      post(url, { at: NOW, inbound: [{ id: `${ID}r`, from: '+989121234567', to: '10004346', text: 'سلام' }] }),
    providerRef: ID,
  },
  skips: {
    'a missing setting': 'every setting has a default',
    'the same key for a repeat': 'it drops no repeats, so that `unknown` can be shown',
    'a wrong signature': 'the carrier signs nothing; the secret in the path is the proof',
  },
})

export const sandboxKit = kit(sandbox)
export const sandboxByRefKit = kit(sandboxByRef)
