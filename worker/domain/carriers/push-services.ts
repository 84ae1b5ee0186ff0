import { type GuardRules, isLocalReceiver, urlRefusal } from '#worker/lib/http/guarded-fetch.ts'

/**
 * Hosts of the push services behind browsers. An endpoint is whatever a stranger's browser says, so no other host is called
 * for one. A dot at the start stands for every name below. The variable PUSH_SERVICES adds others.
 */
const PUSH_SERVICES: readonly { readonly host: string; readonly of: string; readonly source: string }[] = [
  {
    host: 'fcm.googleapis.com',
    of: 'Chrome, Edge on Android, Opera, Samsung Internet',
    source: 'https://firebase.google.com/docs/cloud-messaging/concept-options',
  },
  {
    host: '.push.services.mozilla.com',
    of: 'Firefox',
    source: 'https://mozilla-services.github.io/autopush-rs/http.html',
  },
  {
    host: '.notify.windows.com',
    of: 'Edge on Windows',
    source: 'https://learn.microsoft.com/windows/apps/develop/notifications/push-notifications/wns-overview',
  },
  {
    host: '.push.apple.com',
    of: 'Safari',
    source:
      'https://developer.apple.com/documentation/usernotifications/sending-web-push-notifications-in-web-apps-and-browsers',
  },
]

const isOf = (host: string, name: string): boolean => (name.startsWith('.') ? host.endsWith(name) : host === name)

/** Reason to refuse an endpoint, as a public sentence; null if it may be called. `more` are this deployment's own hosts. */
export function endpointRefusal(endpoint: string, rules: GuardRules, more: readonly string[]): string | null {
  const refusal = urlRefusal(endpoint, rules)
  if (refusal !== null) return refusal
  const url = new URL(endpoint)
  if (isLocalReceiver(url, rules)) return null
  const known = [...PUSH_SERVICES.map(({ host }) => host), ...more]
  return known.some((name) => isOf(url.hostname, name)) ? null : 'the host is not a known push service'
}

/** Hosts in the variable PUSH_SERVICES: names with commas between, where a dot before one stands for every name below. */
export const moreServices = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
