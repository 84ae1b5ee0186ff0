import type { PushNotification } from '#worker/channels/push/content.ts'
import { fcm } from '#worker/channels/push/fcm.ts'
import { badToken, failed, sent, signedIn } from '../../fixtures/fcm/answers.ts'
import { newServiceAccount } from '../../worlds/players/push-browser.ts'
import { attemptOf, type ConformanceKit, play } from '../kit.ts'
import { APP, NOTIFICATION } from './web-push.ts'

export const TOKEN = 'bk3RNwTe3H0:CI2k_HHwgIpoDKCIZvvDMExUdFQ3P1'

export const fcmKit: ConformanceKit<PushNotification> = {
  provider: fcm,
  settings: { serviceAccount: newServiceAccount() },
  content: NOTIFICATION,
  to: `dev_${'0'.repeat(29)}f0${'b'.repeat(8)}`,
  from: APP,
  target: { network: 'fcm', app: APP, token: TOKEN },
  carrier: {
    takes: signedIn(sent),
    throttles: signedIn(() => failed(429, 'QUOTA_EXCEEDED', 'RESOURCE_EXHAUSTED', { 'retry-after': '7' })),
    refuses: signedIn(() => failed(404, 'UNREGISTERED', 'NOT_FOUND')),
    isHealthy: signedIn(badToken),
  },
}

// Signed in before: what goes wrong at the sign-in is certain (test/channels/push/fcm.test.ts), what the suite asks is not.
await fcm.open(fcmKit.settings, play(signedIn(sent)).ports).submit([attemptOf(fcmKit)])
