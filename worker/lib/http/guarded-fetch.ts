/**
 * Requests that go out on a tenant's word (webhooks; media and push endpoints later). A Worker cannot see what address a
 * name resolves to: what this guard can and cannot hold is in docs/decisions/0003-ssrf.md.
 */
export interface GuardRules {
  /** Hosts of this deployment; their subdomains are meant too. */
  readonly ownHosts: readonly string[]
  /** One exact origin that is let through although it is plain and local (`npm start` sets it), or null. */
  readonly localReceiver: string | null
}

/** Never public by their RFC (6761, 6762, 7686, 8375, 9476) or by custom inside networks. */
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

/** Cloud metadata under public names, and public names made to resolve to any address one writes into them. */
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

// WHATWG parsing has made dotted IPv4 of every notation (decimal, octal, hex, short, full-width) before this looks.
const isIpLiteral = (host: string): boolean => host.startsWith('[') || /^\d+(\.\d+){3}$/.test(host)

function parseUrl(text: string): URL | null {
  // The parser would drop tabs and line breaks and trim spaces in silence: what is checked must be what was written.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (text.length > LONGEST_URL || /[\u0000-\u0020\u007f\\]/.test(text)) return null
  return URL.canParse(text) ? new URL(text) : null
}

function hostRefusal(host: string, rules: GuardRules): string | null {
  if (isIpLiteral(host)) return 'the host must be a name, not an IP address'
  if (!host.includes('.')) return 'the host must be a public name'
  if (PRIVATE_SUFFIXES.some((suffix) => isUnder(host, suffix))) return 'the host must be a public name'
  if (PRIVATE_NAMES.some((name) => isUnder(host, name))) return 'this host is not allowed'
  if (rules.ownHosts.some((own) => isUnder(host, own.toLowerCase()))) return 'this host is not allowed'
  return null
}

/** Why no request may go to this URL, as a public sentence; null if it may. */
export function urlRefusal(text: string, rules: GuardRules): string | null {
  const url = parseUrl(text)
  if (!url) return 'not a valid URL'
  if (url.username !== '' || url.password !== '') return 'the URL must not hold a user name or password'
  if (rules.localReceiver !== null && url.origin === rules.localReceiver) return null
  if (url.protocol !== 'https:') return 'the URL must start with https://'
  if (url.port !== '') return 'only port 443 is allowed'
  return hostRefusal(url.hostname.toLowerCase().replace(/\.+$/, ''), rules)
}

interface GuardedRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: BodyInit
  readonly deadlineMs: number
}

/**
 * `answer` holds at most `LONGEST_ANSWER` bytes of text, `isCut` if there was more or it broke off; no answer: `refused`
 * (never sent), `timeout` or `network`.
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

/** Reads what fits and drops the rest. What breaks or stalls while it is read does not undo the status. */
async function firstBytes(response: Response): Promise<{ readonly text: string; readonly isCut?: true }> {
  const reader = response.body?.getReader()
  if (!reader) return { text: '' }
  const decoder = new TextDecoder()
  let text = ''
  let length = 0
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      const bytes = chunk.value as Uint8Array
      text += decoder.decode(bytes.subarray(0, LONGEST_ANSWER - length), { stream: true })
      length += bytes.length
      if (length >= LONGEST_ANSWER) {
        await reader.cancel()
        return { text, isCut: true }
      }
    }
  } catch {
    return { text, isCut: true }
  }
  return { text }
}

/** POSTs to a URL of a tenant's: checked again right here, never redirected, within the deadline. Does not throw. */
export async function guardedPost(url: string, request: GuardedRequest, rules: GuardRules): Promise<Guarded> {
  const reason = urlRefusal(url, rules)
  if (reason !== null) return { kind: 'refused', reason }
  const signal = AbortSignal.timeout(request.deadlineMs)
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: request.headers,
      body: request.body,
      signal,
    })
    const read = await firstBytes(response)
    return { kind: 'answer', status: response.status, retryAfter: response.headers.get('retry-after'), ...read }
  } catch {
    return { kind: signal.aborted ? 'timeout' : 'network' }
  }
}
