import { typedNumber } from '../../words/typed.ts'

/** Words of a field in which several stand with blanks, commas or lines between them. */
export const wordsOf = (text: string): readonly string[] => text.split(/[\s,،]+/).filter((word) => word !== '')

/** Table as lines that a person writes: a name and its number each. */
export const linesOf = (table: Readonly<Record<string, number | undefined>>): string =>
  Object.entries(table)
    .map(([name, number]) => `${name} ${number}`)
    .join('\n')

/** Reads such lines; a line without a number of its own gets one that the API refuses and names. */
export const tableOf = (text: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    text
      .split('\n')
      .map((line) => line.trim().split(/[\s:=,،]+/))
      .filter(([name = '']) => name !== '')
      .map(([name = '', number = '']) => [name.toUpperCase(), typedNumber(number)]),
  )
