import { utf8 } from '#worker/lib/bytes.ts'

/** Names of one object so far, as offsets into the bytes that they were read from. */
export interface Names {
  count: number
  readonly hashes: number[]
  readonly starts: number[]
  readonly ends: number[]
  /** All names once they are many, so that an object of a hundred thousand costs no more a name than one of ten. */
  many: Set<string> | null
}

/** Names that are compared one by one. */
const FEW = 16
const BACKSLASH = 0x5c

const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })

/** Name that stands, without its quotes, between two offsets; as it was written if its escapes are none. */
export function nameBetween(bytes: Uint8Array, start: number, end: number): string {
  const raw = decoder.decode(bytes.subarray(start, end))
  if (!raw.includes('\\')) return raw
  try {
    return JSON.parse(`"${raw}"`)
  } catch {
    return raw
  }
}

/** Hashes a name: equal names have equal hashes, however they are escaped. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number
    if (byte === BACKSLASH) {
      const name = nameBetween(bytes, start, end)
      const plain = utf8(name)
      return plain.includes(BACKSLASH) ? name.length : hashOf(plain, 0, plain.length)
    }
    hash = (Math.imul(hash, 31) + byte) | 0
  }
  return hash
}

export const newNames = (): Names => ({ count: 0, hashes: [], starts: [], ends: [], many: null })

/** Forgets all names, for the next object. */
export function clear(names: Names): void {
  names.count = 0
  names.many = null
}

function isRepeatOfMany(names: Names, name: string): boolean {
  if (names.many?.has(name)) return true
  names.many?.add(name)
  return false
}

/** Notes the name between two offsets; true if the object has it already. */
export function isRepeat(names: Names, bytes: Uint8Array, start: number, end: number): boolean {
  if (names.many) return isRepeatOfMany(names, nameBetween(bytes, start, end))
  const { hashes, starts, ends, count } = names
  const at = (n: number): string => nameBetween(bytes, starts[n] as number, ends[n] as number)
  const hash = hashOf(bytes, start, end)
  for (let n = 0; n < count; n++) if (hashes[n] === hash && at(n) === nameBetween(bytes, start, end)) return true
  hashes[count] = hash
  starts[count] = start
  ends[count] = end
  names.count = count + 1
  if (names.count === FEW) names.many = new Set(Array.from({ length: FEW }, (_, n) => at(n)))
  return false
}
