import type { Attempt, Connection, Ports, Provider, Settings, Submission } from '#worker/domain/carriers/provider.ts'
import { openSettings } from '#worker/domain/carriers/settings.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import { askCarrier, type CarrierAnswer } from '#worker/vendors/carrier-answer.ts'
import { FCM_SCOPE, type FcmAnswer, fcmAnswer, fcmOutcome, isTokenRefused } from '#worker/vendors/fcm.ts'
import { forgetGoogleToken, googleToken, readServiceAccount, type TokenOrder } from '#worker/vendors/google-token.ts'
import type { PushNotification } from './content.ts'
import { targetOf, ttlOf } from './target.ts'

/**
 * Firebase Cloud Messaging: Android, and iPhones whose app uses Firebase (Apple's own service speaks HTTP/2 only, which
 * Workers cannot start). An app reports a message to the URL in its data, `chapar_report`; without that nothing tells of
 * delivery.
 */
export const fcm: Provider<PushNotification> = {
  name: 'fcm',
  features: ['outbound', 'inbound', 'receipts', 'read', 'topic', 'to:fcm'],
  settings: {
    serviceAccount: {
      title: 'Service account',
      help: 'The whole JSON key file: Firebase console → Project settings → Service accounts → Generate new private key.',
      kind: 'secret',
      required: true,
    },
    url: {
      title: 'API',
      help: 'Origin of the API, for a relay.',
      kind: 'url',
      required: false,
      default: 'https://fcm.googleapis.com',
    },
    tokenUrl: {
      title: 'Token endpoint',
      help: 'Where the service account signs in.',
      kind: 'url',
      required: false,
      default: 'https://oauth2.googleapis.com/token',
    },
  },
  batch: 1,
  echoesRef: true,
  callbackProof: 'path-secret',
  open: openFcm,
}

interface Order {
  readonly message: Attempt<PushNotification>
  readonly token: string
  readonly report: string
  readonly now: EpochMs
}

const textOf = (value: string | undefined, name: string): Record<string, string> =>
  value === undefined ? {} : { [name]: value }

/** Data for the app beside the notification: the tenant's own, and ours under names that a tenant cannot use. */
function dataOf({ message: { content, id }, report }: Order): Record<string, string> {
  return { ...content.data, chapar_id: id, chapar_report: report, ...textOf(content.url, 'chapar_url') }
}

/** Body of `messages:send`: https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages */
function fcmMessage(order: Order) {
  const { message, token, now } = order
  const { title, body, icon, image, url, urgency, topic } = message.content
  const ttl = ttlOf(message, now)
  const isUrgent = urgency === 'high' || urgency === 'normal'
  return {
    message: {
      token,
      notification: { title, ...textOf(body, 'body'), ...textOf(image, 'image') },
      data: dataOf(order),
      android: { priority: urgency === 'high' ? 'HIGH' : 'NORMAL', ttl: `${ttl}s`, ...textOf(topic, 'collapse_key') },
      apns: {
        headers: {
          'apns-priority': isUrgent ? '10' : '5',
          'apns-expiration': ttl === 0 ? '0' : String(Math.floor(now / 1_000) + ttl),
          ...textOf(topic, 'apns-collapse-id'),
        },
      },
      webpush: {
        headers: { TTL: String(ttl), Urgency: urgency, ...textOf(topic, 'Topic') },
        ...(icon === undefined ? {} : { notification: { icon } }),
        ...(url?.startsWith('https:') ? { fcm_options: { link: url } } : {}),
      },
    },
  }
}

function openFcm(raw: Settings, ports: Ports): Connection<PushNotification> {
  const settings = openSettings(fcm, raw)
  const account = readServiceAccount(settings.text('serviceAccount'))
  if (!account) throw new Error('settings of fcm: serviceAccount is not the JSON key file of a service account')
  const order: TokenOrder = { account, scope: FCM_SCOPE, url: settings.url('tokenUrl') }
  const url = `${settings.url('url')}/v1/projects/${encodeURIComponent(account.projectId)}/messages:send`

  function call(body: string, bearer: string): Promise<CarrierAnswer<FcmAnswer>> {
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' }
    return askCarrier(ports, new Request(url, { method: 'POST', headers, body }), fcmAnswer)
  }

  async function submitOne(message: Attempt<PushNotification>, bearer: string): Promise<Submission> {
    const known = targetOf(message, 'fcm')
    if ('refusal' in known) return known.refusal
    const report = await ports.personUrl('report', message.ref)
    const body = JSON.stringify(fcmMessage({ message, token: known.target.token, report, now: ports.now() }))
    const answer = await call(body, bearer)
    if (isTokenRefused(answer)) forgetGoogleToken(order)
    return fcmOutcome(answer)
  }

  return {
    async submit(messages) {
      const signedIn = await googleToken(ports, order)
      if ('deferred' in signedIn) return messages.map(() => signedIn.deferred)
      return mapLimited(messages, OPEN_CONNECTIONS, (message) => submitOne(message, signedIn.token))
    },
    async health() {
      const signedIn = await googleToken(ports, order)
      if ('deferred' in signedIn) return false
      // `validate_only` sends nothing. Any answer in FCM's own words proves that it works.
      const body = JSON.stringify({ validate_only: true, message: { token: 'probe', data: {} } })
      const answer = await call(body, signedIn.token)
      return answer.kind === 'value' && answer.status < 500
    },
  }
}
