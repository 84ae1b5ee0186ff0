import { clear, isRepeat, type Names, nameBetween, newNames } from './names.ts'
import { addFault, type Faults, noFaults } from './pointer.ts'

/** Levels of arrays and objects that a body may nest. */
export const DEPTH_LIMIT = 32
/** Values of a whole body: parsed, more of them would not fit an isolate's memory beside 16 MB of text. */
export const VALUE_LIMIT = 400_000

/** Findings about a JSON text that `JSON.parse` does not tell. Pointers start at the value that was scanned. */
export interface JsonScan {
  /** Reason why the scan stopped before the end. Null says nothing of the syntax, which is left to `JSON.parse`. */
  stop: 'deep' | 'many' | 'unbalanced' | null
  /** Offset of the stop. */
  stoppedAt: number
  /** Names that stand twice in one object, which RFC 8259 4 leaves without a meaning. */
  readonly twice: Faults
  /** Names and numbers that would not come through as they were written. */
  readonly faults: Faults
  /** Values, arrays and objects counted twice. */
  values: number
  /** Place of the asked member's array and of its items; null: the outermost object has no such array. */
  items: JsonItems | null
}

/** Offsets behind the opening bracket and of the closing one, and those of the items: start and end by turns. */
interface JsonItems {
  readonly from: number
  to: number
  readonly bounds: number[]
}

interface ScanOptions {
  /** Values that may come; default `VALUE_LIMIT`. */
  readonly values?: number
  /** List that faults are added to. */
  readonly faults?: Faults
  /** Array of the outermost object whose items are located, `most` of them. */
  readonly member?: { readonly name: string; readonly most: number }
}

interface Level {
  isObject: boolean
  awaitsName: boolean
  index: number
  nameStart: number
  nameEnd: number
  readonly names: Names
}

const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const BACKSLASH = 0x5c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** Levels of the scan under way, made once: a scan never waits, so that no two are under way. */
const levels: readonly Level[] = Array.from({ length: DEPTH_LIMIT + 1 }, () => ({
  isObject: false,
  awaitsName: false,
  index: 0,
  nameStart: 0,
  nameEnd: 0,
  names: newNames(),
}))
const levelAt = (depth: number): Level => levels[depth] as Level

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39
const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/** Offset of the quote that ends the string begun at `start`; the length if none does. */
function endOfString(bytes: Uint8Array, start: number): number {
  const { length } = bytes
  for (let i = start + 1; i < length; i++) {
    const byte = bytes[i]
    if (byte === QUOTE) return i
    if (byte === BACKSLASH) i++
  }
  return length
}

const pathTo = (bytes: Uint8Array, depth: number): readonly PropertyKey[] =>
  levels
    .slice(1, depth + 1)
    .map(({ isObject, index, nameStart, nameEnd }) => (isObject ? nameBetween(bytes, nameStart, nameEnd) : index))

function stopped(scan: JsonScan, stop: NonNullable<JsonScan['stop']>, at: number): JsonScan {
  scan.stop = stop
  scan.stoppedAt = at
  return scan
}

const note = (faults: Faults, bytes: Uint8Array, depth: number, detail: string): void =>
  addFault(faults, () => pathTo(bytes, depth), detail)

const PROTO = '__proto__'

function noteName(
  scan: JsonScan,
  bytes: Uint8Array,
  depth: number,
  { start, end }: { readonly start: number; readonly end: number },
): void {
  const level = levelAt(depth)
  level.nameStart = start
  level.nameEnd = end
  level.awaitsName = false
  if (isRepeat(level.names, bytes, start, end)) note(scan.twice, bytes, depth, 'stands twice in its object')
  // Only the length is looked at before the name is decoded: no escape makes a name shorter than its own text.
  if (end - start >= PROTO.length && (bytes[start] === 0x5f || bytes[start] === BACKSLASH))
    if (nameBetween(bytes, start, end) === PROTO) note(scan.faults, bytes, depth, 'is a name that cannot be kept')
}

/** Digits up to which every integer is exact. */
const EXACT_DIGITS = 15
const OF_NUMBER = /^-?\d+$/

/** Offset of the last byte of the number begun at `start`, which is noted if a double cannot hold it. */
function passNumber(scan: JsonScan, bytes: Uint8Array, start: number, depth: number): number {
  let hasExponent = false
  let i = start + 1
  for (; i < bytes.length; i++) {
    const byte = bytes[i] as number
    if (byte === 0x65 || byte === 0x45) hasExponent = true
    else if (!isDigit(byte) && byte !== 0x2e && byte !== MINUS && byte !== 0x2b) break
  }
  if (!hasExponent && i - start <= EXACT_DIGITS) return i - 1
  const text = nameBetween(bytes, start, i)
  const value = Number(text)
  if (!Number.isFinite(value) || (OF_NUMBER.test(text) && !Number.isSafeInteger(value)))
    note(scan.faults, bytes, depth, 'is a number that loses digits: send it as text')
  return i - 1
}

/** Makes the level of an array or object that begins. */
function opened(depth: number, isObject: boolean): Level {
  const level = levelAt(depth)
  level.isObject = isObject
  level.awaitsName = isObject
  level.index = 0
  level.nameStart = 0
  level.nameEnd = 0
  clear(level.names)
  return level
}

/** The asked array if the bracket at `at`, which opens the second level, opens it. */
function itemsFrom(bytes: Uint8Array, at: number, member: ScanOptions['member']): JsonItems | null {
  const { isObject, nameStart, nameEnd } = levelAt(1)
  const isMember = member && isObject && nameBetween(bytes, nameStart, nameEnd) === member.name
  return isMember ? { from: at + 1, to: at + 1, bounds: [] } : null
}

/** Notes the item that ends at `to`. The blank between the brackets of an empty array is none. */
function noteItem(items: JsonItems, bytes: Uint8Array, to: number, most: number): void {
  const start = items.to
  items.to = to + 1
  if (items.bounds.length >= 2 * most) return
  if (bytes[to] === CLOSE_ARRAY && start === items.from) {
    let i = start
    while (isBlank(bytes[i])) i++
    if (i === to) return
  }
  items.bounds.push(start, to)
}

/**
 * Looks through UTF-8 JSON once, without building anything of it: for depth, number of values, names that stand twice, and what
 * parsing would change silently. Text that is no JSON may pass.
 */
export function scanJson(
  bytes: Uint8Array,
  { values: most = VALUE_LIMIT, member, faults = noFaults() }: ScanOptions = {},
): JsonScan {
  const scan: JsonScan = { stop: null, stoppedAt: 0, twice: noFaults(), faults, values: 0, items: null }
  const { length } = bytes
  let depth = 0
  let level = opened(0, false)
  let items: JsonItems | null = null
  for (let i = 0; i < length; i++) {
    const byte = bytes[i] as number
    if (byte === QUOTE) {
      const close = endOfString(bytes, i)
      if (level.awaitsName) noteName(scan, bytes, depth, { start: i + 1, end: close })
      i = close
    } else if (byte === COMMA) {
      scan.values++
      if (level.isObject) level.awaitsName = true
      else level.index++
      if (items !== null && depth === 2) noteItem(items, bytes, i, member?.most ?? 0)
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (depth === DEPTH_LIMIT) return stopped(scan, 'deep', i)
      if (++scan.values > most) return stopped(scan, 'many', i)
      if (++depth === 2 && byte === OPEN_ARRAY) items = itemsFrom(bytes, i, member)
      level = opened(depth, byte === OPEN_OBJECT)
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      if (depth === 0 || level.isObject !== (byte === CLOSE_OBJECT)) return stopped(scan, 'unbalanced', i)
      if (items !== null && depth === 2) {
        noteItem(items, bytes, i, member?.most ?? 0)
        items.to = i
        scan.items = items
        items = null
      }
      clear(level.names)
      level = levelAt(--depth)
    } else if (byte === MINUS || isDigit(byte)) i = passNumber(scan, bytes, i, depth)
  }
  return scan.values > most ? stopped(scan, 'many', length) : scan
}
