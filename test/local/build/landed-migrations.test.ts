import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** Says what is wrong with migrations, by path and text, beside the list of those that have landed (as `sha256sum` writes it). */
function faultsOf(list: string, files: Readonly<Record<string, string>>): string[] {
  const lines = list.split('\n').filter((line) => line !== '')
  // Empty until the first migrations land for good: until then they may be written anew.
  if (lines.length === 0) return []
  const pins = new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]))
  const hashOf = (path: string): string =>
    createHash('sha256')
      .update(files[path] ?? '')
      .digest('hex')
  const gone = [...pins.keys()].filter((path) => !(path in files)).map((path) => `${path} has landed and is gone`)
  const faults = Object.keys(files).flatMap((path) => {
    const pin = pins.get(path)
    if (pin === undefined) return [`${path} has no line: sha256sum ${path} >> migrations/landed.sha256`]
    return pin === hashOf(path) ? [] : [`${path} has landed and was changed: write a further migration instead`]
  })
  const last = new Map<string, string>()
  for (const path of pins.keys()) {
    const folder = path.slice(0, path.lastIndexOf('/'))
    if (path <= (last.get(folder) ?? '')) faults.push(`${path} comes before one that has landed`)
    last.set(folder, path)
  }
  return [...gone, ...faults]
}

const textsOf = (paths: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(paths.map((path) => [path, readFileSync(path, 'utf8')]))

test('a migration that has landed stays as it is, and a new one comes behind it', () => {
  expect(faultsOf(readFileSync('migrations/landed.sha256', 'utf8'), textsOf(globSync('migrations/*/*.sql')))).toEqual(
    [],
  )
})

test('one that was changed, deleted, not listed or put before another would be seen', () => {
  const [first, second] = ['migrations/ledger/0000_a.sql', 'migrations/ledger/0001_b.sql']
  const files = { [first]: 'CREATE TABLE a(b)', [second]: 'ALTER TABLE a ADD c' }
  const line = (path: string, text = files[path] ?? ''): string =>
    `${createHash('sha256').update(text).digest('hex')}  ${path}\n`
  expect(faultsOf(line(first) + line(second), files)).toEqual([])
  expect(faultsOf(line(first), files)).toEqual([
    `${second} has no line: sha256sum ${second} >> migrations/landed.sha256`,
  ])
  expect(faultsOf(line(first, 'else') + line(second), files)).toEqual([
    `${first} has landed and was changed: write a further migration instead`,
  ])
  expect(faultsOf(line(first), {})).toEqual([`${first} has landed and is gone`])
  expect(faultsOf(line(second) + line(first), files)).toEqual([`${first} comes before one that has landed`])
})
