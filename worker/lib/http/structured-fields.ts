/** The parts of RFC 9651 that the API's headers use. */
interface NamedItem {
  readonly name: string
  readonly parameters: Readonly<Record<string, number>>
}

const quoted = (text: string): string => (/["\\]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`)

/** A List of String Items with Integer parameters: `"burst";q=100;w=60, "daily";q=1000;w=86400`. */
export function writeList(items: readonly NamedItem[]): string {
  let list = ''
  for (const { name, parameters } of items) {
    list += list === '' ? quoted(name) : `, ${quoted(name)}`
    for (const key in parameters) list += `;${key}=${Math.trunc(parameters[key] ?? 0)}`
  }
  return list
}

const STRING_ITEM = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/
// What people send unquoted: visible ASCII without the characters that would make it a list, parameters or a broken string.
const BARE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/

/** The text of a String Item, or of the same written bare; null if the field is neither. */
export function readString(field: string): string | null {
  const text = field.trim()
  const inner = STRING_ITEM.exec(text)?.[1]
  if (inner !== undefined) return inner.replace(/\\(["\\])/g, '$1')
  return BARE.test(text) ? text : null
}
