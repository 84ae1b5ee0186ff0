/** A place in a text that a column fills: `{{name}}`. */
const PLACE = /\{\{\s*([^{}\s](?:[^{}]*[^{}\s])?)\s*\}\}/g

/** Anything that a content is made of. */
type Part = string | number | boolean | null | undefined | readonly Part[] | { readonly [name: string]: Part }

/** Collects the names that a content's texts ask for, each once, in their order. */
export function namesIn(content: unknown): readonly string[] {
  const names = new Set<string>()
  const look = (part: Part): void => {
    if (typeof part === 'string') for (const [, name = ''] of part.matchAll(PLACE)) names.add(name)
    else if (Array.isArray(part)) part.forEach(look)
    else if (typeof part === 'object' && part !== null) Object.values(part).forEach(look)
  }
  look(content as Part)
  return [...names]
}

/** Writes a value as words of HTML: a `<` in somebody's name is no tag. */
const asWords = (value: string): string => value.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** Fills one text. A name without a value stays as it is written: who calls has looked for those before. */
export const filledText = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(PLACE, (place, name: string) => (Object.hasOwn(values, name) ? (values[name] ?? place) : place))

/** Fills every text of a content. What fills HTML is words in it. */
export function filled<Content>(content: Content, values: Readonly<Record<string, string>>): Content {
  const words = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, asWords(value)]))
  const fill = (part: Part, field?: string): Part => {
    if (typeof part === 'string') return filledText(part, field === 'html' ? words : values)
    if (Array.isArray(part)) return part.map((one) => fill(one))
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, fill(value, name)]))
  }
  // The cast: what is filled has the shape of what was given.
  return fill(content as Part) as Content
}
