/** Digits of our ids: Crockford's base 32, in lower case. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'

/** Milliseconds that a request id says it was made at; null of what is none. */
export function timeOfRequest(id: string): number | null {
  const [, digits] = /^req_([0-9a-hjkmnp-tv-z]{10})[0-9a-hjkmnp-tv-z]{6}$/.exec(id) ?? []
  return digits ? [...digits].reduce((sum, digit) => sum * 32 + DIGITS.indexOf(digit), 0) : null
}
