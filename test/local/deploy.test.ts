import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { readWrangler } from '../../local/build/wrangler-config.ts'
import { buildConsole } from '../../local/console/build.ts'
import { SINGLE, steps, unfilled, wranglerArgs } from '../../local/deploy.ts'
import { SPLIT } from '../../local/split.ts'

const run = promisify(execFile)
const env = { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: '1' }

test('every split configuration is deployed, after the Workers that it binds to', () => {
  const tomls = readdirSync('dist/split').filter((name) => name.endsWith('.toml'))
  expect([...SPLIT].sort()).toEqual(tomls.map((name) => `dist/split/${name}`).sort())
  const deployed = new Set<string>()
  for (const config of SPLIT.map(readWrangler)) {
    const needed = [
      ...(config.services ?? []).map(({ service }) => service),
      ...(config.durable_objects?.bindings ?? []).flatMap(({ script_name: script }) => (script ? [script] : [])),
    ]
    for (const name of needed) expect(deployed).toContain(name)
    deployed.add(config.name)
  }
})

test('what has to be made once is named: each database, bucket and queue, queues with 14 days', () => {
  const config = readWrangler()
  const named = steps([config])
  const { producers = [], consumers = [] } = config.queues ?? {}
  for (const { database_name: name } of config.d1_databases ?? [])
    expect(named).toContain(`  npx wrangler d1 create ${name}`)
  for (const { bucket_name: name } of config.r2_buckets ?? [])
    expect(named).toContain(`  npx wrangler r2 bucket create ${name}`)
  for (const { queue } of [...producers, ...consumers])
    expect(named).toContain(`  npx wrangler queues create ${queue} --message-retention-period-secs 1209600`)
  // The split deployment has the same.
  const made = (lines: readonly string[]) => lines.filter((line) => line.includes(' create ')).sort()
  expect(made(steps(SPLIT.map(readWrangler)))).toEqual(made(named))
})

test('queues are made with the retention that the Workers are told', () => {
  const config = readWrangler()
  const shorter = { ...config, vars: { ...config.vars, QUEUE_RETENTION_SECONDS: '86400' } }
  const made = steps([shorter]).filter((line) => line.includes('queues create'))
  expect(made.length).toBeGreaterThan(8)
  expect(made.filter((line) => !line.endsWith('--message-retention-period-secs 86400'))).toEqual([])
  for (const split of SPLIT.map(readWrangler)) expect(split.vars?.['QUEUE_RETENTION_SECONDS']).toBe('1209600')
})

test('ids and origins that are still those of the examples are named before anything is deployed', () => {
  expect(unfilled(readWrangler())).toEqual([
    'CONTROL: put the id that `wrangler d1 create chapar-control` prints',
    'LEDGER_0: put the id that `wrangler d1 create chapar-ledger-0` prints',
    'BASE_URL: put the public origin',
  ])
})

test('wrangler reads every configuration, and knows each of its fields', async () => {
  const { unstable_readConfig: readConfig } = await import('wrangler')
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
  try {
    for (const toml of [...SINGLE, ...SPLIT])
      expect(readConfig({ config: toml }).main).toBe(resolve(readWrangler(toml).main))
    expect(warned).not.toHaveBeenCalled()
  } finally {
    warned.mockRestore()
  }
})

/** One of each deployment: a run takes seconds, and the test of the bundles builds the other entries. */
describe('wrangler would deploy', () => {
  beforeAll(() => buildConsole())

  test.concurrent.each([...SINGLE, ...SPLIT.slice(-1)])('%s', async (toml) => {
    const { stdout } = await run('node_modules/.bin/wrangler', wranglerArgs(toml, true), { env })
    expect(stdout).toContain('--dry-run: exiting now.')
  })
})
