/**
 * Who a message goes to or comes from. A line such as `10004346` is not a phone number:
 * no phone parser ever sees one (requirements R-1).
 */
export type Address =
  | { readonly kind: 'e164'; readonly value: string }
  | { readonly kind: 'line'; readonly value: string }
  | { readonly kind: 'shortcode'; readonly value: string }
  | { readonly kind: 'alphanumeric'; readonly value: string }

export type AddressKind = Address['kind']

/** Persian (U+06F0…) and Arabic-Indic (U+0660…) digits as ASCII ones. For numbers only, never for message texts. */
export function foldDigits(text: string): string {
  return text.replace(/[\u06f0-\u06f9\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) & 0xf))
}
