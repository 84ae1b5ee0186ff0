import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { source, sourceFiles } from '../source-tree.ts'

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
