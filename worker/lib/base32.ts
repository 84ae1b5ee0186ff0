/** Crockford's base 32 in lower case: its digits sort by value in ASCII, so encoded times sort as text. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'
const VALUES = new Map([...DIGITS].map((digit, value) => [digit, value]))

/** Two digits of each number below 1,024. */
const PAIRS: readonly string[] = Array.from({ length: 1_024 }, (_, n) => DIGITS.charAt(n >> 5) + DIGITS.charAt(n & 31))

/** `value` as exactly `width` digits; a RangeError if it does not fit. */
export function encodeNumber(value: number, width: number): string {
  let rest = Math.floor(value)
  let text = ''
  for (let left = width; left > 1; left -= 2) {
    text = PAIRS[rest % 1_024] + text
    rest = Math.floor(rest / 1_024)
  }
  if (width % 2 === 1) {
    text = DIGITS.charAt(rest % 32) + text
    rest = Math.floor(rest / 32)
  }
  if (rest !== 0) throw new RangeError(`${value} does not fit ${width} digits`)
  return text
}

/** The number that the digits say; null if a character is no digit. */
export function decodeNumber(text: string): number | null {
  let value = 0
  for (const digit of text) {
    const part = VALUES.get(digit)
    if (part === undefined) return null
    value = value * 32 + part
  }
  return value
}

/** The first `width` digits of `bytes`, five bits a digit. */
export function encodeBytes(bytes: Uint8Array, width: number): string {
  let text = ''
  let buffer = 0
  let bits = 0
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xffff
    bits += 8
    while (bits >= 5 && text.length < width) {
      bits -= 5
      text += DIGITS.charAt((buffer >> bits) & 31)
    }
    if (text.length === width) break
  }
  return text
}

/** Random bytes drawn ahead, because a call for each id is slow. None is used twice. */
const POOL = 1_024
let pool = new Uint8Array(0)
let drawn = 0

/** `width` random digits (five bits each). */
export function randomDigits(width: number): string {
  if (drawn + width > pool.length) {
    pool = crypto.getRandomValues(new Uint8Array(Math.max(POOL, width)))
    drawn = 0
  }
  let text = ''
  for (const end = drawn + width; drawn < end; drawn++) text += DIGITS.charAt((pool[drawn] ?? 0) & 31)
  return text
}
