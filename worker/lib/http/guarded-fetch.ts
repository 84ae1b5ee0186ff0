import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { startDeadline } from '#worker/lib/deadline.ts'
import { trimEnd } from '#worker/lib/trim-end.ts'

/**
 * Rules for requests to URLs that a tenant or a person named (webhooks, push endpoints). A Worker cannot see the address that
 * a name resolves to: docs/decisions/0003-ssrf.md says what this guard can hold and what not.
 */
export interface GuardRules {
  /** Hosts of this deployment, with their subdomains: no request may go to ourselves. */
  readonly ownHosts: readonly string[]
  /** This gateway's own port where it runs on loopback (`npm start`): receivers on all others may be called; null: none. */
  readonly localPort: number | null
}

/** Top-level names that are never public, by RFC 6761, 6762, 7686, 8375 or 9476, or by custom inside networks. */
const PRIVATE_SUFFIXES = [
  'alt',
  'arpa',
  'cluster',
  'corp',
  'example',
  'home',
  'internal',
  'intranet',
  'invalid',
  'lan',
  'local',
  'localdomain',
  'localhost',
  'onion',
  'private',
  'svc',
  'test',
]

/** Public names of clouds' metadata services, and public names that resolve to whatever address is written into them. */
const PRIVATE_NAMES = [
  'metadata.goog',
  'metadata.tencentyun.com',
  'metadata.platformequinix.com',
  'nip.io',
  'sslip.io',
  'xip.io',
  'localtest.me',
  'lvh.me',
  'vcap.me',
  'lacolhost.com',
]

const LONGEST_URL = 2_048

const isUnder = (host: string, name: string): boolean => host === name || host.endsWith(`.${name}`)

// Dotted IPv4 is the only form to look for: WHATWG parsing makes it of every other (decimal, octal, hex, short, full-width).
const isIpLiteral = (host: string): boolean => host.startsWith('[') || /^\d+(\.\d+){3}$/.test(host)

function parseUrl(text: string): URL | null {
  // Refuses blanks and controls, because the parser would drop them in silence and the URL checked would not be the one written.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (text.length > LONGEST_URL || /[\u0000-\u0020\u007f\\]/.test(text)) return null
  return URL.canParse(text) ? new URL(text) : null
}

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']
const HTTP_PORT = 80

/** True of a plain receiver on this machine, while the gateway runs on it too. */
export const isLocalReceiver = ({ protocol, hostname, port }: URL, { localPort }: GuardRules): boolean =>
  localPort !== null && protocol === 'http:' && LOOPBACK.includes(hostname) && Number(port || HTTP_PORT) !== localPort

function hostRefusal(host: string, rules: GuardRules): string | null {
  if (isIpLiteral(host)) return 'the host must be a name, not an IP address'
  if (!host.includes('.')) return 'the host must be a public name'
  if (PRIVATE_SUFFIXES.some((suffix) => isUnder(host, suffix))) return 'the host must be a public name'
  if (PRIVATE_NAMES.some((name) => isUnder(host, name))) return 'this host is not allowed'
  if (rules.ownHosts.some((own) => isUnder(host, own.toLowerCase()))) return 'this host is not allowed'
  return null
}

/** Reason why no request may go to this URL, as a public sentence; null if one may. */
export function urlRefusal(text: string, rules: GuardRules): string | null {
  const url = parseUrl(text)
  if (!url) return 'not a valid URL'
  if (url.username !== '' || url.password !== '') return 'the URL must not hold a user name or password'
  if (isLocalReceiver(url, rules)) return null
  if (url.protocol !== 'https:') return 'the URL must start with https://'
  if (url.port !== '') return 'only port 443 is allowed'
  return hostRefusal(
    trimEnd(url.hostname.toLowerCase(), (character) => character === '.'),
    rules,
  )
}

/** URLs that were found allowed, by the rules: an endpoint is POSTed to for hours, and neither changes. */
const allowed = new WeakMap<GuardRules, BoundedMap<string, true>>()
const MOST_ALLOWED = 1_000

/** Answers as `urlRefusal`, and remembers whom it lets through. */
function knownRefusal(url: string, rules: GuardRules): string | null {
  const known = allowed.get(rules) ?? new BoundedMap<string, true>(MOST_ALLOWED)
  allowed.set(rules, known)
  if (known.get(url)) return null
  const reason = urlRefusal(url, rules)
  if (reason === null) known.set(url, true)
  return reason
}

interface GuardedRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: BodyInit
  readonly deadlineMs: number
  /** Time for the body once the status is known, if the deadline is not to hold for it. */
  readonly bodyMs?: number
  /** Most bytes of the body that are kept as text, if not all that are read. */
  readonly textBytes?: number
}

/**
 * Outcome of a guarded POST. answer: `text` holds at most `LONGEST_ANSWER` bytes, `isCut` if there was more or it broke off ·
 * refused: never sent · timeout, network: no answer came.
 */
export type Guarded =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly retryAfter: string | null
      readonly text: string
      readonly isCut?: true
    }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'network' }

const LONGEST_ANSWER = 65_536

/**
 * Reads what fits and drops the rest. A body that breaks off or stalls is cut, because the status is known already. Bytes that
 * are no UTF-8 become U+FFFD; a letter that the end cuts in two is left out.
 */
async function firstBytes(
  response: Response,
  textBytes = LONGEST_ANSWER,
): Promise<{ readonly text: string; readonly isCut?: true }> {
  const reader = response.body?.getReader()
  if (!reader) return { text: '' }
  const decoder = new TextDecoder()
  let text = ''
  let length = 0
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      const bytes = chunk.value as Uint8Array
      text += decoder.decode(bytes.subarray(0, Math.max(0, textBytes - length)), { stream: true })
      length += bytes.length
      if (length >= LONGEST_ANSWER) {
        await reader.cancel()
        return { text, isCut: true }
      }
    }
  } catch {
    return { text, isCut: true }
  }
  return length > textBytes ? { text, isCut: true } : { text: text + decoder.decode() }
}

/** POSTs to a tenant's URL. Checks it here as well, follows no redirect and ends by the deadline. Never throws. */
export async function guardedPost(url: string, request: GuardedRequest, rules: GuardRules): Promise<Guarded> {
  const reason = knownRefusal(url, rules)
  if (reason !== null) return { kind: 'refused', reason }
  const controller = new AbortController()
  // Not AbortSignal.timeout: it runs on after the answer, and workerd refuses the 10,000th timer of an invocation.
  const arm = (ms: number) => startDeadline(ms, () => controller.abort())
  let disarm = arm(request.deadlineMs)
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: request.headers,
      body: request.body,
      signal: controller.signal,
    })
    if (request.bodyMs !== undefined) {
      disarm()
      disarm = arm(request.bodyMs)
    }
    const read = await firstBytes(response, request.textBytes)
    return { kind: 'answer', status: response.status, retryAfter: response.headers.get('retry-after'), ...read }
  } catch {
    return { kind: controller.signal.aborted ? 'timeout' : 'network' }
  } finally {
    disarm()
  }
}
