import { trimEnd } from '#worker/lib/trim-end.ts'
import { foldText } from './folding.ts'

const isDigit = (character: string | undefined): boolean => character !== undefined && /\p{N}/u.test(character)
const isWord = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}]/u.test(character)

/** True if the footer stands anywhere as a word of its own: `لغو11`, but not the start of `لغو110`. */
function standsAlone(text: string, footer: string): boolean {
  for (let at = text.indexOf(footer); at >= 0; at = text.indexOf(footer, at + 1)) {
    if (!isWord(text[at - 1]) && !isDigit(text[at + footer.length])) return true
  }
  return false
}

const isMark = (character: string): boolean => /[\s.!،؛:()«»"-]/.test(character)

/** True if a line ends in the footer, spaces allowed inside it. In mid-line they are not: `لغو 11 مهر` calls off a date. */
function endsLine(text: string, footer: string): boolean {
  return text.split('\n').some((line) => {
    const words = trimEnd(line, isMark).split(/\s+/)
    let tail = ''
    for (let i = words.length - 1; i >= 0 && tail.length < footer.length; i--) tail = (words[i] ?? '') + tail
    return tail.replace(/^[(«"-]+/, '') === footer
  })
}

/** True if the text carries the footer already, in whatever digits, letter forms and spacing (requirements R-3). */
export function hasFooter(text: string, footer: string): boolean {
  if (text.endsWith(footer)) return true
  const wanted = foldText(footer).replace(/\s+/g, '')
  const folded = foldText(text)
  if (!folded.replace(/\s+/g, '').includes(wanted)) return false
  return standsAlone(folded, wanted) || endsLine(folded, wanted)
}
