import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { bare, cycleIn, importsOf, source, sourceFiles } from './source-tree.ts'

/** Lower never imports higher. A file is in the layer of its longest prefix. */
const LAYERS: readonly (readonly [prefix: string, layer: number])[] = [
  ['worker/lib/', 0],
  ['worker/domain/', 1],
  ['worker/vendors/', 2],
  ['worker/channels/', 3],
  ['worker/store/', 3],
  ['worker/queue-limits.ts', 0],
  ['worker/jobs.ts', 4],
  ['worker/object-calls.ts', 4],
  ['worker/env.ts', 4],
  ['worker/config.ts', 4],
  ['worker/flows/', 5],
  ['worker/routes/', 6],
  ['worker/middleware/', 6],
  ['worker/sandbox/', 6],
  ['worker/gateway.ts', 7],
  ['worker/callbacks.ts', 7],
  ['worker/people.ts', 7],
  ['worker/mail.ts', 7],
  ['worker/consumer.ts', 7],
  ['worker/cron.ts', 7],
  ['durable-objects/', 7],
  ['worker/runtime.ts', 8],
  ['worker/index.ts', 8],
  ['worker/split/', 8],
]

const SHIPPED = sourceFiles('worker', 'durable-objects')
const ALL = [...SHIPPED, ...sourceFiles('local', 'test', 'bench')]
const IMPORTS = SHIPPED.flatMap((file) => importsOf(file, source(file)))

const layerOf = (file: string): number | undefined => LAYERS.find(([prefix]) => file.startsWith(prefix))?.[1]
const folderOf = (file: string): string => file.split('/').slice(0, 2).join('/')
const shown = (imports: readonly { from: string; to: string }[]): string[] =>
  imports.map(({ from, to }) => `${from} imports ${to}`)

test('the reader of imports sees every form', () => {
  const text = `import a from './a.ts'\nimport type { B } from '../b.ts'\nimport {\n  type C,\n  type D,\n} from './c.ts'
import { type E, f } from './e.ts'\nexport * from './g.ts'\nimport './h.ts'\nconst i = await import('./i.ts')
import { j } from '#worker/j.ts'\nimport type { K } from '#worker/k.ts'\n`
  const found = importsOf('x/y/z.ts', text).map(({ to, typeOnly }) => `${to}${typeOnly ? ' (type)' : ''}`)
  expect(found).toEqual([
    'x/y/a.ts',
    'x/b.ts (type)',
    'x/y/c.ts (type)',
    'x/y/e.ts',
    'x/y/g.ts',
    'worker/j.ts',
    'worker/k.ts (type)',
    'x/y/h.ts',
    'x/y/i.ts',
  ])
})

test('a circle of imports would be found', () => {
  const edge = (from: string, to: string, typeOnly = false) => ({ from, to, typeOnly })
  expect(cycleIn([edge('a', 'b'), edge('b', 'c'), edge('c', 'a')])).toEqual(['a', 'b', 'c', 'a'])
  expect(cycleIn([edge('a', 'b'), edge('b', 'a', true)])).toBeNull()
})

test('every file has a layer', () => {
  expect(SHIPPED.filter((file) => layerOf(file) === undefined)).toEqual([])
  expect(SHIPPED.length).toBeGreaterThan(20)
})

test('lower layers import no higher one; Durable Objects are imported as types only', () => {
  const upward = IMPORTS.filter(({ from, to, typeOnly }) => {
    if (typeOnly && to.startsWith('durable-objects/')) return false
    return (layerOf(to) ?? 0) > (layerOf(from) ?? 0)
  })
  expect(shown(upward)).toEqual([])
})

test('channels and store never import each other, nor one channel another', () => {
  const across = IMPORTS.filter(({ from, to }) => {
    if (layerOf(from) !== 3 || layerOf(to) !== 3) return false
    if (folderOf(from) !== folderOf(to)) return true
    const channel = (file: string): string | undefined => file.match(/^worker\/channels\/([^/]+)\//)?.[1]
    return channel(from) !== undefined && channel(to) !== undefined && channel(from) !== channel(to)
  })
  expect(shown(across)).toEqual([])
})

test('only composition roots import a channel', () => {
  const importers = IMPORTS.filter(
    ({ from, to }) => to.startsWith('worker/channels/') && !from.startsWith('worker/channels/') && layerOf(from) !== 8,
  )
  expect(shown(importers)).toEqual([])
})

test('shipped code imports nothing from local programs, tests or the benchmark', () => {
  expect(shown(IMPORTS.filter(({ to }) => !/^(worker|durable-objects)\//.test(to)))).toEqual([])
})

test('no imports go in a circle', () => {
  expect(cycleIn(IMPORTS)).toBeNull()
})

test('no file is longer than 400 lines', () => {
  const long = ALL.map((file) => ({ file, lines: source(file).split('\n').length - 1 }))
  expect(long.filter(({ lines }) => lines > 400)).toEqual([])
})

test('files are kebab-case and named for the thing', () => {
  const misnamed = ALL.filter((file) => {
    const name = basename(file).replace(/\.(test|d)?\.?ts$/, '')
    return !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || /^(utils?|helpers?|types?|managers?|services?)$/.test(name)
  })
  expect(misnamed).toEqual([])
})

test('no any', () => {
  const written = ALL.filter((file) =>
    /(?::|\bas|[<,|&(=])\s*any\b|\bany\[\]/.test(bare(source(file), { strings: false })),
  )
  expect(written).toEqual([])
})

test('SQL stands only in worker/store and in the objects’ own storage', () => {
  const sql = /\b(SELECT\s[\s\S]+?\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+TABLE)\b/
  const outside = SHIPPED.filter((file) => !/^(worker\/store|durable-objects)\//.test(file))
  expect(outside.filter((file) => sql.test(bare(source(file), { strings: true })))).toEqual([])
  expect(sourceFiles('worker/store').some((file) => sql.test(bare(source(file), { strings: true })))).toBe(true)
})

test('classes are Durable Objects, entrypoints, errors and the containers of lib only', () => {
  const parents = new Set(['DurableObject', 'WorkerEntrypoint', 'Error'])
  const classes = SHIPPED.filter((file) => layerOf(file) !== 0).flatMap((file) => [
    ...bare(source(file), { strings: false }).matchAll(/\bclass\s+\w+(?:\s+extends\s+(\w+))?/g),
  ])
  expect(classes.filter(([, parent]) => !parents.has(parent ?? '')).map(([text]) => text)).toEqual([])
})
