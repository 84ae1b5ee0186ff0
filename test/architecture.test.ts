import { basename, dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
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
  ['worker/edge.ts', 7],
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

/**
 * The rooms of two folders from the ground up: a file imports its own room, or one below it. Rooms of one floor are strangers.
 */
const FLOORS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'worker/flows': [
    ['core'],
    ['auth', 'events'],
    ['media'],
    ['carriers', 'messages', 'identity'],
    ['people', 'verifications', 'approvals'],
    ['accounts', 'dispatch'],
    ['members', 'reports'],
    ['inbound'],
    ['sessions', 'upkeep', 'statistics'],
    ['polling'],
  ],
  'worker/domain': [
    ['addresses', 'people'],
    ['carriers'],
    ['messages', 'identity'],
    ['tenants'],
    ['limits'],
    ['guard'],
    ['sessions', 'verifications', 'statistics'],
  ],
}
/** TypeScript files that stand directly in one folder: with more, a newcomer finds nothing by its place. */
const MOST_FILES = 20

const SHIPPED = sourceFiles('worker', 'durable-objects')
const ALL = [...SHIPPED, ...sourceFiles('local', 'test', 'bench', 'console/src', 'console/build')]
const IMPORTS = SHIPPED.flatMap((file) => importsOf(file, source(file)))

const layerOf = (file: string): number | undefined => LAYERS.find(([prefix]) => file.startsWith(prefix))?.[1]
const folderOf = (file: string): string => file.split('/').slice(0, 2).join('/')
/** A folder; the files that stand directly in worker/ are the ground and the edges at once, so each is its own. */
const roomOf = (file: string): string => (dirname(file) === 'worker' ? file : dirname(file))
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

test('a circle of imports would be found, between files and between folders', () => {
  const edge = (from: string, to: string) => ({ from, to })
  expect(cycleIn([edge('a', 'b'), edge('b', 'c'), edge('c', 'a')])).toEqual(['a', 'b', 'c', 'a'])
  expect(cycleIn([edge('a', 'b'), edge('a', 'c'), edge('b', 'c')])).toBeNull()
  const folders = [edge('x/a.ts', 'y/b.ts'), edge('y/c.ts', 'x/d.ts')]
  expect(cycleIn(folders)).toBeNull()
  expect(cycleIn(folders, roomOf)).toEqual(['x', 'y', 'x'])
})

test('every file has a layer', () => {
  expect(SHIPPED.filter((file) => layerOf(file) === undefined)).toEqual([])
  expect(SHIPPED.length).toBeGreaterThan(20)
})

test('lower layers import no higher one', () => {
  expect(shown(IMPORTS.filter(({ from, to }) => (layerOf(to) ?? 0) > (layerOf(from) ?? 0)))).toEqual([])
})

describe.each(Object.entries(FLOORS))('%s', (folder, floors) => {
  const nameOf = (file: string): string | null =>
    file.startsWith(`${folder}/`) ? (file.slice(folder.length + 1).match(/^([^/]+)\//)?.[1] ?? null) : null
  const floorOf = (file: string): number => floors.findIndex((rooms) => rooms.includes(nameOf(file) ?? ''))

  test('every room has a floor, and there is no other', () => {
    const rooms = new Set(SHIPPED.map(nameOf).filter((name) => name !== null))
    expect([...rooms].sort()).toEqual(floors.flat().sort())
  })

  test('a room imports only rooms below it', () => {
    const within = IMPORTS.filter(({ from, to }) => nameOf(from) !== null && nameOf(to) !== null)
    expect(within.length).toBeGreaterThan(20)
    expect(shown(within.filter(({ from, to }) => nameOf(from) !== nameOf(to) && floorOf(to) >= floorOf(from)))).toEqual(
      [],
    )
  })
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

/** Lines of comments: they begin with their sign. A sentence of the docs in bold, in a template, begins with two asterisks. */
const COMMENT = /^\s*(?:\/\/|\/\*|\*(?!\*))/

test('no line of a comment has more than 130 characters', () => {
  const long = ALL.flatMap((file) =>
    source(file)
      .split('\n')
      .flatMap((line, n) => (line.length > 130 && COMMENT.test(line) ? [`${file}:${n + 1}`] : [])),
  )
  expect(long).toEqual([])
})

test('shipped code imports nothing from local programs, tests or the benchmark', () => {
  expect(shown(IMPORTS.filter(({ to }) => !/^(worker|durable-objects)\//.test(to)))).toEqual([])
})

test('no imports go in a circle, types’ ones neither', () => {
  expect(cycleIn(IMPORTS)).toBeNull()
})

test('no folders import each other in a circle', () => {
  expect(cycleIn(IMPORTS, roomOf)).toBeNull()
})

test('a file of another folder of worker/ is named by the imports map', () => {
  // The console is a package of its own, which that map does not reach.
  const climbing = ALL.filter((file) => !file.startsWith('console/')).flatMap((file) =>
    [...source(file).matchAll(/(?:from|import\() ?'(\.[^']+)'/g)]
      .map(([, specifier = '']) => ({ file, to: normalize(join(dirname(file), specifier)) }))
      .filter(({ to }) => to.startsWith('worker/') && dirname(to) !== dirname(file))
      .map(({ to }) => `${file} climbs to ${to}`),
  )
  expect(climbing).toEqual([])
})

test(`at most ${MOST_FILES} files stand directly in a folder`, () => {
  const folders = Map.groupBy(ALL, (file) => dirname(file))
  const crowded = [...folders].filter(([, files]) => files.length > MOST_FILES)
  expect(crowded.map(([folder, files]) => `${folder}: ${files.length}`)).toEqual([])
})

test('no file is longer than 400 lines', () => {
  const long = ALL.map((file) => ({ file, lines: source(file).split('\n').length - 1 }))
  expect(long.filter(({ lines }) => lines > 400)).toEqual([])
})

test('files are kebab-case and named for the thing', () => {
  const misnamed = ALL.filter((file) => {
    const name = basename(file).replace(/\.(test|d)?\.?tsx?$/, '')
    return !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || /^(utils?|helpers?|types?|managers?|services?)$/.test(name)
  })
  expect(misnamed).toEqual([])
})

test('no test loads the modules of its process anew: the next file of that process would go on with its kind of them', () => {
  const NAMED = 'test/architecture.test.ts'
  const resetting = ALL.filter((file) => file !== NAMED && source(file).includes('resetModules'))
  expect(resetting).toEqual([])
})

test('no any', () => {
  const written = ALL.filter((file) =>
    /(?::|\bas|[<,|&(=])\s*any\b|\bany\[\]/.test(bare(source(file), { strings: false })),
  )
  expect(written).toEqual([])
})

test('a person is found by one function: nobody else makes a key of an address', () => {
  const OWN = ['worker/store/parties/key.ts', 'worker/flows/core/person.ts']
  const makers = SHIPPED.filter((file) => /\bpartyKeyOf\b|\.person(\?\.)?\(/.test(source(file)))
  expect(makers).toEqual(expect.arrayContaining(OWN))
  expect(makers.filter((file) => !OWN.includes(file))).toEqual([])
})

test('SQL stands only in worker/store and in the objects’ own storage', () => {
  const sql = /\b(SELECT\s[\s\S]+?\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+TABLE)\b/
  const outside = SHIPPED.filter((file) => !/^(worker\/store|durable-objects)\//.test(file))
  expect(outside.filter((file) => sql.test(bare(source(file), { strings: true })))).toEqual([])
  expect(sourceFiles('worker/store').some((file) => sql.test(bare(source(file), { strings: true })))).toBe(true)
})

test('an object leaves no timer behind that nothing clears: it would keep the object in memory, and billed', () => {
  for (const file of sourceFiles('durable-objects')) {
    const code = bare(source(file), { strings: false })
    const imported = importsOf(file, source(file)).map(({ to }) => to)
    expect(imported, file).not.toContain('worker/lib/pause.ts')
    expect(code, file).not.toMatch(/\bsetInterval\b|\bscheduler\b/)
    const count = (name: string): number => code.split(`${name}(`).length - 1
    expect(count('clearTimeout'), file).toBeGreaterThanOrEqual(count('setTimeout'))
  }
})

test('classes are Durable Objects, entrypoints, errors and the containers of lib only', () => {
  const parents = new Set(['DurableObject', 'WorkerEntrypoint', 'Error'])
  const classes = SHIPPED.filter((file) => layerOf(file) !== 0).flatMap((file) => [
    ...bare(source(file), { strings: false }).matchAll(/\bclass\s+\w+(?:\s+extends\s+(\w+))?/g),
  ])
  expect(classes.filter(([, parent]) => !parents.has(parent ?? '')).map(([text]) => text)).toEqual([])
})
