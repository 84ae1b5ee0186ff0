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

/** Splits a line into cells; within quotes a comma is no end, and `""` is a quote. */
function cellsOf(line: string, separator: string): string[] {
  const cells: string[] = []
  let [cell, isQuoted] = ['', false]
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at)
    if (character === '"') {
      if (isQuoted && line.charAt(at + 1) === '"') {
        cell += '"'
        at++
      } else isQuoted = !isQuoted
    } else if (character === separator && !isQuoted) {
      cells.push(cell)
      cell = ''
    } else cell += character
  }
  return [...cells, cell].map((text) => text.trim().replace(/^'(?=[=+\-@])/, ''))
}

const indexOf = (head: readonly string[], names: readonly string[]): number =>
  head.findIndex((cell) => names.includes(cell.toLowerCase()))

/**
 * Reads rows out of pasted text or a CSV: the first column, or those that a first line names. Empty lines are left out. The
 * apostrophe that our export puts before `+98…` is taken off.
 */
export function importRows(text: string): ImportRow[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/)
  const separator = [',', ';', '\t'].find((mark) => lines.some((line) => line.includes(mark))) ?? ','
  const rows = lines.map((line, n) => ({ line: n + 1, cells: cellsOf(line, separator) }))
  const head = rows.find(({ cells }) => cells.some(Boolean))?.cells ?? []
  const at = {
    recipient: indexOf(head, NAMES.recipient),
    channel: indexOf(head, NAMES.channel),
    sender: indexOf(head, NAMES.sender),
  }
  const isNamed = at.recipient >= 0
  const first = rows.findIndex(({ cells }) => cells === head)
  return rows
    .slice(isNamed ? first + 1 : 0)
    .map(({ line, cells }) => ({
      line,
      recipient: cells[isNamed ? at.recipient : 0] ?? '',
      channel: (isNamed && cells[at.channel]?.toLowerCase()) || null,
      sender: (isNamed && cells[at.sender]) || null,
    }))
    .filter(({ recipient }) => recipient !== '')
}
