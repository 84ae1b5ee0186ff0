import { guessDelimiter, linesOf } from '../../parts/csv/table.ts'

/** A row of an import: where it stood, and what it says. Null: the row names none. */
export interface ImportRow {
  readonly line: number
  readonly recipient: string
  readonly channel: string | null
  readonly sender: string | null
}

/** Names of the columns, as our own export and people write them. */
const NAMES = {
  recipient: ['recipient', 'to', 'number', 'mobile', 'phone', 'گیرنده', 'شماره', 'موبایل'],
  channel: ['channel', 'کانال'],
  sender: ['sender', 'from', 'فرستنده'],
} as const

/** Cell without the apostrophe that our export puts before `+98…`. */
const bare = (cell: string): string => cell.replace(/^'(?=[=+\-@])/, '')

const indexOf = (head: readonly string[], names: readonly string[]): number =>
  head.findIndex((cell) => names.includes(cell.toLowerCase()))

/** Reads rows out of pasted text or a CSV: the first column, or those that a first line names. Empty lines are left out. */
export function importRows(text: string): ImportRow[] {
  const lines = linesOf(text.replace(/^\ufeff/, ''), guessDelimiter(text)).map(({ row, cells }) => ({
    line: row,
    cells: cells.map(bare),
  }))
  const head = lines[0]?.cells ?? []
  const at = {
    recipient: indexOf(head, NAMES.recipient),
    channel: indexOf(head, NAMES.channel),
    sender: indexOf(head, NAMES.sender),
  }
  const isNamed = at.recipient >= 0
  return lines
    .slice(isNamed ? 1 : 0)
    .map(({ line, cells }) => ({
      line,
      recipient: cells[isNamed ? at.recipient : 0] ?? '',
      channel: (isNamed && cells[at.channel]?.toLowerCase()) || null,
      sender: (isNamed && cells[at.sender]) || null,
    }))
    .filter(({ recipient }) => recipient !== '')
}
