import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

export interface Import {
  readonly from: string
  readonly to: string
  /** Nothing of it is left after compilation. */
  readonly typeOnly: boolean
}

const FROM = /(?:^|\n)[ \t]*(import|export)\s+(type\s)?([^'";]*?)\sfrom\s+'((?:\.|#worker\/)[^']+)'/g
const BARE = /(?:^|\n)[ \t]*import\s+'((?:\.|#worker\/)[^']+)'|\bimport\(\s*'((?:\.|#worker\/)[^']+)'/g

export const sourceFiles = (...folders: readonly string[]): string[] =>
  folders.flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx}`)).sort()

export const source = (file: string): string => readFileSync(file, 'utf8')

const namesAreTypes = (names: string): boolean => {
  const list = names.match(/^\{([^}]*)\}$/s)?.[1]
  if (list === undefined) return false
  return list
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
    .every((name) => name.startsWith('type '))
}

/** Imports within the house of a TypeScript text that stands at `file`: relative ones, and those by the imports map. */
export function importsOf(file: string, text: string): Import[] {
  const at = (specifier: string): string =>
    specifier.startsWith('#') ? specifier.slice(1) : normalize(join(dirname(file), specifier))
  return [
    ...[...text.matchAll(FROM)].map(([, , type, names = '', specifier = '']) => ({
      from: file,
      to: at(specifier),
      typeOnly: type !== undefined || namesAreTypes(names.trim()),
    })),
    ...[...text.matchAll(BARE)].map(([, bare, dynamic]) => ({
      from: file,
      to: at(bare ?? dynamic ?? ''),
      typeOnly: false,
    })),
  ]
}

/** The first circle of these imports, types' ones too, or null. `nodeOf` draws files together: a folder's, say. */
export function cycleIn(
  imports: readonly Pick<Import, 'from' | 'to'>[],
  nodeOf: (file: string) => string = (file) => file,
): readonly string[] | null {
  const targets = new Map<string, Set<string>>()
  for (const { from, to } of imports) {
    const [node, target] = [nodeOf(from), nodeOf(to)]
    if (node !== target) targets.set(node, (targets.get(node) ?? new Set()).add(target))
  }
  const done = new Set<string>()
  const visit = (node: string, path: readonly string[]): readonly string[] | null => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node]
    if (done.has(node)) return null
    for (const next of targets.get(node) ?? []) {
      const found = visit(next, [...path, node])
      if (found) return found
    }
    done.add(node)
    return null
  }
  for (const node of targets.keys()) {
    const found = visit(node, [])
    if (found) return found
  }
  return null
}

/** The text without comments; with `strings: false` the contents of strings are gone too. */
export function bare(text: string, { strings }: { readonly strings: boolean }): string {
  const token = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g
  return text.replace(token, (match) => (match.startsWith('/') ? '' : strings ? match : `''`))
}
