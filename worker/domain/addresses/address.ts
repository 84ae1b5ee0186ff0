/**
 * Who a message goes to or comes from. A line such as `10004346` is not a phone number:
 * no phone parser ever sees one (requirements R-1).
 */
export type Address =
  | { readonly kind: 'e164'; readonly value: string }
  | { readonly kind: 'line'; readonly value: string }
  | { readonly kind: 'shortcode'; readonly value: string }
  | { readonly kind: 'alphanumeric'; readonly value: string }
  /** `name@domain`, domain in lower case and punycode. */
  | { readonly kind: 'email'; readonly value: string }
  /** As a sender: every address of the domain. `@example.com`. */
  | { readonly kind: 'domain'; readonly value: string }
  /** An entry of the device registry: `dev_…`. */
  | { readonly kind: 'device'; readonly value: string }
  /** As a sender: the application that people subscribed to. */
  | { readonly kind: 'app'; readonly value: string }
  /** A USSD service code: `*384*1#`. */
  | { readonly kind: 'code'; readonly value: string }
  /** A person or bot on a messenger: `telegram:12345`, `whatsapp:+989121234567`. */
  | { readonly kind: 'chat'; readonly value: string }

export type AddressKind = Address['kind']

/** Persian (U+06F0…) and Arabic-Indic (U+0660…) digits as ASCII ones. For numbers only, never for message texts. */
export function foldDigits(text: string): string {
  return text.replace(/[\u06f0-\u06f9\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) & 0xf))
}

/** What people put between digits, brackets aside: spaces, dashes, dots, ZWNJ and the invisible marks of direction. */
const FILLERS = /[\s.\-\u2010-\u2015\u2212\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069]/g
const BRACKETS = /[()]/g

/** A number as typed with its brackets, its digits folded and the other fillers gone. */
export const bracketedNumber = (text: string): string => foldDigits(text.replace(FILLERS, ''))

export const withoutBrackets = (text: string): string => text.replace(BRACKETS, '')

/** A number as typed, with its digits folded and the fillers gone. */
export const compactNumber = (text: string): string => withoutBrackets(bracketedNumber(text))

const PLUS = 0x2b
const ZERO = 0x30
const NINE = 0x39

/** Are all characters from `start` on ASCII digits? */
export function isDigits(text: string, start = 0): boolean {
  for (let i = start; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < ZERO || unit > NINE) return false
  }
  return text.length > start
}

/** `+` and digits, nothing else. Says nothing of the country. */
export const isInternational = (text: string): boolean => text.charCodeAt(0) === PLUS && isDigits(text, 1)
