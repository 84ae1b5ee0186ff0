/** A String Item with Integer parameters (RFC 9651), of which the API's headers need no more. */
interface NamedItem {
  readonly name: string
  readonly parameters: Readonly<Record<string, number>>
}

const quoted = (text: string): string => (/["\\]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`)

/** Writes a List of such Items: `"burst";q=100;w=60, "daily";q=1000;w=86400`. */
export function writeList(items: readonly NamedItem[]): string {
  let list = ''
  for (const { name, parameters } of items) {
    list += list === '' ? quoted(name) : `, ${quoted(name)}`
    for (const key in parameters) list += `;${key}=${Math.trunc(parameters[key] ?? 0)}`
  }
  return list
}

const STRING_ITEM = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/
// Text that people send unquoted: visible ASCII without the characters that make a list, parameters or a broken string.
const BARE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/

/** Reads the text of a String Item (RFC 9651 3.3.3), or the same without quotes; null if the field is neither. */
export function readString(field: string): string | null {
  const text = field.trim()
  const inner = STRING_ITEM.exec(text)?.[1]
  if (inner !== undefined) return inner.replace(/\\(["\\])/g, '$1')
  return BARE.test(text) ? text : null
}
