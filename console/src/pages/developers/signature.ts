/** What a receiver got, as a person pasted it. */
export interface Pasted {
  /** Lines of `name: value`; other headers may stand among them. */
  readonly headers: string
  readonly body: string
  readonly secret: string
}

/** Header of the Standard Webhooks form. */
export type SignatureHeader = 'webhook-id' | 'webhook-timestamp' | 'webhook-signature'

/**
 * Verdict on a signature. `old`, `early`: it is right, but its time is further from now than a receiver should take ·
 * `reformatted`: it is right for the body as it was before somebody changed its spaces or line ends · `wrong`: secret, body or id
 * is another one.
 */
export type Verdict =
  | { readonly kind: 'missing'; readonly header: SignatureHeader }
  | { readonly kind: 'bad-secret' | 'bad-timestamp' | 'bad-version' | 'reformatted' | 'wrong' }
  | { readonly kind: 'right' | 'old' | 'early'; readonly ageMs: number; readonly at: Date }

/** Milliseconds by which a receiver lets the sender's clock differ. */
export const TOLERANCE_MS = 300_000

const SECOND_MS = 1000
const HEADERS: readonly SignatureHeader[] = ['webhook-id', 'webhook-timestamp', 'webhook-signature']

/** Reads headers out of pasted lines, whatever the case of their names. */
export function headersOf(lines: string): ReadonlyMap<string, string> {
  const pairs = lines.split('\n').flatMap((line) => {
    const [, name, value] = /^\s*[<>"']?\s*([\w-]+)["']?\s*[:=]\s*["']?(.*?)["',]*\s*$/.exec(line) ?? []
    return name && value ? [[name.toLowerCase(), value] as const] : []
  })
  return new Map(pairs)
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  } catch {
    return null
  }
}

/** Signs as Standard Webhooks says: HMAC-SHA-256 over `id.timestamp.body`, in base64. */
export async function signatureOf(key: CryptoKey, id: string, timestamp: string, body: string): Promise<string> {
  const signed = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(`${id}.${timestamp}.${body}`))
  return btoa(String.fromCharCode(...new Uint8Array(signed)))
}

/** Makes the key of a `whsec_…`; null of what is none. */
export async function keyOf(secret: string): Promise<CryptoKey | null> {
  const [, base64] = /^\s*(?:whsec_)?([A-Za-z0-9+/]+={0,2})\s*$/.exec(secret) ?? []
  const bytes = base64 ? bytesOf(base64) : null
  if (!bytes || bytes.length < 16) return null
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
}

/** The body as it may have been before an editor, a parser or a copy changed it. */
function formerly(body: string): string[] {
  const texts = [body.trim(), body.replaceAll('\r\n', '\n'), `${body}\n`]
  try {
    texts.push(JSON.stringify(JSON.parse(body)))
  } catch {}
  return texts.filter((text) => text !== body)
}

/** Judges a signature, and says what is wrong with one that does not hold. `now`: epoch milliseconds. */
export async function verdictOn({ headers, body, secret }: Pasted, now: number): Promise<Verdict> {
  const given = headersOf(headers)
  const header = HEADERS.find((name) => !given.get(name))
  if (header) return { kind: 'missing', header }
  const [id = '', timestamp = '', signatures = ''] = HEADERS.map((name) => given.get(name))
  if (!/^\d{9,11}$/.test(timestamp)) return { kind: 'bad-timestamp' }
  const versioned = signatures.split(/\s+/).filter((signature) => signature.startsWith('v1,'))
  if (versioned.length === 0) return { kind: 'bad-version' }
  const key = await keyOf(secret)
  if (!key) return { kind: 'bad-secret' }
  const holds = async (text: string): Promise<boolean> =>
    versioned.includes(`v1,${await signatureOf(key, id, timestamp, text)}`)
  if (await holds(body)) {
    const at = Number(timestamp) * SECOND_MS
    const ageMs = now - at
    const kind = ageMs > TOLERANCE_MS ? 'old' : ageMs < -TOLERANCE_MS ? 'early' : 'right'
    return { kind, ageMs: Math.abs(ageMs), at: new Date(at) }
  }
  for (const text of formerly(body)) if (await holds(text)) return { kind: 'reformatted' }
  return { kind: 'wrong' }
}
