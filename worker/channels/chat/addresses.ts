import { type Address, foldDigits, isDigits } from '#worker/domain/addresses/address.ts'
import type { Region } from '#worker/domain/addresses/number-plans.ts'
import { personNumber, phoneNumber } from '#worker/domain/addresses/phone.ts'
import { invalidField } from '#worker/domain/problem.ts'

/** ONE WORD PER NETWORK. `sandbox` is the sandbox carrier's. */
const NETWORKS = ['telegram', 'bale', 'whatsapp', 'sandbox'] as const
export type Network = (typeof NETWORKS)[number]

/** Longest address. A business-scoped user id of WhatsApp is two letters, a point and up to 128 letters and digits. */
const MAX_INPUT = 160
const USERNAME = /^[a-z][a-z0-9_]{2,31}$/
/**
 * Form of a business-scoped user id, for people who hide their number: `IR.1349…`, the same for all numbers of one
 * business.
 */
const BUSINESS_SCOPED_ID = /^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/

const EXAMPLES = 'must be telegram:<chat id>, bale:<chat id>, bale:+<phone number> or whatsapp:+<phone number>'

function split(input: string): { readonly network: Network; readonly rest: string } {
  const text = input.trim()
  const colon = text.indexOf(':')
  const name = text.slice(0, Math.max(colon, 0)).trim().toLowerCase()
  const network = NETWORKS.find((known) => known === name)
  if (!network || input.length > MAX_INPUT) throw invalidField('', EXAMPLES)
  return { network, rest: text.slice(colon + 1).trim() }
}

const phone = (network: Network, rest: string, region: Region | null = null): string =>
  `${network}:${phoneNumber(rest, region).value}`

/** Gives the address of a chat's id (groups are negative) or of a public channel's name. */
function chat(network: Network, rest: string): string {
  if (rest.startsWith('@')) {
    const name = rest.slice(1).toLowerCase()
    if (USERNAME.test(name)) return `${network}:@${name}`
    throw invalidField('', `must be ${network}:@ and the name of a public channel`)
  }
  const id = foldDigits(rest)
  const digits = id.startsWith('-') ? id.slice(1) : id
  if (isDigits(digits) && digits.length <= 20 && !digits.startsWith('0')) return `${network}:${id}`
  throw invalidField('', `must be ${network}: and the chat’s id: digits, which a person’s first message tells`)
}

function sandbox(rest: string): string {
  const digits = foldDigits(rest)
  if (isDigits(digits) && digits.length <= 20) return `sandbox:${digits}`
  throw invalidField('', 'must be sandbox: and up to 20 digits')
}

/**
 * Gives a recipient's canonical form: `telegram:12345`, `telegram:@channel`, `bale:+989121234567`,
 * `whatsapp:+989121234567`.
 */
export function chatAddress(input: string, region: Region | null): Address {
  const { network, rest } = split(input)
  switch (network) {
    case 'telegram':
      return { kind: 'chat', value: chat(network, rest) }
    case 'bale':
      return { kind: 'chat', value: rest.startsWith('+') ? phone(network, rest) : chat(network, rest) }
    case 'whatsapp':
      return {
        kind: 'chat',
        value: BUSINESS_SCOPED_ID.test(rest) ? `${network}:${rest}` : phone(network, rest, region),
      }
    case 'sandbox':
      return { kind: 'chat', value: sandbox(rest) }
  }
}

/**
 * Gives a sender's canonical form: `telegram:<bot>`, `bale:<bot>` (its user name), `whatsapp:+<business number>`,
 * `sandbox:<digits>`.
 */
export function chatSender(input: string): Address {
  const { network, rest } = split(input)
  if (network === 'sandbox') return { kind: 'chat', value: sandbox(rest) }
  if (network === 'whatsapp') return { kind: 'chat', value: phone(network, rest) }
  const name = rest.replace(/^@/, '').toLowerCase()
  if (!USERNAME.test(name)) throw invalidField('', `must be ${network}: and the bot’s user name`)
  return { kind: 'chat', value: `${network}:${name}` }
}

/** Gives who is meant: on networks that know people by their numbers, the number plan's form of the number. */
export function chatPerson(address: string): string {
  const colon = address.indexOf(':') + 1
  return address.slice(0, colon) + personNumber(address.slice(colon))
}

/** Gives the part of an address behind the network's name. */
export const inNetwork = (address: string): string => address.slice(address.indexOf(':') + 1)

export const networkOf = (address: string): string => address.slice(0, address.indexOf(':'))

/** Gives the feature that reaching a recipient needs: the network, and on Bale whether only the phone number is known. */
export const wayTo = (to: string): `to:${string}` => `to:${networkOf(to)}${to.startsWith('bale:+') ? '-phone' : ''}`
