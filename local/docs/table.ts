const cell = (text: string): string => text.replaceAll('|', '\\|')

/** A table of a guide: its heads, then its rows. */
export const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')

/** Marks a text as code. One of several lines is a piece of code a line: a row of a table has but one. */
export const code = (text: string): string =>
  text
    .split('\n')
    .map((line) => `\`${line}\``)
    .join(' ')
