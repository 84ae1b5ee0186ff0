/** Where the bracket that opens at this place closes. */
function closeOf(text: string, open: number): number {
  let depth = 0
  for (let at = open; at < text.length; at++) {
    if ('([{'.includes(text[at] ?? '')) depth++
    else if (')]}'.includes(text[at] ?? '') && --depth === 0) return at
  }
  return text.length - 1
}

/** Where the function ends whose name and parameters begin here: behind its body, or behind the value of its property. */
function endOf(text: string, from: number): number {
  if (text[from] === '(') {
    const parameters = closeOf(text, from)
    // A brace in the type of what it returns is closed on its line.
    const body = text.indexOf('{\n', parameters)
    return body < 0 ? text.length - 1 : closeOf(text, body)
  }
  for (let at = from; at < text.length; at++) {
    if ('([{'.includes(text[at] ?? '')) at = closeOf(text, at)
    else if (text[at] === ',' || text[at] === '}') return at - 1
  }
  return text.length - 1
}

/** A text without these functions: `async poll(cursor) { … }`, `function poll(…) { … }`, `poll: (cursor) => …`. */
export function withoutMembers(text: string, names: readonly string[]): string {
  let rest = text
  for (const name of names)
    for (;;) {
      const begin = new RegExp(`(?:^|\\n)[ \\t]*(?:async\\s+)?(?:function\\s+)?${name}(?=\\(|:)`).exec(rest)
      if (!begin) break
      rest = rest.slice(0, begin.index) + rest.slice(endOf(rest, begin.index + begin[0].length) + 1)
    }
  return rest
}

const withoutTexts = (text: string): string => text.replace(/'(?:\\.|[^'\\\n])*'/g, "''")

/**
 * The settings that these texts of a driver do not read: by openSettings' functions, or off the raw ones. One that is bound to a
 * name is read where the name is used.
 */
export function withoutReader(settings: readonly string[], texts: readonly string[]): string[] {
  return settings.filter((setting) => {
    const read = new RegExp(`(?:\\.(?:text|optionalText|url|number|flag)\\(|\\bvalue\\(|\\braw\\[)'${setting}'`)
    return !texts.some((text) => {
      const reads = text.split('\n').filter((line) => read.test(line))
      return reads.some((line) => {
        const [, name] = /^\s*const (\w+) = /.exec(line) ?? []
        if (name === undefined) return true
        // A key of the same name, and the word in a text, are the setting and not its value.
        return (withoutTexts(text).match(new RegExp(`(?<![\\w$.])${name}(?![\\w$]|\\s*:)`, 'g'))?.length ?? 0) > 1
      })
    })
  })
}
