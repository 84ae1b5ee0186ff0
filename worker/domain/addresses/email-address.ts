import { invalidField } from '#worker/domain/problem.ts'
import type { Address } from './address.ts'

/** Most octets of a local part, and of a path without its brackets (RFC 5321 4.5.3.1). */
const MOST_LOCAL = 64
const MOST_ADDRESS = 254
/** Most octets of a domain without its final dot (RFC 1035 2.3.4). */
const MOST_DOMAIN = 253

/** Dot-atom of RFC 5322 3.2.3, ASCII only. Quoted local parts and comments are refused: no mailbox in use needs them. */
const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
/** Two labels or more, the last with a letter, which leaves out hosts of the local network and IP addresses. */
const DOMAIN = new RegExp(`^(?:${LABEL}\\.)+(?=[a-z0-9-]*[a-z])${LABEL}$`)
/** Characters of an international domain: letters, digits and marks of any script, hyphens, dots, the joiners of Persian. */
const INTERNATIONAL = /^(?:[\p{L}\p{N}\p{M}.\u3002\uff0e\uff61-]|\u200c|\u200d)+$/u

const EXAMPLE = 'must be an e-mail address, such as name@example.com'

/** A domain in lower case and punycode; null if the text is none. */
export function mailDomain(text: string): string | null {
  if (text.length > MOST_DOMAIN) return null
  const lower = text.toLowerCase()
  const isPlain = /^[a-z0-9.-]*$/.test(lower) && !lower.includes('xn--')
  if (!isPlain && !INTERNATIONAL.test(text)) return null
  // The URL parser applies IDNA (UTS 46): it folds, checks and encodes. Plain names need none of that and skip it.
  const ascii = isPlain ? lower : (URL.parse(`https://${text}/`)?.hostname ?? '')
  return ascii.length <= MOST_DOMAIN && DOMAIN.test(ascii) ? ascii : null
}

/** An address `name@domain` in lower case, the domain in punycode; null if the text is no address. */
export function canonicalEmail(input: string): string | null {
  if (input.length > MOST_ADDRESS) return null
  const at = input.lastIndexOf('@')
  const local = input.slice(0, at)
  if (at < 1 || at > MOST_LOCAL || !LOCAL.test(local)) return null
  const domain = mailDomain(input.slice(at + 1))
  if (domain === null || at + 1 + domain.length > MOST_ADDRESS) return null
  // RFC 5321 2.4 lets a host tell letter cases apart and advises against it; no large one does. One form for all spellings
  // makes an opt-out hold for each of them, and lets a reply find the message that it answers.
  return `${local.toLowerCase()}@${domain}`
}

/** A recipient in the form of `canonicalEmail`; throws a `Problem` that does not quote the input. */
export function emailAddress(input: string): Address {
  const value = canonicalEmail(input)
  if (value === null) throw invalidField('', EXAMPLE)
  return { kind: 'email', value }
}

/** A sender: one address, or `@example.com` for every address of a domain; throws a `Problem`. */
export function emailSender(input: string): Address {
  if (!input.startsWith('@')) return emailAddress(input)
  const domain = mailDomain(input.slice(1))
  if (domain === null) throw invalidField('', 'must be an e-mail address, or a domain such as @example.com')
  return { kind: 'domain', value: `@${domain}` }
}

/** The part of a canonical address behind the last `@`. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

/** Values of the assigned senders that allow sending from an address: the address itself, then its whole domain. */
export const emailSenderKeys = ({ kind, value }: Address): readonly string[] =>
  kind === 'email' ? [value, `@${domainOf(value)}`] : [value]
