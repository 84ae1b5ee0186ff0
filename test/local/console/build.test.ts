import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { buildConsole, type ConsoleSources, copyConsole } from '../../../local/console/build.ts'

const ROOT = `dist/test/console-build-${process.pid}`
const SCRIPT = `${ROOT}/build.mjs`

/** Makes the document of the sources, notes that it ran, and takes its time: two at once would be seen. */
const BUILD = `import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
const text = readFileSync('${ROOT}/src/page.txt', 'utf8')
appendFileSync('${ROOT}/runs.txt', 'begin ')
if (text === 'broken') { console.error('page.txt:1: it is broken'); process.exit(3) }
rmSync('${ROOT}/src/dist', { recursive: true, force: true })
mkdirSync('${ROOT}/src/dist/assets', { recursive: true })
writeFileSync('${ROOT}/src/dist/assets/Vazirmatn-x.woff2', '')
await new Promise((resolve) => setTimeout(resolve, 300))
if (text !== 'empty') writeFileSync('${ROOT}/src/dist/index.html', text)
appendFileSync('${ROOT}/runs.txt', 'end ')
`
const SOURCES: ConsoleSources = {
  from: [`${ROOT}/src`, SCRIPT],
  command: ['node', SCRIPT],
  dist: `${ROOT}/src/dist`,
  notes: `${ROOT}/notes`,
}
const write = (text: string): void => writeFileSync(`${ROOT}/src/page.txt`, text)
const built = (): string => readFileSync(`${ROOT}/src/dist/index.html`, 'utf8')
const runs = (): string => (existsSync(`${ROOT}/runs.txt`) ? readFileSync(`${ROOT}/runs.txt`, 'utf8').trim() : '')

beforeEach(() => {
  rmSync(ROOT, { recursive: true, force: true })
  mkdirSync(`${ROOT}/src/node_modules`, { recursive: true })
  writeFileSync(SCRIPT, BUILD)
  write('first')
})
afterAll(() => rmSync(ROOT, { recursive: true, force: true }))

test('is built once, and again only when a source changed, came or went', async () => {
  await buildConsole(SOURCES)
  await buildConsole(SOURCES)
  writeFileSync(`${ROOT}/src/node_modules/package.txt`, 'no source')
  writeFileSync(`${ROOT}/src/dist/of-the-build.txt`, 'no source')
  await buildConsole(SOURCES)
  expect([built(), runs()]).toEqual(['first', 'begin end'])
  write('second')
  await buildConsole(SOURCES)
  expect([built(), runs()]).toEqual(['second', 'begin end begin end'])
  writeFileSync(`${ROOT}/src/more.txt`, '')
  await buildConsole(SOURCES)
  rmSync(`${ROOT}/src/more.txt`)
  await buildConsole(SOURCES)
  expect(runs().split(' ')).toHaveLength(8)
})

test('is built anew where somebody took its files away', async () => {
  await buildConsole(SOURCES)
  rmSync(SOURCES.dist, { recursive: true })
  await buildConsole(SOURCES)
  expect(built()).toBe('first')
})

test('has its headers and its pages beside it', async () => {
  await buildConsole(SOURCES)
  expect(readFileSync(join(SOURCES.dist, '_headers'), 'utf8')).toContain("script-src 'self'")
  expect(readFileSync(join(SOURCES.dist, '_redirects'), 'utf8')).toContain('/t/* / 200\n')
})

test('is built once for two who ask at the same time', async () => {
  const copy = `${ROOT}/copy`
  await Promise.all([buildConsole(SOURCES), copyConsole(copy, SOURCES), buildConsole(SOURCES)])
  expect([runs(), readFileSync(join(copy, 'index.html'), 'utf8')]).toEqual(['begin end', 'first'])
  write('second')
  await buildConsole(SOURCES)
  expect(readFileSync(join(copy, 'index.html'), 'utf8')).toBe('first')
  await copyConsole(copy, SOURCES)
  expect(readFileSync(join(copy, 'index.html'), 'utf8')).toBe('second')
})

test('asks for https where it is deployed, and not in the copy that is served here without', async () => {
  const copy = `${ROOT}/copy`
  await copyConsole(copy, SOURCES)
  const said = [SOURCES.dist, copy].map((folder) => readFileSync(join(folder, '_headers'), 'utf8'))
  expect(said.map((text) => text.includes('Strict-Transport-Security: max-age=31536000\n'))).toEqual([true, false])
  expect(said[1]).toContain("script-src 'self'")
  // Their style stands in the page, which the console's policy would not let them have.
  for (const text of said)
    expect(text).toMatch(/^\/docs\/guides\/\*\n {2}! Content-Security-Policy\n.*style-src 'sha256-/m)
})

test('that fails says what its build said, and is tried again', async () => {
  await buildConsole(SOURCES)
  write('broken')
  for (let turn = 0; turn < 2; turn++)
    await expect(buildConsole(SOURCES)).rejects.toThrow(
      /not built: `node .*` ended with 3\.\npage\.txt:1: it is broken$/,
    )
  write('empty')
  await expect(buildConsole(SOURCES)).rejects.toThrow('has no index.html')
  write('mended')
  await buildConsole(SOURCES)
  expect(built()).toBe('mended')
  await expect(buildConsole({ ...SOURCES, command: ['no-such-program'] })).rejects.toThrow('no-such-program')
})
