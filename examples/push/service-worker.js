/*
 * The service worker of a page whose notifications come through Chapar. Copy it to the root of your site and register it:
 *
 *   await navigator.serviceWorker.register('/service-worker.js')
 *
 * Each push message is JSON: what the tenant sent as `content`, the message's `id`, and `report`, a URL that belongs to this
 * message alone. What is told there becomes `message.delivered`, `message.read` and `message.received` at the tenant.
 */

self.addEventListener('push', (event) => {
  const message = event.data.json()
  event.waitUntil(Promise.all([show(message), tell(message.report, { event: 'shown' }), toPages(message)]))
})

self.addEventListener('notificationclick', (event) => {
  const { url, report } = event.notification.data
  event.notification.close()
  // A press of a button is an answer; its text is the name that the tenant gave the button.
  const what = event.action ? { event: 'replied', text: event.action } : { event: 'clicked' }
  event.waitUntil(Promise.all([tell(report, what), url ? self.clients.openWindow(url) : undefined]))
})

self.addEventListener('notificationclose', (event) => {
  event.waitUntil(tell(event.notification.data.report, { event: 'closed' }))
})

/** A tag makes a later notification of the same topic replace the one that is shown. */
function show({ id, title, body, icon, image, url, actions, topic, data, report }) {
  const tag = topic ?? id
  return self.registration.showNotification(title, { body, icon, image, actions, tag, data: { ...data, url, report } })
}

/** Plain text on purpose: so the browser asks for no permission (CORS preflight) first. Repeats are harmless. */
function tell(report, what) {
  return fetch(report, { method: 'POST', body: JSON.stringify(what), keepalive: true }).catch(() => undefined)
}

/** Open pages may want to show the message themselves. */
async function toPages(message) {
  for (const page of await self.clients.matchAll({ type: 'window', includeUncontrolled: true }))
    page.postMessage(message)
}
