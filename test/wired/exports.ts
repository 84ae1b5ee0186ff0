import { dirname, join, normalize } from 'node:path'
import { bare } from '../source-tree.ts'

/** Texts of TypeScript files by their paths. */
export type SourceTree = ReadonlyMap<string, string>

export interface Export {
  readonly file: string
  readonly name: string
}

/** Names that one file takes of another; `all`: as a whole, so that nothing is known of the names. */
interface Taken {
  readonly of: string
  readonly names: readonly string[] | 'all'
  /** The name under which each one is handed on; absent in an import. */
  readonly as?: readonly string[]
}

const DECLARED =
  /(?:^|\n)export\s+(?:declare\s+)?(?:async\s+)?(?:abstract\s+)?(?:const\s+enum|const|let|var|function\*?|class|interface|type|enum)\s+([A-Za-z_$][\w$]*)/g
const UNPACKED = /(?:^|\n)export\s+const\s+\{([^}]*)\}\s*=/g
const LISTED = /(?:^|\n)export\s+(?:type\s+)?\{([^}]*)\}(?!\s*from)/g
const HANDED_ON = /(?:^|\n)export\s+(?:type\s+)?(?:\{([^}]*)\}|\*(?:\s+as\s+([\w$]+))?)\s+from\s+'([^']+)'/g
const IMPORTED =
  /(?:^|\n)\s*import\s+(?:type\s+)?(?:([A-Za-z_$][\w$]*)\s*,?\s*)?(?:\{([^}]*)\}|\*\s+as\s+([\w$]+))?\s*from\s+'([^']+)'/g
const DYNAMIC =
  /(?:\{([^}]*)\}\s*=\s*await\s+)?(?:\(\s*await\s+)?(?<![\w$.])import\(\s*'([^']+)'\s*\)\s*(?:\)\s*\.\s*([\w$]+)|\.\s*(?!then\b)([\w$]+))?/g

/** The pairs of a list in braces: what is taken, and what it is called from there on. */
const pairsOf = (list: string): readonly (readonly [name: string, as: string])[] =>
  list
    .split(',')
    .map((part) => part.trim().replace(/^type\s+/, ''))
    .filter(Boolean)
    .map((part) => part.split(/\s+as\s+|\s*:\s*/))
    .map(([name = '', as = name]) => [name, as])

/** The names that a file exports itself; what it hands on of others is `takenBy`'s. */
export function exportsOf(file: string, text: string): Export[] {
  const code = bare(text, { strings: true })
  const names = [
    ...[...code.matchAll(DECLARED)].map(([, name = '']) => name),
    ...[...code.matchAll(UNPACKED)].flatMap(([, list = '']) => pairsOf(list).map(([, as]) => as)),
    ...[...code.matchAll(LISTED)].flatMap(([, list = '']) => pairsOf(list).map(([, as]) => as)),
    ...(/(?:^|\n)export\s+default\b/.test(code) ? ['default'] : []),
  ]
  return [...new Set(names)].map((name) => ({ file, name }))
}

/** The members of a namespace import that are read; `all` if it is handed about as a whole. */
function membersOf(namespace: string, code: string): readonly string[] | 'all' {
  const seen = [...code.matchAll(new RegExp(`(?<![\\w$.])${namespace}(?![\\w$])(?:\\s*\\.\\s*([\\w$]+))?`, 'g'))].slice(
    1,
  )
  const names = seen.map(([, member]) => member)
  return names.every((name) => name !== undefined) ? names : 'all'
}

function takenBy(file: string, text: string): Taken[] {
  const code = bare(text, { strings: true })
  const at = (specifier: string): string =>
    specifier.startsWith('#') ? specifier.slice(1) : normalize(join(dirname(file), specifier))
  const imported = [...code.matchAll(IMPORTED)].flatMap(([whole, byDefault, list, namespace, from = '']): Taken[] => [
    ...(byDefault === undefined ? [] : [{ of: at(from), names: ['default'] }]),
    ...(list === undefined ? [] : [{ of: at(from), names: pairsOf(list).map(([name]) => name) }]),
    ...(namespace === undefined
      ? []
      : [{ of: at(from), names: membersOf(namespace, code.replace(whole, `import ${namespace} `)) }]),
  ])
  const dynamic = [...code.matchAll(DYNAMIC)].map(([, list, from = '', awaited, member]): Taken => {
    const one = awaited ?? member
    return {
      of: at(from),
      names: one !== undefined ? [one] : list === undefined ? 'all' : pairsOf(list).map(([name]) => name),
    }
  })
  const handedOn = [...code.matchAll(HANDED_ON)].map(([, list, namespace, from = '']): Taken => {
    if (list === undefined)
      return namespace === undefined ? { of: at(from), names: 'all', as: [] } : { of: at(from), names: 'all' }
    const pairs = pairsOf(list)
    return { of: at(from), names: pairs.map(([name]) => name), as: pairs.map(([, as]) => as) }
  })
  return [...imported, ...dynamic, ...handedOn]
}

/**
 * The exports of some files that no other file of the tree takes. `entries` are read from outside (a Worker's main): all that
 * they export or hand on has a user. What is only handed on has one if the name it is handed on under has.
 */
export function unusedExports(
  tree: SourceTree,
  isExporter: (file: string) => boolean,
  entries: ReadonlySet<string>,
): Export[] {
  const used = new Set<string>()
  const keyOf = (file: string, name: string): string => `${file} ${name}`
  const declared = new Map(
    [...tree].map(([file, text]) => [file, exportsOf(file, text).map(({ name }) => name)] as const),
  )
  const taken = [...tree].flatMap(([file, text]) => takenBy(file, text).map((one) => ({ ...one, by: file })))
  const targets = Map.groupBy(
    taken.filter(({ as }) => as !== undefined),
    ({ by }) => by,
  )
  const use = (file: string, name: string): void => {
    if (used.has(keyOf(file, name))) return
    used.add(keyOf(file, name))
    for (const { of, names, as } of targets.get(file) ?? []) {
      if (names === 'all') use(of, name)
      else for (const [n, original] of names.entries()) if (as?.[n] === name) use(of, original)
    }
  }
  const useAll = (file: string): void => {
    for (const name of declared.get(file) ?? []) use(file, name)
    for (const { of, names, as } of targets.get(file) ?? []) {
      if (names === 'all') useAll(of)
      else for (const name of as ?? []) use(file, name)
    }
  }
  for (const { of, names, as } of taken) {
    if (as !== undefined) continue
    if (names === 'all') useAll(of)
    else for (const name of names) use(of, name)
  }
  for (const entry of entries) useAll(entry)
  return [...declared]
    .filter(([file]) => isExporter(file))
    .flatMap(([file, names]) => names.filter((name) => !used.has(keyOf(file, name))).map((name) => ({ file, name })))
}
