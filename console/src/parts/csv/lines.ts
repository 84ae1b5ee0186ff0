/** What stands between two cells. */
export const DELIMITERS = [',', ';', '\t', '|', '؛'] as const
export type Delimiter = (typeof DELIMITERS)[number]

/** A line of a file: its number as an editor shows it, and its cells. */
export interface Line {
  readonly row: number
  readonly cells: readonly string[]
}

/** A file as lines. */
export interface Lines {
  readonly lines: readonly Line[]
  /** Line at which a quote opens that nothing closes; null: there is none. */
  readonly openQuote: number | null
}

/**
 * Names of the columns: those of the head in one line each, told from their namesakes; a column without one goes by its number.
 */
export function columnNames(head: readonly string[] | null, width: number): readonly string[] {
  const used = new Set<string>()
  const nameOf = (at: number): string =>
    (head?.[at] ?? '')
      .replaceAll(/[{}]/g, '')
      .replaceAll(/[\p{Cc}\s]+/gu, ' ')
      .trim() || String(at + 1)
  return Array.from({ length: width }, (_, at) => {
    const name = nameOf(at)
    let own = name
    for (let count = 2; used.has(own); count++) own = `${name} ${count}`
    used.add(own)
    return own
  })
}
