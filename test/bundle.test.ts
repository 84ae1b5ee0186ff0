import { existsSync, globSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { bundleWorker, bundleWorkers } from '../local/build/bundle.ts'
import { readWrangler } from '../local/build/wrangler-config.ts'
import { ENTRY_PATH, LINK_PATH, LINKS_PATH, LOCAL_PEOPLE, PEOPLE_PATH } from '../local/people/made.ts'
import { SPLIT } from '../local/split.ts'
import { importsOf, source } from './source-tree.ts'

/**
 * KiB, minified and gzipped, of the public gateway's script. About 19 of them are drizzle, which builds the control plane's SQL.
 */
const MOST = 165

/** The drivers of a channel: what its list of providers imports. */
const providersOf = (channel: string): string[] => {
  const list = `worker/channels/${channel}/providers.ts`
  const drivers = importsOf(list, source(list)).filter(({ typeOnly }) => !typeOnly)
  return [list, ...drivers.map(({ to }) => to)]
}

test('the gateway’s script weighs at most 165 KiB', async () => {
  const { code } = await bundleWorker({ entry: 'worker/split/api.ts', minify: true })
  const kib = gzipSync(code, { level: 9 }).length / 1024
  console.log(`gateway script: ${kib.toFixed(1)} KiB minified and gzipped`)
  expect(kib).toBeLessThanOrEqual(MOST)
})

test('the gateway’s script holds no provider', async () => {
  const { inputs } = await bundleWorker({ entry: 'worker/split/api.ts' })
  const providers = CHANNELS.flatMap(providersOf)
  expect(providers.length).toBeGreaterThan(CHANNELS.length)
  expect(inputs.filter((file) => providers.includes(file) || /^worker\/vendors\//.test(file))).toEqual([])
})

test('no script that is deployed signs in by a link of the local programs, or makes its people', async () => {
  const traces = [
    LINK_PATH,
    LINKS_PATH,
    ENTRY_PATH,
    PEOPLE_PATH,
    'local-link',
    ...Object.values(LOCAL_PEOPLE).map((one) => one.mobile),
  ]
  const channels = CHANNELS.map((channel) => `dist/split/${channel}.ts`)
  const deployed = ['worker/index.ts', ...globSync('worker/split/*.ts'), ...channels]
  expect(deployed.length).toBeGreaterThan(12)
  const local = 'local/build/front.ts'
  const bundles = await bundleWorkers([...deployed, local])
  const tracesIn = (entry: string): readonly string[] => {
    const { code, inputs } = bundles.get(entry) ?? { code: '', inputs: [] }
    expect(inputs, entry).toContain(entry)
    return [...traces.filter((trace) => code.includes(trace)), ...inputs.filter((file) => file.startsWith('local/'))]
  }
  expect(deployed.filter((entry) => tracesIn(entry).length > 0)).toEqual([])
  // Found where they are: the search can see them.
  expect(tracesIn(local)).toEqual(expect.arrayContaining(traces))
})

test('mail is parsed where it is worked, and in no script that the public reaches', async () => {
  const parses = async (name: string): Promise<boolean> =>
    (await bundleWorker({ entry: `worker/split/${name}.ts` })).inputs.some((file) => file.includes('/postal-mime/'))
  const found = Object.fromEntries(
    await Promise.all(['events', 'mail', 'api', 'callbacks', 'admin'].map(async (name) => [name, await parses(name)])),
  )
  expect(found).toEqual({ events: true, mail: false, api: false, callbacks: false, admin: false })
})

test.each(CHANNELS)('the consumer of %s holds its own providers and no other channel’s', async (channel) => {
  const { inputs, code } = await bundleWorker({ entry: `dist/split/${channel}.ts`, minify: true })
  console.log(`consumer of ${channel}: ${(gzipSync(code, { level: 9 }).length / 1024).toFixed(1)} KiB`)
  const others = CHANNELS.filter((other) => other !== channel)
  expect(inputs.filter((file) => others.some((other) => file.startsWith(`worker/channels/${other}/`)))).toEqual([])
  for (const file of providersOf(channel)) expect(inputs).toContain(file)
})

test.each(CHANNELS)('%s has a Worker of its own that consumes its queue', (channel) => {
  const toml = `dist/split/${channel}.toml`
  expect(SPLIT).toContain(toml)
  expect(existsSync(toml)).toBe(true)
  expect(readWrangler(toml).queues?.consumers?.map(({ queue }) => queue)).toEqual([`chapar-send-${channel}`])
})

test('the split Workers together are the all-in-one one: queues, databases and crons', () => {
  const single = readWrangler()
  const parts = SPLIT.map(readWrangler)
  const queue = ({ queue: name }: { queue: string }): string => name
  const consumers = parts.flatMap((part) => part.queues?.consumers ?? [])
  expect(consumers.map(queue).sort()).toEqual((single.queues?.consumers ?? []).map(queue).sort())
  for (const settings of single.queues?.consumers ?? []) expect(consumers).toContainEqual(settings)
  const crons = parts.flatMap(({ triggers }) => triggers?.crons ?? [])
  expect(crons.sort()).toEqual([...(single.triggers?.crons ?? [])].sort())
  const databases = (config: typeof single) =>
    (config.d1_databases ?? []).map(({ binding, database_id: id }) => [binding, id])
  for (const part of parts) for (const database of databases(part)) expect(databases(single)).toContainEqual(database)
  expect(new Set(parts.map(({ compatibility_date: date }) => date))).toEqual(new Set([single.compatibility_date]))
})
