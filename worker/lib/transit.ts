import { BoundedMap } from './bounded-map.ts'
import { joinBytes, utf8 } from './bytes.ts'
import { openBytes, sealBytes } from './seal.ts'

/** Secret that keys of transit derive from (HKDF), by its id of at most 255 bytes. */
export interface TransitRoot {
  readonly kid: string
  readonly root: CryptoKey
}

/** What came out of a body, or why nothing did. `label` is what the sender wrote beside it: proven only where it opened. */
export type Opened =
  | { readonly plain: Uint8Array<ArrayBuffer>; readonly label: string }
  | {
      readonly plain: null
      readonly label: string
      /** `lost-key`: it names a key that is not there · `broken`: it was changed, is no sealed body, or its key is another. */
      readonly fault: 'lost-key' | 'broken'
      /** Id of the key; empty if it names none. */
      readonly kid: string
    }

/**
 * Seals what travels between our own processes. Its keys derive from a secret and the day, so that no side asks anybody, and none
 * bears more than a day's nonces. A body names both: after a new secret has become the first, those on the way still open.
 */
export interface Transit {
  seal(plain: Uint8Array<ArrayBuffer>, label: string): Promise<Uint8Array<ArrayBuffer>>
  open(body: Uint8Array<ArrayBuffer>): Promise<Opened>
}

/** Version of the form: itself, length and id of the key, day, length and label; then sealed bytes, whose context is all that. */
const VERSION = 1
const DAY_MS = 86_400_000
/** Derived keys that are kept: what waits on a queue is of at most 15 days. */
const CACHED = 64

interface Head {
  readonly kid: string
  readonly day: number
  readonly label: string
  /** Bytes of the head. */
  readonly length: number
}

function headBytes({ kid, day, label }: Omit<Head, 'length'>): Uint8Array<ArrayBuffer> {
  const [id, name] = [utf8(kid), utf8(label)]
  const [lead, middle] = [Uint8Array.of(VERSION, id.length), Uint8Array.of(day >> 8, day & 255, name.length)]
  return joinBytes([lead, id, middle, name])
}

/** Reads a head; null if the bytes cannot begin with one. */
function headOf(bytes: Uint8Array): Head | null {
  const [version, idLength = 0] = bytes
  const dayAt = 2 + idLength
  const [high, low, nameLength = 0] = bytes.subarray(dayAt)
  const length = dayAt + 3 + nameLength
  if (version !== VERSION || high === undefined || low === undefined || bytes.length < length) return null
  const text = (from: number, to: number): string => new TextDecoder().decode(bytes.subarray(from, to))
  return { kid: text(2, dayAt), day: (high << 8) | low, label: text(dayAt + 3, length), length }
}

/** Makes the transit of some secrets: the first seals, all open. */
export function transitOf(roots: readonly TransitRoot[], now: () => number = Date.now): Transit {
  const keys = new BoundedMap<string, CryptoKey>(CACHED)
  const heads = new BoundedMap<string, Uint8Array<ArrayBuffer>>(CACHED)

  function headFor(kid: string, day: number, label: string): Uint8Array<ArrayBuffer> {
    const name = `${day} ${label}`
    const head = heads.get(name) ?? headBytes({ kid, day, label })
    heads.set(name, head)
    return head
  }

  async function keyOf({ kid, root }: TransitRoot, day: number): Promise<CryptoKey> {
    const name = `${day} ${kid}`
    const kept = keys.get(name)
    if (kept) return kept
    const how = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: utf8(`transit ${day}`) }
    const key = await crypto.subtle.deriveKey(how, root, { name: 'AES-GCM', length: 256 }, false, [
      'encrypt',
      'decrypt',
    ])
    keys.set(name, key)
    return key
  }

  return {
    async seal(plain, label) {
      const [first] = roots
      if (!first) throw new Error('no key of transit')
      const day = Math.floor(now() / DAY_MS)
      const head = headFor(first.kid, day, label)
      return sealBytes(await keyOf(first, day), plain, head, head)
    },
    async open(bytes) {
      const head = headOf(bytes)
      if (!head) return { plain: null, label: '', fault: 'broken', kid: '' }
      const { kid, label } = head
      const root = roots.find((one) => one.kid === kid)
      if (!root) return { plain: null, label, fault: 'lost-key', kid }
      try {
        const key = await keyOf(root, head.day)
        return { plain: await openBytes(key, bytes.subarray(head.length), bytes.subarray(0, head.length)), label }
      } catch {
        return { plain: null, label, fault: 'broken', kid }
      }
    },
  }
}
