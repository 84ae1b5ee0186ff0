/** Something that was put into a world and must not stand in clear in what it keeps. `kind` says what it was, and is shown. */
export interface Marker {
  readonly kind: string
  readonly value: string
  /** A number is looked for without its country code, in all digits and packed; an IP also as its bytes. */
  readonly is: 'number' | 'text' | 'ip'
}

/** Bytes that a marker may be recognised by. */
export interface Spelling {
  readonly how: string
  readonly bytes: Buffer
}

/** Least bytes of a spelling: what is sealed is random, and shorter ones would stand in it by chance. */
const LEAST_BYTES = 6

const PERSIAN_ZERO = 0x06f0
const ARABIC_ZERO = 0x0660
const inDigits = (digits: string, zero: number): string =>
  [...digits].map((digit) => String.fromCharCode(zero + Number(digit))).join('')

const escaped = (text: string, prefix: string): string =>
  [...text].map((char) => `${prefix}${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')

/** Base64 of bytes that begin 0, 1 or 2 bytes behind a border of three, without the characters that their neighbours share. */
function base64At(bytes: Buffer, shift: number): string {
  const all = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
  const [from, to] = [Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6)]
  return all.slice(from, to)
}

const urlSafe = (base64: string): string => base64.replaceAll('+', '-').replaceAll('/', '_')

/** Spellings of some bytes: plain, in hex, in percent escapes, and in base64 of both alphabets wherever they begin. */
function ofBytes(name: string, bytes: Buffer): Spelling[] {
  const hex = bytes.toString('hex')
  const percent = (hex.match(/../g) ?? []).map((pair) => `%${pair}`).join('')
  const base64 = [0, 1, 2].flatMap((shift) => [base64At(bytes, shift), urlSafe(base64At(bytes, shift))])
  const texts = [
    hex,
    hex.toUpperCase(),
    percent,
    percent.toUpperCase(),
    encodeURIComponent(bytes.toString()),
    ...base64,
  ]
  const escapes = texts.map((text) => ({ how: `${name} in hex, % or base64`, bytes: Buffer.from(text) }))
  return [...escapes, { how: name, bytes }]
}

function ofText(text: string): Spelling[] {
  const utf16 = Buffer.from(text, 'utf16le')
  return [
    ...ofBytes('UTF-8', Buffer.from(text)),
    ...ofBytes('UTF-16LE', utf16),
    ...ofBytes('UTF-16BE', Buffer.from(utf16).swap16()),
    ...[escaped(text, '\\u'), escaped(text, '\\u').toUpperCase().replaceAll('\\U', '\\u')].map((one) => ({
      how: '\\u escapes',
      bytes: Buffer.from(one),
    })),
  ]
}

/** Two digits a byte, in either order of the halves; an odd number is filled up by 0 or F. */
function packed(digits: string): Spelling[] {
  const filled = digits.length % 2 === 0 ? [digits] : [`${digits}f`, `${digits}0`, `0${digits}`]
  const hexes = filled.flatMap((hex) => [hex, hex.replace(/(.)(.)/g, '$2$1')])
  return hexes.map((hex) => ({ how: 'packed digits', bytes: Buffer.from(hex, 'hex') }))
}

/** A number as SQLite and others keep integers, in six and eight bytes. */
function asInteger(digits: string): Spelling[] {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(digits))
  const six = bytes.subarray(2)
  return [six, Buffer.from(six).reverse()].map((one) => ({ how: 'an integer', bytes: Buffer.from(one) }))
}

/** Significant digits of an Iranian mobile number, whatever stands before them. */
const NATIONAL = /^(?:\+?98|0)?(9\d{9})$/

/** Digits by which a number is looked for, without what stands before them at home. */
export const significantOf = (value: string): string => NATIONAL.exec(value)?.[1] ?? value.replace(/\D/g, '')

function ofNumber(value: string): Spelling[] {
  const national = significantOf(value)
  const international = value.replace(/\D/g, '')
  return [
    ...[national, inDigits(national, PERSIAN_ZERO), inDigits(national, ARABIC_ZERO)].flatMap(ofText),
    ...packed(international),
    ...packed(`0${national}`),
    ...asInteger(international),
  ]
}

/** An address as its text, and its bytes in hex; as they are only where four of them were not found by chance. */
function ofIp(value: string): Spelling[] {
  const groups = value.includes(':')
    ? value.split(':').map((group) => group.padStart(4, '0'))
    : value.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))
  const bytes = Buffer.from(groups.join(''), 'hex')
  return [...ofText(value), ...ofText(bytes.toString('hex')), { how: 'bytes of an IP', bytes }]
}

/** All spellings that a marker is looked for in, each once. */
export function spellingsOf({ is, value }: Marker): readonly Spelling[] {
  const all = { number: ofNumber, text: ofText, ip: ofIp }[is](value)
  const long = all.filter(({ bytes }) => bytes.length >= LEAST_BYTES)
  return [...new Map(long.map((one) => [one.bytes.toString('hex'), one])).values()]
}

/** Tells which markers stand in some bytes, and how. */
export type Search = (bytes: Uint8Array) => ReadonlyMap<string, string>

const known = new Map<string, readonly Spelling[]>()
/** Spellings of a marker, made once: many worlds are told the same. */
function knownSpellings(marker: Marker): readonly Spelling[] {
  const name = `${marker.is} ${marker.value}`
  const found = known.get(name) ?? spellingsOf(marker)
  known.set(name, found)
  return found
}

interface Wanted {
  readonly kind: string
  readonly spelling: Spelling
}

const threeAt = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)

/** Says whether `wanted` stands in the bytes at a place. */
function standsAt(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false
  return true
}

/** Makes the search for markers: one pass, whatever their number. Spellings of fewer bytes than `least` are left out. */
export function searchFor(markers: readonly Marker[], least = LEAST_BYTES): Search {
  // A bit for each three bytes that a spelling begins with: it fits a processor's cache, as a byte for each would not.
  const starts = new Uint8Array(1 << 21)
  const byStart = new Map<number, Map<number, Wanted[]>>()
  for (const marker of markers)
    for (const spelling of knownSpellings(marker)) {
      const { bytes } = spelling
      if (bytes.length < least) continue
      const [start, next] = [threeAt(bytes, 0), threeAt(bytes, 3)]
      const there = byStart.get(start) ?? new Map<number, Wanted[]>()
      const wanted = there.get(next) ?? []
      wanted.push({ kind: marker.kind, spelling })
      starts[start >> 3] = (starts[start >> 3] ?? 0) | (1 << (start & 7))
      byStart.set(start, there.set(next, wanted))
    }
  return (bytes) => {
    const found = new Map<string, string>()
    let start = 0
    for (let end = 0; end < bytes.length; end++) {
      start = ((start << 8) | (bytes[end] as number)) & 0xffffff
      if (((starts[start >> 3] as number) & (1 << (start & 7))) === 0 || end < 2) continue
      for (const { kind, spelling } of byStart.get(start)?.get(threeAt(bytes, end + 1)) ?? [])
        if (!found.has(kind) && standsAt(bytes, end - 2, spelling.bytes)) found.set(kind, spelling.how)
    }
    return found
  }
}
