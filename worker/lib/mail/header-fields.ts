/** One field of a header block: the name in lower case, the value unfolded and trimmed. */
export interface HeaderField {
  readonly name: string
  readonly value: string
}

/**
 * Characters of a value that are kept. RFC 5322 lets a line have 998, and no field that is read here needs more than two lines.
 */
const LONGEST_VALUE = 2_000

/** Most fields that are read of one block. */
const MOST_FIELDS = 500

/**
 * Reads the fields of a header block (RFC 5322 2.2) in their order, up to the first empty line. Passes over lines that are no
 * field: input from outside is read as far as it can be.
 */
export function headerFields(text: string): readonly HeaderField[] {
  const fields: { name: string; value: string }[] = []
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (line.trim() === '') break
    const last = fields.at(-1)
    if (/^[ \t]/.test(line)) {
      if (last && last.value.length < LONGEST_VALUE)
        last.value = `${last.value} ${line.trim()}`.trim().slice(0, LONGEST_VALUE)
      continue
    }
    const colon = line.indexOf(':')
    if (colon < 1 || colon > 100) continue
    if (fields.length === MOST_FIELDS) break
    fields.push({
      name: line.slice(0, colon).trim().toLowerCase(),
      value: line
        .slice(colon + 1)
        .trim()
        .slice(0, LONGEST_VALUE),
    })
  }
  return fields
}

/** The first value of a field; null if there is none. */
export const fieldOf = (fields: readonly HeaderField[], name: string): string | null =>
  fields.find((field) => field.name === name)?.value ?? null

/** All values of a field, in order. */
export const valuesOf = (fields: readonly HeaderField[], name: string): readonly string[] =>
  fields.filter((field) => field.name === name).map(({ value }) => value)

/** Reads header blocks with empty lines between, as a delivery status has them; at most `most` of them. */
export function headerBlocks(text: string, most: number): readonly (readonly HeaderField[])[] {
  return text
    .replace(/\r\n?/g, '\n')
    .split(/\n(?:[ \t]*\n)+/, most)
    .map((block) => headerFields(block.trimStart()))
    .filter((fields) => fields.length > 0)
}
