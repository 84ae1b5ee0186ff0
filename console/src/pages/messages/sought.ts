/** What somebody who types into the search field means. */
export type Sought =
  /** An id whose object has a page of its own. */
  | { readonly kind: 'message' | 'batch' | 'verification'; readonly id: string }
  /** An address: everything to and from this person. */
  | { readonly kind: 'person'; readonly person: string; readonly channel?: 'email' | 'chat' | 'push' }
  /** A reference of the tenant's own. */
  | { readonly kind: 'ref'; readonly ref: string }

/** Names of the networks of messengers, as their addresses begin. */
const NETWORK = /^(telegram|bale|whatsapp|sandbox):/i

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/u

/** Digits of Persian and Arabic keyboards as ASCII. */
const asciiDigits = (text: string): string =>
  text.replace(/[۰-۹٠-٩]/g, (digit) => String((digit.codePointAt(0) ?? 0) & 0xf))

/** A text without what is pasted along with numbers: blanks, dashes, brackets and marks of direction. */
const bare = (text: string): string => text.replace(/[\s\-‐-―()./\p{Cf}]/gu, '')

/** Fewest and most digits of a phone number as people write it, with or without its country. */
const NUMBER = /^(?:\+|00)?[0-9]{8,15}$/

/**
 * Reads what was typed. Digits of the length of a phone number are taken for one, unless `as` says that they are a reference:
 * the page offers to look for the other.
 */
export function soughtOf(typed: string, as?: string): Sought {
  const text = asciiDigits(typed).trim()
  if (as === 'ref') return { kind: 'ref', ref: typed.trim() }
  const id = text.replace(/\p{Cf}/gu, '').toLowerCase()
  if (/^msg_[0-9a-z]+$/.test(id)) return { kind: 'message', id }
  if (/^bat_[0-9a-z]+$/.test(id)) return { kind: 'batch', id }
  if (/^ver_[0-9a-z]+$/.test(id)) return { kind: 'verification', id }
  // An event's id holds that of its message.
  const ofEvent = /^evt_([0-9a-z]+)_[0-9a-z._-]+$/.exec(id)?.[1]
  if (ofEvent) return { kind: 'message', id: `msg_${ofEvent}` }
  if (/^dev_[0-9a-z]+$/.test(id)) return { kind: 'person', person: id, channel: 'push' }
  if (NETWORK.test(text)) return { kind: 'person', person: text, channel: 'chat' }
  if (EMAIL.test(text)) return { kind: 'person', person: text, channel: 'email' }
  const number = bare(text)
  if (NUMBER.test(number)) return { kind: 'person', person: number.replace(/^00/, '+') }
  if (as === 'person') return { kind: 'person', person: text }
  return { kind: 'ref', ref: typed.trim() }
}
