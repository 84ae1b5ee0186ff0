import { unharmed } from './cells.ts'
import type { Delimiter, Line, Lines } from './lines.ts'

/** Most lines of a cell in quotes: a longer one is a quote that somebody forgot to close. */
const CELL_LINES = 50
/** Lines after which other work of the page has its turn. */
const TURN = 2_000
/** First line by which a file tells Excel what stands between its cells: `sep=;`. */
export const TOLD = /^\ufeff?sep=(.)?(?=[\r\n]|$)/i

/** What is no letter: NUL, the Ctrl-Z with which DOS ended a file, and the mark of an encoding. */
const UNSAID = /(?!\s)\p{Cc}|\ufeff/gu

/**
 * Reads a cell as a spreadsheet shows it: without what is no letter, and as a text where it was written as a formula
 * (`="0912…"`, which keeps a zero) or behind the apostrophe of our own files.
 */
const cellOf = (written: string): string =>
  unharmed(
    written
      .replaceAll(UNSAID, '')
      .trim()
      .replace(/^="([^"]*)"$/, '$1'),
  )

/** Reads a text cell by cell. */
class Reader {
  private at = 0
  /** Number of the line that is read now. */
  row = 1
  openQuote: number | null = null
  private readonly text: string
  private readonly delimiter: Delimiter

  constructor(text: string, delimiter: Delimiter) {
    this.text = text
    this.delimiter = delimiter
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length
  }

  /** Text in quotes, where two stand for one; a quote that never ends makes its own cell plain. */
  private quoted(): string {
    const [began, beganRow] = [this.at, this.row]
    let cell = ''
    this.at++
    for (;;) {
      const end = this.text.indexOf('"', this.at)
      const piece = this.text.slice(this.at, Math.max(end, this.at))
      this.row += piece.match(/\r\n|\r|\n/g)?.length ?? 0
      if (end < 0 || this.row - beganRow > CELL_LINES) {
        this.openQuote ??= beganRow
        this.at = began
        this.row = beganRow
        return this.plain()
      }
      cell += piece
      this.at = end + 1
      if (this.text[this.at] !== '"') return cell + this.plain()
      cell += '"'
      this.at++
    }
  }

  private plain(): string {
    const began = this.at
    while (this.at < this.text.length) {
      const letter = this.text[this.at]
      if (letter === this.delimiter || letter === '\n' || letter === '\r') break
      this.at++
    }
    return this.text.slice(began, this.at)
  }

  /** Reads the next line. */
  line(): Line {
    const row = this.row
    const cells: string[] = []
    for (;;) {
      const cell = this.text[this.at] === '"' ? this.quoted() : this.plain()
      cells.push(cellOf(cell))
      const letter = this.text[this.at]
      this.at++
      if (letter === this.delimiter) continue
      if (letter === '\r' && this.text[this.at] === '\n') this.at++
      this.row++
      return { row, cells }
    }
  }
}

/** Lines of a text one by one, without blank ones and the one that tells the delimiter. */
export function* linesIn(
  text: string,
  delimiter: Delimiter,
  reader = new Reader(text, delimiter),
): Generator<Line, void> {
  while (!reader.isAtEnd) {
    const line = reader.line()
    const isTold = line.row === 1 && TOLD.test(line.cells.join(delimiter))
    if (!isTold && line.cells.some((cell) => cell !== '')) yield line
  }
}

/** Lines of a short text at once. */
export function linesOf(text: string, delimiter: Delimiter): Lines {
  const reader = new Reader(text, delimiter)
  return { lines: [...linesIn(text, delimiter, reader)], openQuote: reader.openQuote }
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

/** Reads all lines of a text (RFC 4180, and what people make of it); a long one in turns, so that the page stays awake. */
export async function readLines(text: string, delimiter: Delimiter): Promise<Lines> {
  const reader = new Reader(text, delimiter)
  const lines: Line[] = []
  for (const line of linesIn(text, delimiter, reader)) if (lines.push(line) % TURN === 0) await turn()
  return { lines, openQuote: reader.openQuote }
}
