import { guessDelimiter } from '../../parts/csv/guess.ts'
import type { Line } from '../../parts/csv/lines.ts'
import { linesOf } from '../../parts/csv/table.ts'
import { type Channel, readAddress } from '../../parts/recipients/addresses.ts'
import { foldedName, guessSheet, isSurely, type Written } from '../../parts/recipients/check.ts'
import { channelNames } from '../../words/common.ts'

/** A row of an import: where it stood, and what it says. Null: the row names none. */
export interface ImportRow {
  readonly line: number
  readonly recipient: string
  readonly channel: string | null
  readonly sender: string | null
}

/** What an import holds. */
export interface Import {
  readonly rows: readonly ImportRow[]
  /** Line at which a quote opens that nothing closes; null: there is none. */
  readonly openQuote: number | null
}

/** Names of the columns, as our own export and people write them, folded; before others the ones that can mean nothing else. */
const NAMES = {
  recipient: [
    /^(?:recipient|to|(?:mobile|phone)(?:number)?|e-?mail|گیرنده|(?:شماره)?(?:موبایل|همراه)|(?:شماره)?تلفن(?:همراه)?|رایانامه|ایمیل)$/,
    /^(?:number|شماره)$/,
  ],
  channel: [/^(?:channel|کانال)$/],
  sender: [/^(?:sender|from|فرستنده)$/],
} as const

/** Finds the column that a first line names so; -1: none. */
function indexOf(head: readonly string[], names: readonly RegExp[]): number {
  const folded = head.map(foldedName)
  return names.map((name) => folded.findIndex((cell) => name.test(cell))).find((at) => at >= 0) ?? -1
}

const isChannel = (name: string | null): name is Channel => name !== null && Object.hasOwn(channelNames, name)

/** Reads rows by their columns; what is no address stays as it is written, for the API to refuse by its row. */
function rowsOf(lines: readonly Line[], at: Record<keyof typeof NAMES, number>, written: Written): ImportRow[] {
  return lines.flatMap(({ row, cells }) => {
    const cell = cells[at.recipient] ?? ''
    const channel = cells[at.channel]?.toLowerCase() || null
    const { to } = readAddress(isChannel(channel) ? channel : written.channel, cell, written.region)
    return cell === '' ? [] : [{ line: row, recipient: to ?? cell, channel, sender: cells[at.sender] || null }]
  })
}

/** True of a list whose every cell is surely a recipient: some stand beside each other, with commas between. */
const isList = (lines: readonly Line[], written: Written): boolean =>
  lines.every(({ cells }) => cells.every((cell) => cell === '' || isSurely(written, cell)))

/**
 * Reads rows out of pasted text or a CSV: of the columns that a first line names, else of the one whose cells are recipients.
 * Empty lines are left out.
 */
export function importRows(text: string, written: Written): Import {
  const { lines, openQuote } = linesOf(text, guessDelimiter(text))
  const head = lines[0]?.cells ?? []
  const at = {
    recipient: indexOf(head, NAMES.recipient),
    channel: indexOf(head, NAMES.channel),
    sender: indexOf(head, NAMES.sender),
  }
  if (at.recipient >= 0) return { rows: rowsOf(lines.slice(1), at, written), openQuote }
  const bare = { channel: -1, sender: -1 }
  if (isList(lines, written)) {
    const each = lines.flatMap(({ row, cells }) => cells.map((cell) => ({ row, cells: [cell] })))
    return { rows: rowsOf(each, { recipient: 0, ...bare }, written), openQuote }
  }
  const { column, hasHead } = guessSheet(written, lines)
  // A line alone in its column may be somebody: it is told by its row that it was not taken.
  const isHead = hasHead && head.length > 1
  return { rows: rowsOf(isHead ? lines.slice(1) : lines, { recipient: column, ...bare }, written), openQuote }
}
