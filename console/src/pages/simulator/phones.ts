import { useState } from 'react'

/** Test telephones that stand on the page of a tenant, by number. */
const FIRST = '+989121234567'

/** Places of a telephone: what comes by its number, and what is like one for other channels. */
export interface Place {
  readonly channel: 'sms' | 'email' | 'chat' | 'push'
  readonly address: string
}

const digitsOf = (number: string): string => number.replace(/\D/g, '')

/** Everything that arrives at the person of a number: mail, messenger and device bear its digits, so that its fate is theirs. */
export function placesOf(number: string): readonly Place[] {
  const digits = digitsOf(number)
  return [
    { channel: 'sms', address: number },
    { channel: 'email', address: `user-${digits}@example.com` },
    { channel: 'chat', address: `sandbox:${digits}` },
    { channel: 'push', address: `phone-${digits}` },
  ]
}

/** Reads a number as somebody types it: with Persian digits, blanks, a zero before it. Null: it cannot be one. */
export function numberTyped(text: string): string | null {
  const folded = text
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0))
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x0660))
  const isForeign = /^\s*(\+|00)/.test(folded)
  const digits = digitsOf(folded).replace(isForeign ? /^00/ : /^0/, '')
  if (digits.length < 7 || digits.length > 15) return null
  return isForeign || digits.startsWith('98') ? `+${digits}` : `+98${digits}`
}

/** The number whose fate is another: its last four digits are changed. */
export const withFate = (number: string, digits: string): string => number.slice(0, -4) + digits

const storage = (tenantId: string): string => `chapar.phones.${tenantId}`

function read(tenantId: string): readonly string[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(storage(tenantId)) ?? 'null')
    if (Array.isArray(kept) && kept.length > 0) return kept.filter((one) => typeof one === 'string')
  } catch {}
  return [FIRST]
}

/** The telephones of this browser tab, and ways to change them. At most eight: each that is looked at is asked for. */
export function usePhones(tenantId: string) {
  const [numbers, set] = useState(() => read(tenantId))
  const change = (next: readonly string[]): void => {
    set(next)
    try {
      sessionStorage.setItem(storage(tenantId), JSON.stringify(next))
    } catch {}
  }
  return {
    numbers,
    add: (number: string) => numbers.includes(number) || change([...numbers, number].slice(-8)),
    remove: (number: string) => {
      const rest = numbers.filter((one) => one !== number)
      change(rest.length > 0 ? rest : [FIRST])
    },
  }
}
