import type { PushNotification } from '#worker/channels/push/content.ts'
import { webPush } from '#worker/channels/push/web-push.ts'
import { newBrowser, newVapidKeys, targetOfBrowser } from '../../worlds/players/push-browser.ts'
import type { ConformanceKit } from '../kit.ts'

export const APP = 'shop.example'
export const DEVICE = `dev_${'0'.repeat(29)}w0${'a'.repeat(8)}`
export const NOTIFICATION: PushNotification = {
  title: 'سفارش شما ارسال شد.',
  body: 'فردا می‌رسد.',
  url: '/orders/1',
  ttl: 3_600,
  urgency: 'high',
}

export const browser = newBrowser()
export const vapid = await newVapidKeys()

/** Answers of push services by RFC 8030; autopush's are in https://mozilla-services.github.io/autopush-rs/http.html. */
export const webPushKit: ConformanceKit<PushNotification> = {
  provider: webPush,
  settings: { contact: 'mailto:push@chapar.example' },
  content: NOTIFICATION,
  to: DEVICE,
  from: APP,
  target: targetOfBrowser(browser, vapid, APP),
  carrier: {
    takes: () =>
      new Response(null, {
        status: 201,
        headers: { location: 'https://updates.push.services.mozilla.com/m/gAAAAABZ-message' },
      }),
    throttles: () => new Response(null, { status: 429, headers: { 'retry-after': '7' } }),
    refuses: () => Response.json({ code: 410, errno: 106, error: 'Gone' }, { status: 410 }),
    isHealthy: () => Response.json({ code: 404, errno: 102, error: 'Not Found' }, { status: 404 }),
  },
}
