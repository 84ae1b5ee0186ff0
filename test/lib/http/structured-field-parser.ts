/** Lists of String Items with Integer parameters, read by the algorithms of RFC 9651 section 4.2; throws on anything else. */
export function parseList(field: string): { name: string; parameters: Record<string, number> }[] {
  let at = 0
  const eat = (pattern: RegExp): string | null => {
    pattern.lastIndex = at
    const match = pattern.exec(field)
    if (!match) return null
    at = pattern.lastIndex
    return match[0]
  }
  const must = (pattern: RegExp): string => {
    const text = eat(pattern)
    if (text === null) throw new Error(`not a structured field at ${at}: ${field}`)
    return text
  }
  const string = (): string => {
    must(/"/y)
    let text = ''
    while (eat(/"/y) === null) text += eat(/\\["\\]/y)?.slice(1) ?? must(/[\x20\x21\x23-\x5b\x5d-\x7e]/y)
    return text
  }
  const items: { name: string; parameters: Record<string, number> }[] = []
  do {
    const name = string()
    const parameters: Record<string, number> = {}
    while (eat(/; */y) !== null) {
      const key = must(/[a-z*][a-z0-9_\-.*]*/y)
      must(/=/y)
      parameters[key] = Number(must(/-?[0-9]{1,15}(?![0-9.])/y))
    }
    items.push({ name, parameters })
  } while (eat(/[ \t]*,[ \t]*/y) !== null)
  if (at !== field.length) throw new Error(`text after the list: ${field.slice(at)}`)
  return items
}
