import { globSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { source, sourceFiles } from '../source-tree.ts'
import { exportsOf, type SourceTree, unusedExports } from './exports.ts'

/** Exports that only tests use, with the reason; each is gone from here once shipped code uses it or it is no export any more. */
const FOR_TESTS: Readonly<Record<string, string>> = {
  'worker/flows/core/admission.ts createAdmission':
    'a test needs an admission of its own: the shared one holds its leases for as long as the process lives',
  'worker/flows/dispatch/next-attempt-after-report.ts sortReceipts':
    'a pure decision with a dozen cases of timing, which no ledger could be brought to in order',
  'worker/flows/dispatch/next-attempt-after-report.ts continuationOf': 'as sortReceipts, of what the timeline says',
  'worker/flows/people/opt-outs.ts roundsOf':
    'a pure decision about words that come at once, which a queue would put into any order',
}

const SHIPPED: SourceTree = new Map(
  sourceFiles('worker', 'durable-objects', 'local').map((file) => [file, source(file)]),
)
const isChecked = (file: string): boolean => /^(worker|durable-objects)\//.test(file)
const namedIn = (files: readonly string[], pattern: RegExp): string[] =>
  files.flatMap((file) =>
    [...source(file).matchAll(pattern)].map(([, path = '']) =>
      normalize(join(file.startsWith('worker/') ? dirname(file) : '.', path)),
    ),
  )
/**
 * Read from outside: main files of Workers (a channel's is written from a template), and the schemas that migrations are made
 * from.
 */
const ENTRIES: ReadonlySet<string> = new Set([
  ...namedIn(['wrangler.toml', ...globSync('worker/split/*.toml')], /^main = "([^"<]+)"$/gm),
  ...namedIn(globSync('drizzle.*.ts'), /'(.+?schema\.ts)'/g),
])

/** The findings of a small tree whose texts are given by path, as `file name`. */
const found = (texts: Readonly<Record<string, string>>, entries: readonly string[] = []): string[] =>
  unusedExports(new Map(Object.entries(texts)), () => true, new Set(entries)).map(({ file, name }) => `${file} ${name}`)

test('every export of worker/ and durable-objects/ has a user in shipped code', () => {
  for (const entry of ENTRIES) expect(SHIPPED.has(entry), `${entry} is an entry and no file`).toBe(true)
  const unused = unusedExports(SHIPPED, isChecked, ENTRIES).map(({ file, name }) => `${file} ${name}`)
  const named = new Set(Object.keys(FOR_TESTS))
  expect(
    unused.filter((one) => !named.has(one)),
    'No other file of worker/, durable-objects/ or local/ takes these. Drop the word `export` where the file itself uses it, delete ' +
      'it where nobody does; a test goes through the door that the callers use (or give a reason in FOR_TESTS of this file)',
  ).toEqual([])
  expect(
    [...named].filter((one) => !unused.includes(one)),
    'Shipped code uses these now, or they are no exports any more: take them off FOR_TESTS of this file',
  ).toEqual([])
})

test('names are read in every way in which they are written', () => {
  const text = `export const a = 1\nexport async function b() {}\nexport class C {}\nexport type D = 1\nexport interface E {}
export const { f, g: h } = a\nconst i = 1, j = 2\nexport { i, j as k }\nexport default a\nexport abstract class L {}
// export const comment = 1\nconst text = 'export const string = 1'\n`
  expect(exportsOf('x.ts', text).map(({ name }) => name)).toEqual([
    'a',
    'b',
    'C',
    'D',
    'E',
    'L',
    'f',
    'h',
    'i',
    'k',
    'default',
  ])
})

test('an export that nobody takes, or only its own file, is found', () => {
  const texts = { 'a.ts': `export const used = 1\nexport const own = used\nexport type Own = typeof own\n` }
  expect(found({ ...texts, 'b.ts': `import { used } from './a.ts'\n` })).toEqual(['a.ts own', 'a.ts Own'])
})

test.each([
  ['import { a as b } from', `import { a as b } from './a.ts'\n`],
  ['a list on several lines', `import {\n  type A,\n  a,\n} from './a.ts'\n`],
  ['import type', `import type { a } from './a.ts'\n`],
  ['a member of a namespace', `import * as all from './a.ts'\nall.a()\n`],
  ['a namespace handed on', `import * as all from './a.ts'\nuse(all)\n`],
  ['a dynamic import taken apart', `const { a } = await import('./a.ts')\n`],
  ['a member of a dynamic import', `(await import('./a.ts')).a()\n`],
  ['a dynamic import as a whole', `const all = import('./a.ts')\n`],
  ['a type by import()', `type A = import('./a.ts').a\n`],
])('%s is a use', (_, text) => {
  expect(found({ 'a.ts': 'export const a = 1\n', 'b.ts': text })).toEqual([])
})

test('another member of a namespace, or of a dynamic import, is no use', () => {
  const a = 'export const a = 1\nexport const other = 1\n'
  for (const text of [`import * as all from './a.ts'\nall.other()\n`, `(await import('./a.ts')).other()\n`])
    expect(found({ 'a.ts': a, 'b.ts': text })).toEqual(['a.ts a'])
})

test('what is handed on is used if the name that it is handed on under is', () => {
  const texts = {
    'a.ts': 'export const a = 1\nexport const b = 1\nexport const c = 1\n',
    'barrel.ts': `export { a as one, b } from './a.ts'\nexport * from './d.ts'\n`,
    'd.ts': 'export const d = 1\nexport const e = 1\n',
    'user.ts': `import { d, one } from './barrel.ts'\n`,
  }
  expect(found(texts)).toEqual(['a.ts b', 'a.ts c', 'd.ts e'])
  expect(found(texts, ['barrel.ts'])).toEqual(['a.ts c'])
})

test('a file of the imports map is found by its path', () => {
  expect(found({ 'worker/a.ts': 'export const a = 1\n', 'test/b.ts': `import { a } from '#worker/a.ts'\n` })).toEqual(
    [],
  )
})
