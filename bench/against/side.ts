import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { type BundleOptions, bundleWorker } from '../../local/build/bundle.ts'
import { database, migrate } from '../../local/build/migrations.ts'
import { type WorkerSetup, workerOptions } from '../../local/build/miniflare.ts'
import { runtimesOf } from '../../local/build/runtime-process.ts'
import { readWrangler } from '../../local/build/wrangler-config.ts'
import { operatorToken } from '../../local/operator-token.ts'
import type { Secrets } from '../../local/secrets.ts'
import { BASE_URL, besideMain, type Host, MAIN, RECEIVER, withNoOpConsumer } from '../stage.ts'

/** Milliseconds that a queue waits for a batch to fill. */
const QUEUE = { maxBatchTimeout: 0.05, retryDelay: 0 }
const WORKERS = [MAIN, 'accept', 'mail', RECEIVER] as const

/** A build in a workerd of its own. */
export interface Side extends Host {
  readonly mf: Miniflare
  /** workerd's process. */
  readonly runtime: number
  /** Messages of one account, at most, that the build’s index by party lacks; 0 of a build that writes it with the message. */
  unindexed(): Promise<number>
  dispose(): Promise<void>
}

/** Bytes of a message's key in the tail of the index. */
const KEY_BYTES = 8

async function unindexedIn(ledger: Awaited<ReturnType<typeof database>>): Promise<number> {
  const isThere = "SELECT count(*) AS n FROM sqlite_master WHERE name = 'party_tail'"
  if ((await ledger.prepare(isThere).first<{ n: number }>())?.n !== 1) return 0
  const most = `SELECT coalesce(max(n), 0) AS n FROM (SELECT sum(length(keys)) / ${KEY_BYTES} AS n FROM party_tail GROUP BY realm)`
  return (await ledger.prepare(most).first<{ n: number }>())?.n ?? 0
}

/** Secrets as that build makes them: their forms may differ. */
function secretsOf(root: string): Secrets {
  const script = "process.stdout.write(JSON.stringify((await import('./local/secrets.ts')).generateSecrets()))"
  const words = ['--experimental-strip-types', '--no-warnings', '--input-type=module', '--eval', script]
  return JSON.parse(execFileSync(process.execPath, words, { cwd: root, encoding: 'utf8' })) as Secrets
}

/** The build's script with a consumer that does nothing, so that accepting is measured alone. */
async function acceptScript(root: string, main: string, edits: BundleOptions['edits'] = {}): Promise<string> {
  const entry = join(root, '.chapar', 'accept.ts')
  mkdirSync(join(root, '.chapar'), { recursive: true })
  const objects = readWrangler(join(root, 'wrangler.toml')).durable_objects?.bindings ?? []
  const names = objects.map(({ class_name: name }) => name).join(', ')
  writeFileSync(
    entry,
    `import main from '${main}'\nexport { ${names} } from '${main}'\nexport default { fetch: main.fetch, queue() {} }\n`,
  )
  return (await bundleWorker({ entry, root, edits })).code
}

async function workersOf(root: string, vars: Readonly<Record<string, string>>, edits: BundleOptions['edits'] = {}) {
  const config = { ...readWrangler(join(root, 'wrangler.toml')), name: MAIN }
  const main = resolve(config.main)
  const { code: script } = await bundleWorker({ entry: main, root, edits })
  const { code: receiver } = await bundleWorker({ entry: 'bench/entries/receiver.ts' })
  const setup: WorkerSetup = { config, script, vars, queue: QUEUE, outbound: RECEIVER, port: 0 }
  const { outbound: _, ...open } = setup
  return [
    workerOptions(setup),
    withNoOpConsumer(besideMain(setup, 'accept', await acceptScript(root, main, edits))),
    // Its sockets reach the mail server of the bench, which the receiver's would not.
    besideMain(open, 'mail', script),
    {
      name: RECEIVER,
      modules: [{ type: 'ESModule' as const, path: 'receiver.mjs', contents: receiver }],
      compatibilityDate: config.compatibility_date,
      unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
    },
  ]
}

interface SideOptions {
  /** Most MiB of a Worker's V8 heap, which then can be watched by an inspector; default: V8's own, and none. */
  readonly heapMiB?: number
  /** Changes to the build's source files. */
  readonly edits?: BundleOptions['edits']
}

/** Makes the runtime. Miniflare takes V8's flags from its own environment only, when it starts workerd. */
async function runtimeOf(root: string, secrets: Secrets, { heapMiB, edits }: SideOptions): Promise<Miniflare> {
  const workers = await workersOf(root, { BASE_URL, ...secrets.worker }, edits)
  if (heapMiB !== undefined) process.env['MINIFLARE_WORKERD_V8_FLAGS'] = `--max-heap-size=${heapMiB}`
  try {
    const mf = new Miniflare(
      convertV4MiniflareOptions({
        cf: false,
        host: '127.0.0.1',
        port: 0,
        ...(heapMiB === undefined ? {} : { inspectorPort: 0 }),
        log: new Log(LogLevel.NONE),
        handleStructuredLogs: () => {},
        workers,
      }),
    )
    await mf.ready
    return mf
  } finally {
    delete process.env['MINIFLARE_WORKERD_V8_FLAGS']
  }
}

/** Starts the build whose files are at `root`, as its wrangler.toml and migrations say. */
export async function startSide(root: string, options: SideOptions = {}): Promise<Side> {
  const secrets = secretsOf(root)
  const before = new Set(runtimesOf(process.pid))
  const mf = await runtimeOf(root, secrets, options)
  for (const [binding, folder] of [
    ['CONTROL', 'control'],
    ['LEDGER_0', 'ledger'],
  ] as const)
    await migrate(await database(mf, binding, MAIN), join(root, 'migrations', folder))
  const origins = new Map(
    await Promise.all(
      WORKERS.map(async (name) => [name as string, (await mf.unsafeGetDirectURL(name)).origin] as const),
    ),
  )
  const runtime = runtimesOf(process.pid).find((pid) => !before.has(pid))
  if (runtime === undefined) throw new Error('workerd was not found among the processes of this one')
  const ledger = await database(mf, 'LEDGER_0', MAIN)
  return {
    mf,
    runtime,
    unindexed: () => unindexedIn(ledger),
    operatorToken: await operatorToken({ key: secrets.operatorKey, audience: BASE_URL, subject: 'bench' }),
    url: (worker, path = '') => `${origins.get(worker)}${path}`,
    dispose: () => mf.dispose(),
  }
}
