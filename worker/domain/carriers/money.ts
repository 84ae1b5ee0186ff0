import { trimEnd } from '#worker/lib/trim-end.ts'

/**
 * Integer amount of a currency (its ISO 4217 code) in its minor unit: cents of USD, whole yen. Of IRR it is whole rials: ISO
 * 4217 gives it two decimals, and nobody uses them.
 */
export interface Money {
  readonly amount: number
  readonly currency: string
}

/** Decimals of the currencies that have not two. Source: ISO 4217, list one; IRR as above. */
const DECIMALS: Readonly<Record<string, number>> = {
  IRR: 0,
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3])),
}

/**
 * Reads what a carrier charges, as it wrote it: `120`, `"0.80"`. Null for anything else, and for parts of a minor unit: an
 * amount is told exactly or not at all, and never stands in the way of what else the carrier says.
 */
export function moneyOf(amount: unknown, currency: unknown): Money | null {
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) return null
  if (typeof amount !== 'string' && typeof amount !== 'number') return null
  const [, whole, part = ''] = /^(\d{1,12})(?:\.(\d{1,12}))?$/.exec(String(amount).trim()) ?? []
  if (whole === undefined) return null
  const decimals = DECIMALS[currency] ?? 2
  const minor = trimEnd(part, (digit) => digit === '0')
  if (minor.length > decimals) return null
  return { amount: Number(whole + minor.padEnd(decimals, '0')), currency }
}

/** The member `price` of something that may have one. Only amount and currency are taken over, in this order. */
export const priced = (price: Money | null | undefined): { readonly price?: Money } =>
  price ? { price: { amount: price.amount, currency: price.currency } } : {}
