/** A cell: a number stays one, everything else is text. */
export type Cell = string | number | null | undefined

/**
 * What makes a spreadsheet take a text for a formula, also behind blanks and marks that nobody sees, and in the wide forms that
 * some programs fold: `=`, `+`, `-`, `@`, tab, carriage return and line feed.
 */
const FORMULA = /^(?:[\t\r\n]|[\s\p{Cf}\p{Cc}]*[=+\-@＝＋－＠−﹢﹣﹦﹫])/u

/** Puts an apostrophe before a text that a spreadsheet would run, so that it is shown as it is; `+98…` is such a text too. */
export const harmless = (text: string): string => (FORMULA.test(text) ? `'${text}` : text)

/** Takes the apostrophe off that `harmless` had put before a text, when a file comes back. */
export const unharmed = (text: string): string =>
  text.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1) : text

/** Writes a cell. Texts stand in quotes always: a separator of another country's spreadsheets splits none. */
function cell(value: Cell): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  return `"${harmless(value.replaceAll('\0', '')).replaceAll('"', '""')}"`
}

/** Writes a line of CSV (RFC 4180) with its end. */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(cell).join(',')}\r\n`

/** Mark at the head of the file by which spreadsheets know UTF-8. */
export const BOM = '\ufeff'
