const DIGITS = /[۰-۹٠-٩]/g
const zeroOf = (digit: string): number => (digit >= '۰' ? 0x6f0 : 0x660)

const latin = (text: string): string => text.replaceAll(DIGITS, (digit) => String(digit.charCodeAt(0) - zeroOf(digit)))

/** A telephone number that somebody typed, as the API takes it: Latin digits, no marks between them, + for a leading 00. */
export const asNumber = (text: string): string =>
  latin(text)
    .replaceAll(/[\s()\u200e\u200f./-]/g, '')
    .replace(/^00/, '+')

/** The number that somebody typed, in digits of whichever script, with or without marks of thousands; NaN: it is none. */
export const typedNumber = (text: string): number =>
  Number(latin(text.trim()).replaceAll('٫', '.').replaceAll(/[,٬]/g, '') || Number.NaN)
