import { gzipSync } from 'node:zlib'
import { build, type Rollup } from 'vite'
import { beforeAll, expect, test } from 'vitest'

const KIB = 1024
/** Most bytes, gzipped: what every page loads, what a page loads at first, what each further page adds, and the Persian font. */
const BOUNDS = { shell: 130 * KIB, first: 220 * KIB, further: 40 * KIB, font: 50 * KIB }

interface Loaded {
  readonly name: string
  readonly imports: readonly string[]
  readonly isPage: boolean
  readonly isEntry: boolean
  readonly bytes: number
}

let files: ReadonlyMap<string, Loaded>
let font = 0

beforeAll(async () => {
  // The runner's own environment would build React as it is for who develops: twice as large.
  const before = process.env['NODE_ENV']
  process.env['NODE_ENV'] = 'production'
  const how = { root: 'console', configFile: 'console/vite.config.ts', mode: 'production', logLevel: 'error' } as const
  const building = build({ ...how, build: { write: false } }) as Promise<Rollup.RollupOutput | Rollup.RollupOutput[]>
  const built = await building.finally(() => {
    process.env['NODE_ENV'] = before
  })
  const { output } = Array.isArray(built) ? (built[0] as Rollup.RollupOutput) : built
  const sizeOf = (name: string): number => {
    const file = output.find(({ fileName }) => fileName === name)
    return file ? gzipSync(file.type === 'chunk' ? file.code : file.source).length : 0
  }
  font = Math.max(
    ...output.map((file) => (file.fileName.endsWith('.woff2') && file.type === 'asset' ? file.source.length : 0)),
  )
  files = new Map(
    output.flatMap((file) => {
      if (file.type !== 'chunk') return []
      const styles = [...((file as { viteMetadata?: { importedCss: Set<string> } }).viteMetadata?.importedCss ?? [])]
      const bytes = sizeOf(file.fileName) + styles.reduce((sum, style) => sum + sizeOf(style), 0)
      const isPage = /\/src\/pages\//.test(file.facadeModuleId ?? '') && file.isDynamicEntry
      return [
        [file.fileName, { name: file.name, imports: file.imports, isPage, isEntry: file.isEntry, bytes }] as const,
      ]
    }),
  )
})

/** A file and all that it imports before it runs. */
function closure(name: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(name)) return seen
  seen.add(name)
  for (const imported of files.get(name)?.imports ?? []) closure(imported, seen)
  return seen
}
const sum = (names: Iterable<string>): number =>
  [...names].reduce((all, name) => all + (files.get(name)?.bytes ?? 0), 0)
const entry = (): string => [...files].find(([, { isEntry }]) => isEntry)?.[0] ?? ''
const pages = () => [...files].filter(([, { isPage }]) => isPage)

test('the shell, each page and the font are no larger than a slow line allows', () => {
  const shell = closure(entry())
  expect(pages().length).toBeGreaterThan(25)
  expect(sum(shell)).toBeLessThan(BOUNDS.shell)
  expect(font).toBeGreaterThan(10 * KIB)
  expect(font).toBeLessThan(BOUNDS.font)
  const first = pages().map(([file, { name }]) => [name, sum(new Set([...shell, ...closure(file)]))] as const)
  expect(first.filter(([, bytes]) => bytes > BOUNDS.first)).toEqual([])
})

test('who was on one page loads little more for another', () => {
  // What five pages or more share is no page's own: it comes with the first of them.
  const shared = new Map<string, number>()
  for (const [file] of pages()) for (const name of closure(file)) shared.set(name, (shared.get(name) ?? 0) + 1)
  const own = pages().map(
    ([file, { name }]) => [name, sum([...closure(file)].filter((one) => (shared.get(one) ?? 0) < 5))] as const,
  )
  expect(Math.max(...own.map(([, bytes]) => bytes))).toBeGreaterThan(5 * KIB)
  expect(own.filter(([, bytes]) => bytes > BOUNDS.further)).toEqual([])
})
