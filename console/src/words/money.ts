import { language } from './language.ts'

/** An amount as the API says it: in the minor unit of its currency. */
interface Money {
  readonly amount: number
  readonly currency: string
}

/** Decimals by which the API counts a currency: those of ISO 4217, but whole rials. */
const decimalsOf = (currency: string): number =>
  currency === 'IRR'
    ? 0
    : (new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2)

/** Writes an amount with its currency: 1,250 IRR, ۱٬۲۵۰ ریال. */
export function money({ amount, currency }: Money): string {
  const decimals = decimalsOf(currency)
  const shown = new Intl.NumberFormat(language === 'fa' ? 'fa-IR-u-nu-arabext' : 'en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(amount / 10 ** decimals)
  const name = language === 'fa' ? new Intl.DisplayNames('fa-IR', { type: 'currency' }).of(currency) : undefined
  return `${shown} ${name ?? currency}`
}
