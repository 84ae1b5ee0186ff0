import { columnNames, type Line } from '../csv/table.ts'
import { type Channel, type Fault, readAddress } from './addresses.ts'

/** Somebody to send to, with what fills the text. */
export interface Recipient {
  readonly row: number
  readonly to: string
  readonly values: Readonly<Record<string, string>>
}

/** A row that nothing is sent to, and why. */
export interface BadRow {
  readonly row: number
  /** The cells as they were, for a file to mend. */
  readonly cells: readonly string[]
  /** Fault of the address, or the column whose value is missing. */
  readonly fault: Fault | { readonly missing: string }
}

/** All that a file, or a list that was typed, holds. */
export interface Checked {
  readonly recipients: readonly Recipient[]
  readonly bad: readonly BadRow[]
  /** Rows whose recipient stands further up too. */
  readonly doubles: number
}

/** Rows and how they are read. */
export interface Sheet {
  readonly lines: readonly Line[]
  /** True if the first line names the columns. */
  readonly hasHead: boolean
  /** Column that holds recipients. */
  readonly column: number
}

/** Lines at the head that are looked at for the column of recipients. */
const LOOKED_AT = 50

const widthOf = (lines: readonly Line[]): number =>
  lines.slice(0, LOOKED_AT).reduce((width, { cells }) => Math.max(width, cells.length), 0)

/** Names of a sheet's columns. */
export const namesOf = ({ lines, hasHead }: Pick<Sheet, 'lines' | 'hasHead'>): readonly string[] =>
  columnNames(hasHead ? (lines[0]?.cells ?? null) : null, widthOf(lines))

/** How recipients are written: the channel, and whose national numbers the account reads. */
export interface Written {
  readonly channel: Channel
  readonly region: string | null
}

const isAddress = ({ channel, region }: Written, cell: string | undefined): boolean =>
  readAddress(channel, cell ?? '', region).fault === undefined

/** Guesses which column holds recipients, and whether the first line is a head: what it has there is no recipient. */
export function guessSheet(written: Written, lines: readonly Line[]): Sheet {
  const looked = lines.slice(0, LOOKED_AT)
  const found = Array.from(
    { length: widthOf(lines) },
    (_, at) => looked.filter(({ cells }) => isAddress(written, cells[at])).length,
  )
  const column = Math.max(0, found.indexOf(Math.max(0, ...found)))
  const [first] = lines
  return {
    lines,
    column,
    hasHead: lines.length > 1 && !isAddress(written, first?.cells[column]) && (found[column] ?? 0) > 0,
  }
}

interface Asked extends Written {
  /** Names that the text asks for. */
  readonly names: readonly string[]
  /** True: a recipient who stands there twice is sent to once. */
  readonly isOnce: boolean
}

/** Reads every row: whom to send to, what is wrong by row, and how many stand there twice. */
export function checkSheet(sheet: Sheet, { channel, region, names, isOnce }: Asked): Checked {
  const columns = namesOf(sheet)
  const asked = names.map((name) => [name, columns.indexOf(name)] as const)
  const recipients: Recipient[] = []
  const bad: BadRow[] = []
  const seen = new Set<string>()
  let doubles = 0
  for (const { row, cells } of sheet.hasHead ? sheet.lines.slice(1) : sheet.lines) {
    const read = readAddress(channel, cells[sheet.column] ?? '', region)
    if (read.fault !== undefined) {
      bad.push({ row, cells, fault: read.fault })
      continue
    }
    const missing = asked.find(([, at]) => at >= 0 && !cells[at])
    if (missing) {
      bad.push({ row, cells, fault: { missing: missing[0] } })
      continue
    }
    if (seen.has(read.key)) {
      doubles++
      if (isOnce) continue
    }
    seen.add(read.key)
    recipients.push({
      row,
      to: read.to,
      values: Object.fromEntries(asked.map(([name, at]) => [name, cells[at] ?? ''])),
    })
  }
  return { recipients, bad, doubles }
}

/** Reads a list that was typed or pasted: one on each line, or with commas or semicolons between them. */
export const typedLines = (text: string): readonly Line[] =>
  text.split(/\r\n|\r|\n/).flatMap((line, at) =>
    line
      .split(/[,;،؛]/)
      .map((cell) => cell.trim())
      .filter((cell) => cell !== '')
      .map((cell) => ({ row: at + 1, cells: [cell] })),
  )

/** True of a text that was copied from a spreadsheet: it has columns. */
export const isPastedTable = (text: string): boolean => text.includes('\t')
