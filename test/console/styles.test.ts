import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { importsOf, source, sourceFiles } from '../source-tree.ts'

const FOLDER = 'console/src/styles/'

/** Style files with their selectors. */
const files = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.css'))
  .map((name) => {
    const css = readFileSync(FOLDER + name, 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '')
    const selectors = [...css.matchAll(/([^{};]+)\{/g)].map(([, selector = '']) => selector.trim())
    return { name, selectors: selectors.filter((selector) => !selector.startsWith('@')) }
  })

const classesOf = (selector: string): readonly string[] =>
  [...selector.matchAll(/\.([a-z][\w-]*)/gi)].map(([, name = '']) => name)

test('no class is defined in two style files: one page would change the looks of another', () => {
  const owners = new Map<string, Set<string>>()
  // A selector of one class alone gives it its looks; others say how it looks in a place.
  for (const { name, selectors } of files)
    for (const selector of selectors.flatMap((list) => list.split(',')))
      if (/^\.[\w-]+$/.test(selector.trim())) {
        const own = selector.trim()
        owners.set(own, (owners.get(own) ?? new Set()).add(name))
      }
  expect(owners.size).toBeGreaterThan(150)
  expect([...owners].filter(([, names]) => names.size > 1).map(([own, names]) => `${own}: ${[...names]}`)).toEqual([])
})

test('every class of the styles is used', () => {
  const sources = [...sourceFiles('console/src').map(source), readFileSync('console/index.html', 'utf8')]
  // What stands between quotes, comments left out: a name that is only spoken of is not used.
  const quoted = sources.flatMap((text) =>
    text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/ .*/g, '').match(/(['"`])(?:(?!\1)[^\n])*\1/g),
  )
  const words = new Set(quoted.flatMap((text) => text?.match(/[\w-]+/g) ?? []))
  const all = new Set(files.flatMap(({ selectors }) => selectors.flatMap(classesOf)))
  // Names that the packages give: React Aria's, and the chart's.
  const ours = [...all].filter((name) => !/^(?:react-aria-|u-|uplot)/.test(name))
  expect(ours.filter((name) => !words.has(name))).toEqual([])
})

/** Imports of each file that come with it: all but types, and what is loaded when it is needed. */
const TOGETHER = new Map(
  sourceFiles('console/src').map((file) => {
    const imports = importsOf(file, source(file).replaceAll(/\bimport\(/g, '('))
    return [file, imports.filter(({ typeOnly }) => !typeOnly).map(({ to }) => to)]
  }),
)

/** A file with all that comes with it. */
function loadedWith(file: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(file)) return found
  found.add(file)
  for (const next of TOGETHER.get(file) ?? []) loadedWith(next, found)
  return found
}

/** Classes that style files among these define. */
const classesIn = (loaded: ReadonlySet<string>): readonly string[] =>
  files.filter(({ name }) => loaded.has(FOLDER + name)).flatMap(({ selectors }) => selectors.flatMap(classesOf))

/** Words that a file gives as classes. */
const givenIn = (file: string): readonly string[] =>
  [...source(file).matchAll(/className=(?:"([^"]*)"|\{([^}]*)\})/g)]
    .flatMap(([, plain, code = '']) => (plain === undefined ? code.match(/(['"`])(?:(?!\1).)*\1/g) : plain))
    .flatMap((text) => text?.match(/[\w-]+/g) ?? [])

// Which pages one saw before decides nothing: the style of a class comes with the file that gives it.
test('what is loaded by itself brings the styles of all classes that it gives', () => {
  const index = new Set([...source(`${FOLDER}index.css`).matchAll(/"\.\/(.*)"/g)].map(([, name]) => FOLDER + name))
  const everywhere = new Set([...classesIn(index), ...classesIn(loadedWith('console/src/main.tsx'))])
  const own = new Set(
    files.flatMap(({ selectors }) => selectors.flatMap(classesOf)).filter((name) => !everywhere.has(name)),
  )
  const alone = sourceFiles('console/src').flatMap((file) => {
    const later = importsOf(file, source(file)).map(({ to }) => to)
    return later.filter((to) => TOGETHER.has(to) && !TOGETHER.get(file)?.includes(to))
  })
  expect(new Set(alone).size).toBeGreaterThan(100)
  const missing = [...new Set(alone)].flatMap((root) => {
    const loaded = loadedWith(root)
    const styled = new Set(classesIn(loaded))
    const given = [...loaded]
      .filter((file) => TOGETHER.has(file))
      .flatMap((file) => givenIn(file).map((name) => [file, name] as const))
    return given
      .filter(([, name]) => own.has(name) && !styled.has(name))
      .map(([file, name]) => `${root}: ${name} of ${file}`)
  })
  expect(missing).toEqual([])
})
