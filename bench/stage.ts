import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4WorkerOptions } from 'miniflare'
import { importSealKeys } from '#worker/config.ts'
import { type Keyring, keyringOf } from '#worker/store/keys/keyring.ts'
import { bundleWorker } from '../local/build/bundle.ts'
import { database, migrateAll } from '../local/build/migrations.ts'
import { type WorkerSetup, workerOptions } from '../local/build/miniflare.ts'
import { ownRuntime } from '../local/build/runtime-process.ts'
import { readWrangler, type WranglerConfig } from '../local/build/wrangler-config.ts'
import { operatorToken } from '../local/operator-token.ts'
import { generateSecrets } from '../local/secrets.ts'

/** A gateway that can be called. */
export interface Host {
  readonly operatorToken: string
  /** The direct socket of a Worker, and a path there. */
  url(worker: WorkerName, path?: string): string
}

/** Everything under measurement, in one workerd. */
export interface Stage extends Host {
  readonly mf: Miniflare
  /** workerd's process. */
  readonly runtime: number
  readonly ledger: D1Database
  /** Keys of rows in its databases. */
  readonly keys: Keyring
  dispose(): Promise<void>
}

export type WorkerName = 'chapar' | 'counted' | 'accept' | 'no-queue' | 'channels' | 'mail' | 'receiver' | FloorName
const FLOORS = ['hono', 'single', 'batch', 'statements', 'push', 'smtp', 'session', 'object'] as const
type FloorName = `floor-${(typeof FLOORS)[number]}`

export const MAIN = 'chapar'
export const RECEIVER = 'receiver'
/** A public name, so that the guard lets it through; requests for it end in the receiver Worker. */
export const RECEIVER_ORIGIN = 'https://hooks.chapar-receiver.net'
export const BASE_URL = 'https://chapar.test'
/** Seconds that the emulator waits for a batch to fill: production's second would be most of a short slice. */
const BATCH_TIMEOUT = 0.05
const NO_OP_CONSUMER = { maxBatchSize: 100, maxBatchTimeout: BATCH_TIMEOUT }

const bundle = async (entry: string): Promise<string> => (await bundleWorker({ entry })).code

/** The same deployment with queues of its own; the objects stay those of the main Worker. */
function renamed(config: WranglerConfig, name: string): WranglerConfig {
  const { producers = [], consumers = [] } = config.queues ?? {}
  const own = (queue: string): string => `${name}-${queue}`
  return {
    ...config,
    name,
    queues: {
      producers: producers.map((each) => ({ ...each, queue: own(each.queue) })),
      consumers: consumers.map((each) => ({
        ...each,
        queue: own(each.queue),
        ...(each.dead_letter_queue ? { dead_letter_queue: own(each.dead_letter_queue) } : {}),
      })),
    },
  }
}

/** A twin of the main Worker with its objects, and with queues of its own. */
export function besideMain(setup: WorkerSetup, name: string, script: string): V4WorkerOptions {
  const own = { ...setup, name, script, config: renamed(setup.config, name) }
  const { durableObjects } = workerOptions({ ...own, objectsIn: MAIN })
  return { ...workerOptions(own), ...(durableObjects ? { durableObjects } : {}) }
}

/** A no-op consumer takes any queue fast; the settings are the floor's. */
export function withNoOpConsumer(options: V4WorkerOptions): V4WorkerOptions {
  const queues = Object.keys(options.queueConsumers ?? {})
  return { ...options, queueConsumers: Object.fromEntries(queues.map((queue) => [queue, NO_OP_CONSUMER])) }
}

async function floor(name: (typeof FLOORS)[number], config: WranglerConfig): Promise<V4WorkerOptions> {
  const databases = (config.d1_databases ?? []).filter(({ binding }) => binding.startsWith('LEDGER_'))
  const queue = `floor-${name}`
  return {
    name: `floor-${name}`,
    modules: [{ type: 'ESModule', path: 'floor.mjs', contents: await bundle(`bench/floors/${name}.ts`) }],
    compatibilityDate: config.compatibility_date,
    unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
    ...(name === 'statements'
      ? { d1Databases: Object.fromEntries(databases.map((each) => [each.binding, each.database_id])) }
      : {}),
    ...(name === 'session'
      ? { durableObjects: { SESSION: { className: 'FloorSession', useSQLite: true } }, outboundService: RECEIVER }
      : {}),
    ...(name === 'object' ? { durableObjects: { OBJECT: { className: 'FloorObject', useSQLite: true } } } : {}),
    ...(name === 'single' || name === 'batch'
      ? { queueProducers: { QUEUE: { queueName: queue } }, queueConsumers: { [queue]: NO_OP_CONSUMER } }
      : {}),
  }
}

async function workers(vars: Readonly<Record<string, string>>, maxBatchTimeout: number): Promise<V4WorkerOptions[]> {
  const config = { ...readWrangler(), name: MAIN }
  const script = await bundle(config.main)
  const queue = { maxBatchTimeout, retryDelay: 0 }
  const setup: WorkerSetup = { config, script, vars, queue, outbound: RECEIVER, port: 0 }
  return [
    workerOptions(setup),
    besideMain(setup, 'counted', await bundle('bench/entries/counted.ts')),
    withNoOpConsumer(besideMain(setup, 'accept', await bundle('bench/entries/accept.ts'))),
    { ...besideMain(setup, 'no-queue', await bundle('bench/entries/no-queue.ts')), queueConsumers: {} },
    // Its sockets go out to the machine itself, past the receiver.
    {
      name: 'channels',
      modules: [{ type: 'ESModule', path: 'channels.mjs', contents: await bundle('bench/entries/channels.ts') }],
      compatibilityDate: config.compatibility_date,
      unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
    },
    {
      name: RECEIVER,
      modules: [{ type: 'ESModule', path: 'receiver.mjs', contents: await bundle('bench/entries/receiver.ts') }],
      compatibilityDate: config.compatibility_date,
      unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
    },
    ...(await Promise.all(FLOORS.map((name) => floor(name, config)))),
  ]
}

interface StageOptions {
  readonly verbose?: boolean
  /** Seconds that the emulator waits for a batch to fill. */
  readonly batchTimeout?: number
}

/** Starts workerd with the gateway, its counted and cut-down twins, the floors and the receiver. */
export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const secrets = generateSecrets()
  const mf = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      host: '127.0.0.1',
      port: 0,
      log: new Log(options.verbose ? LogLevel.WARN : LogLevel.NONE),
      ...(options.verbose ? {} : { handleStructuredLogs: () => {} }),
      workers: await workers({ BASE_URL, ...secrets.worker }, options.batchTimeout ?? BATCH_TIMEOUT),
    }),
  )
  await mf.ready
  await migrateAll((binding) => database(mf, binding, MAIN), 1)
  const names = [MAIN, 'counted', 'accept', 'no-queue', 'channels', RECEIVER, ...FLOORS.map((name) => `floor-${name}`)]
  const origins = new Map(
    await Promise.all(names.map(async (name) => [name, (await mf.unsafeGetDirectURL(name)).origin] as const)),
  )
  const runtime = ownRuntime()
  if (runtime === null) throw new Error('workerd was not found among the processes of this one')
  return {
    mf,
    runtime,
    operatorToken: await operatorToken({ key: secrets.operatorKey, audience: BASE_URL, subject: 'bench' }),
    keys: keyringOf(await database(mf, 'CONTROL', MAIN), await importSealKeys(secrets.worker)),
    ledger: await database(mf, 'LEDGER_0', MAIN),
    url: (worker, path = '') => `${origins.get(worker)}${path}`,
    dispose: () => mf.dispose(),
  }
}
