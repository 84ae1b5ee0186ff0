import { type GuardRules, urlRefusal } from '#worker/lib/http/guarded-fetch.ts'

/**
 * Hosts of the push services behind browsers: an endpoint is a stranger's word, and no other host is ever called for one.
 * A dot at the start stands for every name below. Others come by the variable PUSH_SERVICES.
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

/** Why an endpoint is refused, as a public sentence; null if it may be called. `more`: hosts of this deployment's own choice. */
export function endpointRefusal(endpoint: string, rules: GuardRules, more: readonly string[]): string | null {
  const refusal = urlRefusal(endpoint, rules)
  if (refusal !== null) return refusal
  const { hostname, origin } = new URL(endpoint)
  if (rules.localReceiver !== null && origin === rules.localReceiver) return null
  const known = [...PUSH_SERVICES.map(({ host }) => host), ...more]
  return known.some((name) => isOf(hostname, name)) ? null : 'the host is not a known push service'
}

/** The hosts of the variable PUSH_SERVICES: comma-separated names, a dot before one stands for all below. */
export const moreServices = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
