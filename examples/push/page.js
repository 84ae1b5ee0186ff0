/*
 * The part of a page that subscribes. Your own server stands between it and Chapar: it fetches `GET /v1/devices/key` and
 * passes the subscription on to `POST /v1/devices` with its token, which no page may ever hold.
 */

/** Asks the person, subscribes, and gives what your server registers. `publicKey` is that of `GET /v1/devices/key`. */
export async function subscribe(publicKey) {
  const registration = await navigator.serviceWorker.register('/service-worker.js')
  await navigator.serviceWorker.ready
  if ((await Notification.requestPermission()) !== 'granted') throw new Error('Notifications are not allowed.')
  const options = { userVisibleOnly: true, applicationServerKey: publicKey }
  const subscription =
    (await registration.pushManager.getSubscription()) ?? (await registration.pushManager.subscribe(options))
  return subscription.toJSON()
}
