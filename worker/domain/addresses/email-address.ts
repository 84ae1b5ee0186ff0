import { invalidField } from '#worker/domain/problem.ts'
import type { Address } from './address.ts'

/** RFC 5321 4.5.3.1: most octets of a local part, and of a path without its brackets. */
const MOST_LOCAL = 64
const MOST_ADDRESS = 254
/** RFC 1035 2.3.4, without the final dot. */
const MOST_DOMAIN = 253

/** RFC 5322 3.2.3 dot-atom, ASCII. Quoted local parts and comments are forms that no mailbox people use needs. */
const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
/** Two labels or more, the last with a letter: no host of the local network, no IP address. */
const DOMAIN = new RegExp(`^(?:${LABEL}\\.)+(?=[a-z0-9-]*[a-z])${LABEL}$`)
/** What may become a domain: letters, digits and marks of any script, hyphens, dots, and the joiners that Persian needs. */
const INTERNATIONAL = /^(?:[\p{L}\p{N}\p{M}.\u3002\uff0e\uff61-]|\u200c|\u200d)+$/u

const EXAMPLE = 'must be an e-mail address, such as name@example.com'

/** The domain in lower case and punycode; null if the text is none. */
export function mailDomain(text: string): string | null {
  if (text.length > MOST_DOMAIN) return null
  const lower = text.toLowerCase()
  const isPlain = /^[a-z0-9.-]*$/.test(lower) && !lower.includes('xn--')
  if (!isPlain && !INTERNATIONAL.test(text)) return null
  // The URL parser knows IDNA (UTS 46): it folds, checks and encodes. Plain names need none of that.
  const ascii = isPlain ? lower : (URL.parse(`https://${text}/`)?.hostname ?? '')
  return ascii.length <= MOST_DOMAIN && DOMAIN.test(ascii) ? ascii : null
}

/** `name@domain` in its canonical form; null if the text is no address. */
export function canonicalEmail(input: string): string | null {
  if (input.length > MOST_ADDRESS) return null
  const at = input.lastIndexOf('@')
  const local = input.slice(0, at)
  if (at < 1 || at > MOST_LOCAL || !LOCAL.test(local)) return null
  const domain = mailDomain(input.slice(at + 1))
  if (domain === null || at + 1 + domain.length > MOST_ADDRESS) return null
  // RFC 5321 2.4 lets a host tell letter cases apart and advises against it; no large one does. One form for all of them
  // makes an opt-out hold for every way of writing the address, and lets a reply find the message it answers.
  return `${local.toLowerCase()}@${domain}`
}

/** A recipient's canonical form, all in lower case with the domain in punycode, or a `Problem` that does not repeat it. */
export function emailAddress(input: string): Address {
  const value = canonicalEmail(input)
  if (value === null) throw invalidField('', EXAMPLE)
  return { kind: 'email', value }
}

/** As a sender: an address, or `@example.com` for every address of a domain. */
export function emailSender(input: string): Address {
  if (!input.startsWith('@')) return emailAddress(input)
  const domain = mailDomain(input.slice(1))
  if (domain === null) throw invalidField('', 'must be an e-mail address, or a domain such as @example.com')
  return { kind: 'domain', value: `@${domain}` }
}

/** The domain of a canonical address. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

/** The senders that an address may be sent from: itself, or its whole domain. */
export const emailSenderKeys = ({ kind, value }: Address): readonly string[] =>
  kind === 'email' ? [value, `@${domainOf(value)}`] : [value]
