import { type Encoding, UNREAD } from './decode.ts'
import { DELIMITERS, type Delimiter } from './lines.ts'
import { linesIn, TOLD } from './table.ts'

/** Bytes at the head that are looked at. */
const HEAD = 4_096

const startsWith = (bytes: Uint8Array, ...mark: readonly number[]): boolean =>
  mark.every((byte, at) => bytes[at] === byte)

/** Of UTF-16 every second byte is zero in Latin text and six in Persian: which one tells the order. Else none is. */
function wideOrder(head: Uint8Array): Encoding | null {
  let [even, odd] = [0, 0]
  for (let at = 0; at < head.length; at++) if (head[at] === 0 || head[at] === 6) at % 2 === 0 ? even++ : odd++
  const most = head.length * 0.2
  if (odd > most && odd > even * 4) return 'utf-16le'
  return even > most && even > odd * 4 ? 'utf-16be' : null
}

/** True of UTF-8, also with a broken letter here and there, as where a file was cut. In another encoding most are broken. */
function isUtf8(bytes: Uint8Array): boolean {
  const wide = new TextDecoder().decode(bytes).match(/[^\0-\x7f]/g) ?? []
  const broken = wide.filter((letter) => letter === UNREAD).length
  return broken * 4 <= wide.length
}

/**
 * Guesses how a file is written: by its mark, by the bytes of UTF-16, as UTF-8 if all but a letter of it is that, else as what
 * Excel writes in Iran. It is a guess: the person sees the first rows and may choose.
 */
export function guessEncoding(bytes: Uint8Array): Encoding {
  if (startsWith(bytes, 0xef, 0xbb, 0xbf)) return 'utf-8'
  if (startsWith(bytes, 0xff, 0xfe)) return 'utf-16le'
  if (startsWith(bytes, 0xfe, 0xff)) return 'utf-16be'
  const wide = wideOrder(bytes.subarray(0, HEAD))
  if (wide) return wide
  return isUtf8(bytes) ? 'utf-8' : 'windows-1256'
}

/** Lines at the head that are looked at for the delimiter. */
const LOOKED_AT = 20
/** How a delimiter cuts lines: the number of cells that most of them have, and how many lines those are. */
function cutOf(text: string, delimiter: Delimiter): { readonly width: number; readonly lines: number } {
  const counts: number[] = []
  for (const { cells } of linesIn(text, delimiter)) if (counts.push(cells.length) >= LOOKED_AT) break
  const linesOfWidth = new Map<number, number>()
  for (const count of counts) linesOfWidth.set(count, (linesOfWidth.get(count) ?? 0) + 1)
  let most = { width: 1, lines: 0 }
  for (const [width, lines] of linesOfWidth)
    if (width > 1 && lines * 2 >= counts.length && lines >= most.lines) most = { width, lines }
  return most
}

/**
 * Guesses the delimiter, where the file does not tell it: the one that cuts most of the first lines into as many cells, and into
 * more of them. A title, or a line with a comma in its words, is outvoted by the others.
 */
export function guessDelimiter(text: string): Delimiter {
  const told = TOLD.exec(text)?.[1]
  const named = DELIMITERS.find((delimiter) => delimiter === told)
  if (named) return named
  let best: Delimiter = ','
  let most = { width: 1, lines: 0 }
  for (const delimiter of DELIMITERS) {
    const cut = cutOf(text, delimiter)
    if (cut.lines > most.lines || (cut.lines === most.lines && cut.width > most.width)) {
      most = cut
      best = delimiter
    }
  }
  return best
}
