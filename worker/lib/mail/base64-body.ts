/** Table of the bytes that base64 is made of: 1 for a letter, 2 for padding, 3 for white space. */
const KINDS = new Uint8Array(256)
for (const sign of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/') KINDS[sign.charCodeAt(0)] = 1
KINDS[0x3d] = 2
for (const space of [0x20, 0x09, 0x0d]) KINDS[space] = 3

/** Least length of a line in which two strange signs are damage of the way, as old relays did it, and not words. */
const LONG_LINE = 60
/** Least length of a line behind the padding that is base64 again, without padding of its own. */
const NEXT_UNIT = 40

interface LineShape {
  readonly letters: number
  readonly padding: number
  readonly strange: number
}

function shapeOf(line: Uint8Array): LineShape {
  let end = line.length
  // Old relays broke long lines with an exclamation mark.
  while (end > 0 && (KINDS[line[end - 1] ?? 0] === 3 || line[end - 1] === 0x21)) end--
  const counts = [0, 0, 0, 0]
  for (let i = 0; i < end; i++) {
    const kind = KINDS[line[i] ?? 0] ?? 0
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  const [other = 0, letters = 0, padding = 0, spaces = 0] = counts
  return { letters, padding, strange: other + spaces }
}

/** Kind of a line: of the base64 text, of something else, or empty. */
type LineKind = 'base64' | 'other' | 'empty'

/** True if a line behind padding is base64 again. Where several lines were padded, each is a text of its own. */
const goesOn = ({ letters, padding }: LineShape, paddedLines: number): boolean =>
  letters > 0 && (letters + padding) % 4 === 0 && (padding > 0 || letters >= NEXT_UNIT || paddedLines > 1)

/** Tells the lines of one base64 body from what was put behind them. */
export interface Base64Body {
  /** Says what the next line is. After the end every line is another. */
  read(line: Uint8Array): LineKind
  /** False while no line of base64 was read: the body may be no base64 at all. */
  isStarted(): boolean
  /** True if lines behind the end look like base64 of the text: then it was damaged, and its rest is lost. */
  isCut(): boolean
}

/**
 * Begins to read the lines of a base64 body. A mailing list writes its footer under such a text as it stands: the text ends after
 * its padding, or at the first line of words. Some programs pad every line, and so it may go on after padding with lines of the
 * same kind.
 */
export function base64Body(): Base64Body {
  let [isStarted, isPadded, hasEnded, isCut] = [false, false, false, false]
  let paddedLines = 0
  let width = 0
  return {
    isStarted: () => isStarted,
    isCut: () => isCut,
    read(line) {
      const shape = shapeOf(line)
      if (shape.letters + shape.padding + shape.strange === 0) return 'empty'
      const isWords = shape.strange > (line.length >= LONG_LINE ? 2 : 0)
      if (hasEnded) {
        if (!isWords && width >= NEXT_UNIT && shape.letters === width) isCut = true
        return 'other'
      }
      if (isWords || (isPadded && !goesOn(shape, paddedLines))) {
        hasEnded = isStarted
        return 'other'
      }
      if (!isStarted) width = shape.letters
      isStarted = true
      isPadded = shape.padding > 0
      if (isPadded) paddedLines++
      return 'base64'
    },
  }
}
