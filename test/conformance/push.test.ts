import { fcmKit } from './push/fcm.ts'
import { sandboxKit } from './push/sandbox.ts'
import { webPushKit } from './push/web-push.ts'
import { conform } from './suite.ts'

/** ONE WORD PER PROVIDER. */
conform('push', [sandboxKit, webPushKit, fcmKit])
