import { foldDigits } from './address.ts'

/** Diacritics, tatweel and format characters (ZWNJ, ZWJ, marks of direction), which readers do not see. */
const INVISIBLE = /[\p{Mn}\p{Cf}\u0640]/gu

/**
 * Folds a text for comparison: presentation forms, letter case, digits, Arabic yeh and kaf become alike, and what is
 * invisible goes. White space and punctuation stay. Never for what is sent or kept: the law (ECL 8) wants the exact form.
 */
export function foldText(text: string): string {
  return foldDigits(text.normalize('NFKC').replace(INVISIBLE, ''))
    .replace(/[\u064a\u0649]/g, '\u06cc')
    .replaceAll('\u0643', '\u06a9')
    .toLowerCase()
}
