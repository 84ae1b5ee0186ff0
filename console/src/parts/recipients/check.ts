import { UNREAD } from '../csv/decode.ts'
import { columnNames, type Line } from '../csv/lines.ts'
import { type Channel, type Fault, fold, type Read, readAddress, UNSEEN } from './addresses.ts'

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

/** True of an address that is surely one: of numbers, a mobile one or one of another country; other digits may be anything. */
export function isSurely({ channel, region }: Written, cell: string): boolean {
  const { to } = readAddress(channel, cell, region)
  return to !== undefined && (!DIALLED.has(channel) || /^\+989|^\+(?!98)/.test(to))
}

/** How much a cell speaks for its column: a sure address as much as two that were spoilt, or four that may be one. */
function weightOf(written: Written, cell = ''): number {
  if (isSurely(written, cell)) return 4
  const { fault } = readAddress(written.channel, cell, written.region)
  if (fault === 'rounded' || fault === 'mobile') return 2
  return fault === undefined ? 1 : 0
}

/** Channels whose addresses are numbers, as other columns' cells may be: ids of people, sums, numbers of orders. */
const DIALLED: ReadonlySet<Channel> = new Set(['sms', 'voice', 'ussd'])

/** Words in a head that name the column of recipients, where the cells of two look alike. */
const NAMED = /موبایل|همراه|تلفن|گیرنده|رایانامه|ایمیل|mobile|phone|recipient|mail/

/** True of a first line's cell that names its column: it is no address, nor a spoilt one, which is to be told by its row. */
function isName({ channel, region }: Written, cell: string): boolean {
  const { fault } = readAddress(channel, cell, region)
  if (fault === undefined || fault === 'empty') return false
  if (DIALLED.has(channel)) return fault === 'letters' && fold(cell).replaceAll(/\D/g, '').length < 5
  return !cell.includes(channel === 'chat' ? ':' : '@')
}

/** Guesses which column holds recipients, and whether the first line is a head: what it has there names the column. */
export function guessSheet(written: Written, lines: readonly Line[]): Sheet {
  const looked = lines.slice(0, LOOKED_AT)
  const [first] = lines
  const found = Array.from({ length: widthOf(lines) }, (_, at) => {
    const weight = looked.reduce((sum, { cells }) => sum + weightOf(written, cells[at]), 0)
    return NAMED.test(foldedName(first?.cells[at] ?? '')) ? weight * 2 : weight
  })
  const column = Math.max(0, found.indexOf(Math.max(0, ...found)))
  return {
    lines,
    column,
    hasHead: lines.length > 1 && (found[column] ?? 0) > 0 && isName(written, first?.cells[column] ?? ''),
  }
}

/**
 * Folds what people take for the same in a column's name: letters of an Arabic keyboard, half-spaces, blanks of every kind, marks
 * that nobody sees, digits, and capitals.
 */
export const foldedName = (name: string): string =>
  fold(name)
    .normalize('NFKC')
    .replaceAll(UNSEEN, '')
    .replaceAll(/[\s_\u0640\u064b-\u0652\u0670]/g, '')
    .replaceAll(/[\u064a\u0649]/g, 'ی')
    .replaceAll('\u0643', 'ک')
    .toLowerCase()

/** Finds the column that a name in a text means: the one of that very name, else the only one that reads the same; -1: none. */
export function columnOf(columns: readonly string[], name: string): number {
  const exact = columns.indexOf(name)
  if (exact >= 0) return exact
  const alike = columns.flatMap((column, at) => (foldedName(column) === foldedName(name) ? [at] : []))
  return alike.length === 1 ? (alike[0] ?? -1) : -1
}

/** True of a cell that has nothing to see. */
const isBlank = (cell: string | undefined): boolean => (cell ?? '').replaceAll(UNSEEN, '').trim() === ''

interface Asked extends Written {
  /** Names that the text asks for. */
  readonly names: readonly string[]
  /** True: a recipient who stands there twice is sent to once. */
  readonly isOnce: boolean
}

/** Reads every row: whom to send to, what is wrong by row, and how many stand there twice. */
export function checkSheet(sheet: Sheet, { channel, region, names, isOnce }: Asked): Checked {
  const columns = namesOf(sheet)
  const asked = names.map((name) => [name, columnOf(columns, name)] as const)
  const recipients: Recipient[] = []
  const bad: BadRow[] = []
  const seen = new Set<string>()
  let doubles = 0
  for (const { row, cells } of sheet.hasHead ? sheet.lines.slice(1) : sheet.lines) {
    const isUnread = [sheet.column, ...asked.map(([, at]) => at)].some((at) => cells[at]?.includes(UNREAD))
    const read: Read = isUnread ? { fault: 'unread' } : readAddress(channel, cells[sheet.column] ?? '', region)
    if (read.fault !== undefined) {
      bad.push({ row, cells, fault: read.fault })
      continue
    }
    const missing = asked.find(([, at]) => at >= 0 && isBlank(cells[at]))
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
