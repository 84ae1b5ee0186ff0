const DIGITS = /[۰-۹٠-٩]/g
const zeroOf = (digit: string): number => (digit >= '۰' ? 0x6f0 : 0x660)

/** The number that somebody typed, in digits of whichever script, with or without marks of thousands; NaN: it is none. */
export const typedNumber = (text: string): number =>
  Number(
    text
      .trim()
      .replaceAll(DIGITS, (digit) => String(digit.charCodeAt(0) - zeroOf(digit)))
      .replaceAll('٫', '.')
      .replaceAll(/[,٬]/g, '') || Number.NaN,
  )
