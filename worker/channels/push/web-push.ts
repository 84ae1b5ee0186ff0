import type { Attempt, Connection, Ports, Provider, Settings, Submission } from '#worker/domain/carriers/provider.ts'
import { openSettings } from '#worker/domain/carriers/settings.ts'
import { fromBase64, utf8 } from '#worker/lib/bytes.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import { sendPush, vapidHeader } from '#worker/vendors/web-push.ts'
import { encrypt, newMaterial } from '#worker/vendors/web-push-crypto.ts'
import type { PushNotification } from './content.ts'
import { LONGEST_PAYLOAD, payloadOf } from './payload.ts'
import { targetOf, ttlOf } from './target.ts'

/**
 * Web push to browsers, by the push service of each (RFC 8030, 8188, 8291, 8292). Reports, clicks and replies come from the
 * page's own service worker (`/p/report`), so there are no callbacks. No push service drops a repeated message.
 */
export const webPush: Provider<PushNotification> = {
  name: 'web-push',
  features: ['outbound', 'inbound', 'receipts', 'read', 'topic', 'buttons', 'to:webpush'],
  settings: {
    contact: {
      title: 'Contact',
      help: 'Whom push services may write to when something is wrong: `mailto:…` or an https URL.',
      kind: 'text',
      required: true,
      pattern: 'mailto:[^\\s@<>]{1,64}@[^\\s@<>]{1,190}|https://[\\x21-\\x7e]{1,250}',
    },
    url: {
      title: 'Probe',
      help: 'After messages went unanswered this made-up subscription is read: its push service answers 4xx if it works.',
      kind: 'url',
      required: false,
      default: 'https://fcm.googleapis.com/fcm/send/probe',
    },
  },
  batch: 1,
  echoesRef: true,
  callbackProof: 'path-secret',
  open: openWebPush,
}

function openWebPush(raw: Settings, ports: Ports): Connection<PushNotification> {
  const settings = openSettings(webPush, raw)
  const contact = settings.text('contact')
  const probe = settings.url('url')

  async function submitOne(message: Attempt<PushNotification>): Promise<Submission> {
    const known = targetOf(message, 'webpush')
    if ('refusal' in known) return known.refusal
    const { endpoint, p256dh, auth, vapid } = known.target
    const payload = utf8(payloadOf(message.content, message.id, await ports.personUrl('report', message.ref)))
    if (payload.length > LONGEST_PAYLOAD)
      return { outcome: 'rejected', failure: { code: 'content-refused', detail: 'The notification is too large.' } }
    const keys = { p256dh: fromBase64(p256dh) ?? new Uint8Array(), auth: fromBase64(auth) ?? new Uint8Array() }
    const body = await encrypt(payload, keys, await newMaterial(ports.random(16)))
    return sendPush(ports, {
      endpoint,
      authorization: await vapidHeader(vapid, new URL(endpoint).origin, contact, ports.now()),
      body,
      ttl: ttlOf(message, ports.now()),
      urgency: message.content.urgency,
      topic: message.content.topic,
      ref: message.ref,
    })
  }

  return {
    submit: (messages) => mapLimited(messages, OPEN_CONNECTIONS, submitOne),
    async health() {
      try {
        const { status } = await ports.guarded(new Request(probe), { maxBytes: 100_000 })
        // A push service answers 4xx for a subscription that does not exist; any other answer comes from something else.
        return status >= 400 && status < 500
      } catch {
        return false
      }
    },
  }
}
