import { readdirSync, readFileSync } from 'node:fs'
import { is } from 'drizzle-orm'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { describe, expect, test } from 'vitest'
import * as control from '#worker/store/control/schema.ts'
import * as identity from '#worker/store/identity/schema.ts'
import * as ledger from '#worker/store/ledger-schema.ts'
import * as people from '#worker/store/people/schema.ts'
import { readWrangler } from '../../local/build/wrangler-config.ts'
import { source, sourceFiles } from '../source-tree.ts'
import { type Listed, listedAtRest } from '../worlds/at-rest/page.ts'

const [PAGE, PERSIAN] = ['docs/at-rest.md', 'docs/fa/at-rest.md'].map((file) => readFileSync(file, 'utf8')) as [
  string,
  string,
]
/** Told to who adds something that is kept. */
const WRITE =
  'what is kept has a row in docs/at-rest.md and one in docs/fa/at-rest.md: how it lies, and under what or why'

const columnsOfSchema = (schema: Readonly<Record<string, unknown>>): string[] =>
  Object.values(schema)
    .filter((table) => is(table, SQLiteTable))
    .map((table) => getTableConfig(table))
    .flatMap(({ name, columns }) => columns.map((column) => `${name}.${column.name}`))
    .sort()

/** What the Durable Objects keep, by the file: their names, values by their key, and tables. */
function storedByObjects(): string[] {
  const files = readdirSync('durable-objects').filter((name) => name.endsWith('.ts'))
  const names = files.flatMap((file) => {
    const text = readFileSync(`durable-objects/${file}`, 'utf8')
    const found = [...text.matchAll(/kv\.put\(\s*'([^']+)'|CREATE TABLE IF NOT EXISTS (\w+)/g)]
    const name = file.replace('.ts', '')
    return [`${name} (name)`, ...found.map(([, value, table]) => `${name}.${value ?? table}`)]
  })
  return [...new Set(names)].sort()
}

/** Every call that stores something in an object, of whatever form: one that `storedByObjects` cannot read would be missed. */
const writesOfObjects = (text: string): number =>
  [...text.matchAll(/storage\s*\.\s*put\(|kv\s*\.\s*put\(|CREATE\s+(?:VIRTUAL\s+)?TABLE/gi)].length
const readableWrites = (text: string): number =>
  [...text.matchAll(/kv\.put\(\s*'[^']+'|CREATE TABLE IF NOT EXISTS \w+/g)].length

const queuesOfConfig = (): string[] => {
  const { producers = [], consumers = [] } = readWrangler().queues ?? {}
  const dead = consumers.flatMap(({ dead_letter_queue: name }) => name ?? [])
  return [...new Set([...producers.map(({ queue }) => queue), ...dead])].sort()
}

/** Files that put bytes into the bucket. */
const putting = (): string[] =>
  sourceFiles('worker').filter((file) => /(?:MEDIA|bucket)\s*\.(?:put|createMultipartUpload)\(/.test(source(file)))

const namesOf = (rows: readonly Listed[]): string[] => rows.map(({ name }) => name).sort()

describe('docs/at-rest.md', () => {
  const listed = listedAtRest(PAGE)

  test('every column of the ledger is listed once, and no other', () => {
    expect(namesOf(listed.ledger), WRITE).toEqual(columnsOfSchema(ledger))
  })

  test('every column of the control database is listed once, and no other', () => {
    expect(namesOf(listed.control), WRITE).toEqual(columnsOfSchema({ ...control, ...people, ...identity }))
  })

  test('every name under which an object stores something is listed once, and no other', () => {
    expect(namesOf(listed.objects), WRITE).toEqual(storedByObjects())
    for (const file of readdirSync('durable-objects')) {
      const text = readFileSync(`durable-objects/${file}`, 'utf8')
      expect(writesOfObjects(text), `a write of ${file} that this test cannot read`).toBe(readableWrites(text))
    }
  })

  test('every queue is listed once, and no other', () => {
    expect(namesOf(listed.queues), WRITE).toEqual(queuesOfConfig())
  })

  test('the bucket is written by these files alone, which seal: a further one has a line on the page', () => {
    expect(putting()).toEqual(['worker/flows/media/file-stream.ts', 'worker/flows/media/sealed-object.ts'])
    const files = ['<realm>/<media id>', 'mail/<id>', 'mail/<id>/<n>', 'papers/<id>/<n>']
    expect(namesOf(listed.files), WRITE).toEqual(files)
  })

  test('each is sealed, keyed or clear, and says under what, or why', () => {
    const all = Object.values(listed).flat()
    expect(all.filter(({ how }) => !['sealed', 'keyed', 'clear'].includes(how))).toEqual([])
    expect(all.filter(({ why }) => !/\w/.test(why))).toEqual([])
  })

  test('the Persian page lists the same in the same order, each as it lies, with a reason in Persian', () => {
    const persian = listedAtRest(PERSIAN)
    const placesOf = (rows: readonly Listed[]): string[] => rows.map(({ name, how }) => `${name}: ${how}`)
    for (const [part, rows] of Object.entries(listed))
      expect(placesOf(persian[part as keyof typeof persian]), WRITE).toEqual(placesOf(rows))
    const all = Object.values(persian).flat()
    expect(all.filter(({ why }) => !/[\u0600-\u06FF]/.test(why.replaceAll(/`[^`]*`/g, '')))).toEqual([])
  })

  test('what is missing, unknown, said twice or said without a reason would be seen', () => {
    const head = '## Ledger\n\n### things\n\n| column | how | why |\n|---|---|---|\n'
    const page = `${head}| \`id\`, \`at\` | clear | because |\n| \`id\` | hidden |  |\n`
    expect(listedAtRest(page).ledger).toEqual([
      { name: 'things.id', how: 'clear', why: 'because' },
      { name: 'things.at', how: 'clear', why: 'because' },
      { name: 'things.id', how: 'hidden', why: '' },
    ])
    expect(writesOfObjects("this.ctx.storage.put('a', 1); kv.put(name, 2)")).toBe(2)
    expect(readableWrites("this.ctx.storage.put('a', 1); kv.put(name, 2)")).toBe(0)
  })
})
