const DIGITS = /[۰-۹٠-٩]/g
const zeroOf = (digit: string): number => (digit >= '۰' ? 0x6f0 : 0x660)

/** A text with Latin digits in the place of those of other scripts. */
export const latin = (text: string): string =>
  text.replaceAll(DIGITS, (digit) => String(digit.charCodeAt(0) - zeroOf(digit)))

/** The number that somebody typed, in digits of whichever script, with or without marks of thousands; NaN: it is none. */
export const typedNumber = (text: string): number =>
  Number(latin(text.trim()).replaceAll('٫', '.').replaceAll(/[,٬]/g, '') || Number.NaN)
