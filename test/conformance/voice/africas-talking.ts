import { africasTalking } from '#worker/channels/voice/africas-talking.ts'
import type { VoiceContent } from '#worker/channels/voice/content.ts'
import { endFields, notQueued, queued, recordedFields, SESSION } from '../../fixtures/africas-talking/voice.ts'
import type { ConformanceKit } from '../kit.ts'

const TO = '+254705336634'
export const asForm = (url: string, fields: Record<string, string>): Request =>
  new Request(url, { method: 'POST', body: new URLSearchParams(fields) })

export const africasTalkingKit: ConformanceKit<VoiceContent> = {
  provider: africasTalking,
  settings: { username: 'chapar', apiKey: 'atsk_not-a-real-key-0123456789', number: '+254711082369' },
  content: { say: { text: 'Your order is on its way.', language: 'en-KE', repeat: 1 } },
  to: TO,
  from: '+254711082369',
  carrier: {
    takes: () => queued(TO),
    throttles: () => new Response('Too many requests', { status: 429, headers: { 'retry-after': '7' } }),
    refuses: () => notQueued(TO, 'InvalidPhoneNumber'),
    isHealthy: () => Response.json({ status: 'Success', entries: [], errorMessage: 'None' }),
  },
  callback: {
    delivered: (url) => asForm(url, endFields('NORMAL_CLEARING')),
    inbound: (url) => asForm(url, recordedFields),
    heard: { content: { recording: {} } },
    providerRef: SESSION,
  },
}
