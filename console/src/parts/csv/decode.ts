/** Encodings that files of people come in, the usual first. */
export const ENCODINGS = ['utf-8', 'windows-1256', 'utf-16le', 'utf-16be'] as const
export type Encoding = (typeof ENCODINGS)[number]

/** Bytes at the head that are looked at. */
const HEAD = 4_096

const startsWith = (bytes: Uint8Array, ...mark: readonly number[]): boolean =>
  mark.every((byte, at) => bytes[at] === byte)

/** Of UTF-16 every second byte of plain text is zero: which one tells the order. */
function wideOrder(head: Uint8Array): Encoding | null {
  let [even, odd] = [0, 0]
  for (let at = 0; at < head.length; at++) if (head[at] === 0) at % 2 === 0 ? even++ : odd++
  const most = head.length * 0.2
  if (odd > most && odd > even * 4) return 'utf-16le'
  return even > most && even > odd * 4 ? 'utf-16be' : null
}

/**
 * Guesses how a file is written: by its mark, by the zeros of UTF-16, as UTF-8 if all of it is that, else as what Excel writes
 * in Iran. It is a guess: the person sees the first rows and may choose.
 */
export function guessEncoding(bytes: Uint8Array): Encoding {
  if (startsWith(bytes, 0xef, 0xbb, 0xbf)) return 'utf-8'
  if (startsWith(bytes, 0xff, 0xfe)) return 'utf-16le'
  if (startsWith(bytes, 0xfe, 0xff)) return 'utf-16be'
  const wide = wideOrder(bytes.subarray(0, HEAD))
  if (wide) return wide
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
    return 'utf-8'
  } catch {
    return 'windows-1256'
  }
}

/** Reads a file's text. The mark at its head is dropped, and what is no letter of the encoding becomes �. */
export const decode = (bytes: Uint8Array, encoding: Encoding): string => new TextDecoder(encoding).decode(bytes)
