/** Where a member's name stands in a text. */
export interface Place {
  readonly name: string
  readonly line: number
  readonly column: number
}

/** Lengths stay, so that places do: comments and the insides of strings become blanks. */
export function blanked(text: string): string {
  const token = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g
  return text.replace(token, (match) => match.replace(/[^\n]/g, ' '))
}

/**
 * Names of the members that are declared at this stretch of a text, each once: of an interface, of alternatives, of a literal.
 */
export function membersIn(text: string, from: number, to: number): readonly Place[] {
  const code = blanked(text).slice(0, to)
  const found = new Map<string, Place>()
  let outermost: number | null = null
  for (const match of code.slice(from).matchAll(/([{|;(\n,]\s*)(?:readonly\s+)?([A-Za-z_$][\w$]*)\??\s*(?=[:(])/g)) {
    const [whole, , name = ''] = match
    const at = from + match.index + whole.lastIndexOf(name)
    const depth = depthAt(code, from, at)
    outermost ??= depth
    if (depth !== outermost || found.has(name)) continue
    const line = code.slice(0, at).split('\n').length - 1
    found.set(name, { name, line, column: at - code.lastIndexOf('\n', at - 1) - 1 })
  }
  return [...found.values()]
}

function depthAt(code: string, from: number, at: number): number {
  let depth = 0
  for (let i = from; i < at; i++) {
    const sign = code[i] ?? ''
    if ('{(['.includes(sign)) depth++
    if ('})]'.includes(sign)) depth--
  }
  return depth
}

const OPEN: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']' }

/** The bracket that encloses a place, and its other half; null at the top of the file. */
function bracketAround(code: string, at: number): { readonly from: number; readonly to: number } | null {
  let depth = 0
  let from = at - 1
  for (; from >= 0; from--) {
    const sign = code[from] ?? ''
    if ('})]'.includes(sign)) depth++
    else if (sign in OPEN && depth-- === 0) break
  }
  if (from < 0) return null
  depth = 0
  for (let to = from; to < code.length; to++) {
    const sign = code[to] ?? ''
    if (sign in OPEN) depth++
    else if ('})]'.includes(sign) && --depth === 0) return { from, to }
  }
  return null
}

/** The end of what stands before a place, without white space. */
const endBefore = (code: string, at: number): string => code.slice(0, at).trimEnd().slice(-40)

/** Does what stands in these brackets take values apart: the parameters of a function, the left side of `=` or `of`? */
function takesApart(code: string, from: number, to: number): boolean {
  const [before, after] = [endBefore(code, from), code.slice(to + 1).trimStart()]
  if (/^(=(?![=>])|of\b)/.test(after)) return true
  // A parameter with its type: `{ name }: Type`.
  if (code[from] === '{' && after.startsWith(':') && /[(,]$/.test(before)) return true
  return code[from] === '(' && !/\b(if|while|for|switch|catch)$/.test(before) && /^(=>|\{|:[^;=?]*(=>|\{))/.test(after)
}

/** The beginning of a block: of a function, a class, an interface. Behind `=`, `(`, `:` or `return` it is a literal. */
const BLOCK = /(\)|=>|\b(?!return\b)\w+|>)$/

/**
 * Is the name that stands there, in a `blanked` text, read and not given a value? Behind a dot, or in a pattern that takes apart.
 */
export function isRead(code: string, at: number): boolean {
  if (endBefore(code, at).endsWith('.')) return true
  // In a string: a type that picks members by their names.
  if (code[at] === ' ') return false
  for (let around = bracketAround(code, at); around; around = bracketAround(code, around.from)) {
    if (takesApart(code, around.from, around.to)) return true
    if (code[around.from] === '{' && BLOCK.test(endBefore(code, around.from))) return false
  }
  return false
}
