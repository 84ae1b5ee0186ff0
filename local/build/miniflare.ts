import { resolve } from 'node:path'
import type { V4QueueConsumerOptions, V4ServiceDesignator, V4WorkerOptions } from 'miniflare'
import type { QueueConsumer, WranglerConfig } from './wrangler-config.ts'

export interface WorkerSetup {
  readonly config: WranglerConfig
  /** Bundled ES module. */
  readonly script: string
  /** Name of the Worker; default that of the configuration. */
  readonly name?: string
  /** Vars and secrets; they win over those of the configuration. */
  readonly vars: Readonly<Record<string, string>>
  /** Number of ledger databases; those that the configuration lacks are added. */
  readonly shards?: number
  /** Worker that holds the Durable Objects, where it is not this one; such a Worker consumes no queue. */
  readonly objectsIn?: string
  /** Settings that win over those of every consumer. */
  readonly queue?: V4QueueConsumerOptions
  readonly outbound?: V4ServiceDesignator
  /** Worker with the console's files that is bound as CONSOLE; default none. */
  readonly console?: string
  /** Folder whose files are answered by the emulator's router before the script, as deployed; default none are. */
  readonly files?: string
  /** Port; 0 for any free one. */
  readonly port: number
}

function databases(config: WranglerConfig, shards: number): Record<string, string> {
  const bound = Object.fromEntries((config.d1_databases ?? []).map((d1) => [d1.binding, d1.database_id]))
  for (let shard = 0; shard < shards; shard++) bound[`LEDGER_${shard}`] ??= `ledger-${shard}`
  return bound
}

const defined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T

/**
 * Renames a consumer's settings from Wrangler's names to Miniflare's, and fills in Cloudflare's defaults, which the
 * emulator's are not.
 */
function consumer(settings: QueueConsumer, over: V4QueueConsumerOptions): V4QueueConsumerOptions {
  return defined({
    maxBatchSize: settings.max_batch_size ?? 10,
    maxBatchTimeout: settings.max_batch_timeout ?? 5,
    maxRetries: settings.max_retries ?? 3,
    retryDelay: settings.retry_delay ?? 0,
    ...(settings.dead_letter_queue ? { deadLetterQueue: settings.dead_letter_queue } : {}),
    ...over,
  })
}

/** Settings of static files for the emulator, as wrangler gives them to it. */
function filesOf(
  config: WranglerConfig,
  directory: string,
  hasScript: boolean,
): NonNullable<V4WorkerOptions['assets']> {
  const { not_found_handling, run_worker_first = [] } = config.assets ?? {}
  return {
    directory: resolve(directory),
    routerConfig: { has_user_worker: hasScript },
    assetConfig: defined({ not_found_handling }),
    ...(hasScript ? { run_worker_first: [...run_worker_first] } : {}),
  }
}

/**
 * Worker of the console's files alone, for a script beside it that is bound to it: the emulator's router of files would cost each
 * call of the API two to eight times what it costs without.
 */
export const consoleWorker = (config: WranglerConfig, name: string, directory: string): V4WorkerOptions => ({
  name,
  modules: [{ type: 'ESModule', path: 'console.mjs', contents: 'export default {}' }],
  compatibilityDate: config.compatibility_date,
  assets: filesOf(config, directory, false),
})

/** Translates one Worker of a wrangler.toml into Miniflare options: databases, queues, objects, vars and a direct socket. */
export function workerOptions(setup: WorkerSetup): V4WorkerOptions {
  const { config, queue = {}, objectsIn } = setup
  const objects = config.durable_objects?.bindings ?? []
  const consumers = objectsIn ? [] : (config.queues?.consumers ?? [])
  return {
    name: setup.name ?? config.name,
    modules: [{ type: 'ESModule', path: 'worker.mjs', contents: setup.script }],
    compatibilityDate: config.compatibility_date,
    compatibilityFlags: [...(config.compatibility_flags ?? [])],
    bindings: { ...config.vars, ...setup.vars },
    r2Buckets: Object.fromEntries((config.r2_buckets ?? []).map((r2) => [r2.binding, r2.bucket_name])),
    d1Databases: databases(config, setup.shards ?? 0),
    durableObjects: Object.fromEntries(
      objects.map((object) => {
        const scriptName = objectsIn ?? object.script_name
        return [object.name, { className: object.class_name, useSQLite: true, ...(scriptName ? { scriptName } : {}) }]
      }),
    ),
    ratelimits: Object.fromEntries(
      (config.ratelimits ?? []).map(({ name, namespace_id, simple }) => [name, { namespace_id, simple }]),
    ),
    serviceBindings: {
      ...Object.fromEntries((config.services ?? []).map(({ binding, service }) => [binding, service])),
      ...(setup.console ? { CONSOLE: setup.console } : {}),
    },
    queueProducers: Object.fromEntries(
      (config.queues?.producers ?? []).map((producer) => [producer.binding, { queueName: producer.queue }]),
    ),
    queueConsumers: Object.fromEntries(consumers.map((settings) => [settings.queue, consumer(settings, queue)])),
    unsafeDirectSockets: [{ host: '127.0.0.1', port: setup.port }],
    ...(setup.files ? { assets: filesOf(config, setup.files, true) } : {}),
    ...(setup.outbound ? { outboundService: setup.outbound } : {}),
  }
}
