/**
 * The sender or recipient of a message, in its channel's canonical form. A line such as `10004346` is not a phone number:
 * no phone parser ever sees one (requirements R-1).
 */
export type Address =
  | { readonly kind: 'e164'; readonly value: string }
  | { readonly kind: 'line'; readonly value: string }
  | { readonly kind: 'shortcode'; readonly value: string }
  | { readonly kind: 'alphanumeric'; readonly value: string }
  /** `name@domain`, domain in lower case and punycode. */
  | { readonly kind: 'email'; readonly value: string }
  /** Stands, as a sender, for every address of the domain: `@example.com`. */
  | { readonly kind: 'domain'; readonly value: string }
  /** Id of an entry of the device registry: `dev_…`. */
  | { readonly kind: 'device'; readonly value: string }
  /** Name, as a sender, of the application that people subscribed to. */
  | { readonly kind: 'app'; readonly value: string }
  /** USSD service code: `*384*1#`. */
  | { readonly kind: 'code'; readonly value: string }
  /** Account of a person or a bot on a messenger: `telegram:12345`, `whatsapp:+989121234567`. */
  | { readonly kind: 'chat'; readonly value: string }

export type AddressKind = Address['kind']

/** Turns Persian (U+06F0…) and Arabic-Indic (U+0660…) digits into ASCII ones. For numbers, never for the text of a message. */
export function foldDigits(text: string): string {
  return text.replace(/[\u06f0-\u06f9\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) & 0xf))
}

/** Characters that people put between digits, brackets aside: spaces, dashes, dots, ZWNJ, invisible marks of direction. */
const FILLERS = /[\s.\-\u2010-\u2015\u2212\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069]/g
const BRACKETS = /[()]/g

/** Folds the digits of a number as typed and drops its fillers; brackets stay, because `+44 (0)20` means a trunk prefix. */
export const bracketedNumber = (text: string): string => foldDigits(text.replace(FILLERS, ''))

/** Drops round brackets and keeps what stands in them. */
export const withoutBrackets = (text: string): string => text.replace(BRACKETS, '')

/** Folds the digits of a number as typed and drops all fillers, brackets too. */
export const compactNumber = (text: string): string => withoutBrackets(bracketedNumber(text))

const PLUS = 0x2b
const ZERO = 0x30
const NINE = 0x39

/** True if ASCII digits, at least one, and nothing else follow from `start` on. */
export function isDigits(text: string, start = 0): boolean {
  for (let i = start; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < ZERO || unit > NINE) return false
  }
  return text.length > start
}

/** True for `+` and digits and nothing else; the country code is not checked. */
export const isInternational = (text: string): boolean => text.charCodeAt(0) === PLUS && isDigits(text, 1)
