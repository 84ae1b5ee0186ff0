import { countSeptets } from '#worker/domain/addresses/gsm7.ts'

/** Septets of one USSD string: 160 octets (maxUSSD-StringLength, 3GPP TS 29.002) in the GSM alphabet. */
const SCREEN_SEPTETS = 182

/** Number of UCS-2 characters that the octets of so many septets hold: 80 for 182. */
const wideLength = (septets: number): number => Math.ceil((septets * 7) / 8) >> 1

/** True if the text fits one screen of `length` septets. */
export function fitsScreen(text: string, length = SCREEN_SEPTETS): boolean {
  const septets = countSeptets(text)
  return septets < 0 ? text.length <= wideLength(length) : septets <= length
}

/** Cleans a text for a screen: line breaks become `\n`, other control characters and blanks around it go, half characters too. */
export const cleanScreen = (text: string): string =>
  text
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll('\t', ' ')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '')
    .toWellFormed()
    .trim()

/** Cuts a text to a screen of `length` septets; a cut text ends in dots of its own alphabet. */
export function fitScreen(text: string, length: number): { readonly text: string; readonly isCut: boolean } {
  if (fitsScreen(text, length)) return { text, isCut: false }
  // The rest can be left out here, because no screen holds more characters than septets.
  const head = text.slice(0, length)
  const isNarrow = countSeptets(head) >= 0
  const dots = isNarrow ? '...' : '…'
  let end = isNarrow ? head.length : Math.min(head.length, wideLength(length) - 1)
  while (end > 0 && !fitsScreen(head.slice(0, end) + dots, length)) end--
  const cut = head.slice(0, end)
  // Drops the first half of a surrogate pair that the cut went through.
  return { text: (cut.isWellFormed() ? cut : cut.slice(0, -1)) + dots, isCut: true }
}
