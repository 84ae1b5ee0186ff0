import { createHash, randomBytes } from 'node:crypto'
import {
  convertV4MiniflareOptions,
  Log,
  LogLevel,
  Miniflare,
  type V4QueueConsumerOptions,
  type V4WorkerOptions,
} from 'miniflare'
import { importSealKeys } from '#worker/config.ts'
import type { Env, JobQueue, QueueBinding } from '#worker/env.ts'
import { sealedQueues } from '#worker/flows/core/sealed-queues.ts'
import { transitOf } from '#worker/lib/transit.ts'
import { type Keyring, keyringOf } from '#worker/store/keys/keyring.ts'
import { type Api, api } from '../../local/api.ts'
import type { BundleOptions } from '../../local/build/bundle.ts'
import { migrateAll } from '../../local/build/migrations.ts'
import { consoleWorker, workerOptions } from '../../local/build/miniflare.ts'
import { readWrangler, type WranglerConfig } from '../../local/build/wrangler-config.ts'
import { buildConsole, CONSOLE_DIST } from '../../local/console/build.ts'
import { operatorToken } from '../../local/operator-token.ts'
import { generateSecrets, type Secrets } from '../../local/secrets.ts'
import { watchAtRest } from './at-rest/every-world.ts'
import { stateFolder } from './at-rest/on-disk.ts'
import { MAIN, scriptOf } from './build.ts'
import { newWatch, type Watch } from './contract/watch.ts'
import { doorTo, doorWorker } from './databases/door.ts'
import { keepMigrated, takeMigrated } from './databases/migrated.ts'
import { OUTBOUND, type Outbound, outboundWorker, refuseAll } from './outbound.ts'

/** Makes a key as SEAL_KEYS lists it. */
export const newSealKey = (kid: string) => ({ kid, key: randomBytes(32).toString('base64') })

/** The same secrets with other keys in SEAL_KEYS, the first of which seals. */
export const withSealKeys = (secrets: Secrets, keys: readonly object[]): Secrets => ({
  ...secrets,
  worker: { ...secrets.worker, SEAL_KEYS: JSON.stringify(keys) },
})

export { stateFolder }

export interface HarnessOptions {
  /** Ledger databases LEDGER_0 …; default 1. */
  readonly shards?: number
  /** Gateway Workers that share objects, databases and queues; the first consumes the queues. Default 1. */
  readonly gateways?: number
  readonly vars?: Readonly<Record<string, string>>
  /** Answers every fetch that leaves the Workers; throwing resets the connection. Default: refuses. */
  readonly outbound?: Outbound
  /** Lets Workers open sockets, which the stand-in for the world outside cannot carry: their fetches leave too, unplayed. */
  readonly sockets?: true
  /** Entry file; default worker/index.ts, bundled once for all tests. */
  readonly entry?: string
  /** Source files changed before they are bundled (local/build/bundle.ts). */
  readonly edits?: BundleOptions['edits']
  /** Channels beyond those of wrangler.toml: each gets its queue. */
  readonly channels?: readonly string[]
  /** Folder for databases and objects, which stays; default one that goes with the gateway. */
  readonly persist?: string
  readonly secrets?: Secrets
  /**
   * Over every consumer's settings. Default: batches wait 20 ms, those of the access log 200 ms, retries none but what the job
   * asks.
   */
  readonly queue?: V4QueueConsumerOptions
  /**
   * MiB that V8's heap of each isolate may grow to, beyond which the whole runtime ends. Bytes outside of that heap are not
   * counted.
   */
  readonly heapMiB?: number
  /**
   * The console's files: as `npm start` serves them, out of a Worker beside (`local`: the entry is local/build/front.ts), or by
   * the emulator's router before the script, as they are deployed. `folder`: other files than the console's, which is built.
   * Default: none.
   */
  readonly console?: { readonly as: 'local' | 'deployed'; readonly folder?: string }
  /** Hears every line that the Workers log. */
  readonly onLog?: (line: string) => void
  /** Shows the Workers' console and the emulator's warnings. */
  readonly verbose?: boolean
}

export interface Harness {
  /** Origin of the first gateway's direct socket; `urls` of all. */
  readonly url: string
  readonly urls: readonly string[]
  /** The BASE_URL var: issuer, audience and callback origin. */
  readonly baseUrl: string
  readonly mf: Miniflare
  readonly control: D1Database
  readonly secrets: Secrets
  /** Keys of what is sealed in the databases. */
  readonly keys: Keyring
  ledger(shard?: number): D1Database
  /** A queue of the first gateway, which takes jobs as those of a gateway with its secrets, or with others, do. */
  queue(binding: QueueBinding, secrets?: Secrets): Promise<JobQueue<unknown>>
  /** Requests a path of the first gateway, or of gateway `n`. `CF-Connecting-IP` is 127.0.0.1 unless given. */
  fetch(path: string, init?: RequestInit, n?: number): Promise<Response>
  /** Fires a cron with this scheduled time; resolves when its handler has ended. */
  scheduled(cron: string, time: number | Date): Promise<void>
  /**
   * Lets a tenant's object read its policy anew, as calls that change one do (flows/core/confirm-policy.ts): one that was called
   * before would know a new member a minute later.
   */
  reread(tenantId: string): Promise<void>
  /** Token of a program of the licensee. It breaks the glass unless it is said what it may, so that all calls can be tried. */
  operatorToken(
    subject?: string,
    may?: { readonly scopes?: readonly string[]; readonly breakGlass?: string },
  ): Promise<string>
  /** A caller of the first gateway with a token, as the programs for people use it. */
  api(token: string): Api
  dispose(): Promise<void>
}

/** Entry of `npm start`. */
const LOCAL_MAIN = 'local/build/front.ts'
const WORKER = 'chapar'
/** Name of the Worker with the console's files, where it is beside the gateway. */
const CONSOLE = 'console'
/** Queue of the rows of the access log. */
const AUDIT = 'chapar-audit'
const keyrings = new WeakMap<D1Database, Keyring>()

/** Keys of what is sealed in a ledger that a harness started. */
export function keysOf(ledger: D1Database): Keyring {
  const keys = keyrings.get(ledger)
  if (!keys) throw new Error('no harness started this ledger')
  return keys
}

const quiet = (): Log => new Log(LogLevel.NONE)

/** The configuration with a queue for each further channel, as docs/adding-a-channel.md says. */
function withQueues(config: WranglerConfig, channels: readonly string[]): WranglerConfig {
  const { producers = [], consumers = [] } = config.queues ?? {}
  const like = consumers.find(({ queue }) => queue === 'chapar-send-sms')
  const queueOf = (channel: string): string => `chapar-send-${channel}`
  return {
    ...config,
    queues: {
      producers: [
        ...producers,
        ...channels.map((channel) => ({ binding: `SEND_${channel.toUpperCase()}`, queue: queueOf(channel) })),
      ],
      consumers: [...consumers, ...channels.map((channel) => ({ ...like, queue: queueOf(channel) }))],
    },
  }
}

function request(watch: Watch, url: URL, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers)
  if (!headers.has('cf-connecting-ip')) headers.set('cf-connecting-ip', '127.0.0.1')
  if (init.body instanceof URLSearchParams && !headers.has('content-type'))
    headers.set('content-type', 'application/x-www-form-urlencoded;charset=UTF-8')
  return watch.fetch(url, { redirect: 'manual', ...init, headers })
}

/**
 * Options of a Worker whose rows of the access log come some at a time, as deployed: every call has one, and written one by one
 * they cost as much as the calls.
 */
function withRowsTogether(worker: V4WorkerOptions, queue: V4QueueConsumerOptions = {}): V4WorkerOptions {
  const consumers = worker.queueConsumers as Record<string, V4QueueConsumerOptions>
  const audit = consumers[AUDIT]
  if (!audit) return worker
  return { ...worker, queueConsumers: { ...consumers, [AUDIT]: { ...audit, maxBatchTimeout: 0.2, ...queue } } }
}

const gatewayName = (n: number): string => (n === 0 ? WORKER : `${WORKER}-${n}`)

/** Options with what they come to. */
interface Ready extends HarnessOptions {
  readonly persist: string
  readonly script: string
}

function miniflare(options: Ready, vars: Record<string, string>, watch: Watch): Miniflare {
  const { shards = 1, gateways = 1, outbound = refuseAll, queue, script } = options
  const { as, folder = CONSOLE_DIST } = options.console ?? {}
  const setup = {
    ...(as === 'local' ? { console: CONSOLE } : {}),
    ...(as === 'deployed' ? { files: folder } : {}),
    config: { ...withQueues(readWrangler(), options.channels ?? []), name: WORKER },
    script,
    vars,
    shards,
    ...(options.sockets ? {} : { outbound: OUTBOUND }),
    port: 0,
    queue: { maxBatchTimeout: 0.02, retryDelay: 0, ...queue },
  }
  const hear = (line: string): void => {
    watch.log(line)
    options.onLog?.(line)
  }
  const gatewayOptions = Array.from({ length: gateways }, (_, n) =>
    withRowsTogether(
      workerOptions({ ...setup, name: gatewayName(n), ...(n === 0 ? {} : { objectsIn: WORKER }) }),
      queue,
    ),
  )
  return new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      host: '127.0.0.1',
      port: 0,
      unsafeTriggerHandlers: true,
      log: options.verbose ? new Log(LogLevel.WARN) : quiet(),
      ...(options.verbose ? {} : { handleStructuredLogs: ({ message }) => hear(message) }),
      resourcePersistencePath: options.persist,
      workers: [
        ...gatewayOptions,
        ...(as === 'local' ? [consoleWorker(setup.config, CONSOLE, folder)] : []),
        doorWorker(gatewayOptions[0]),
        outboundWorker(watch.outbound(outbound)),
      ],
    }),
  )
}

/** Starts the runtime. Miniflare takes V8's flags from its own environment only. */
async function started(options: Ready, vars: Record<string, string>, watch: Watch): Promise<Miniflare> {
  if (options.heapMiB !== undefined)
    process.env['MINIFLARE_WORKERD_V8_FLAGS'] = `--max-old-space-size=${options.heapMiB}`
  try {
    const mf = miniflare(options, vars, watch)
    const dispatch = mf.dispatchFetch
    mf.dispatchFetch = (to, init) => {
      watch.hand(new URL(String(to)), (init ?? {}) as RequestInit)
      return dispatch(to, init)
    }
    await mf.ready
    return mf
  } finally {
    delete process.env['MINIFLARE_WORKERD_V8_FLAGS']
  }
}

/** A queue whose jobs are noted as what the gateway was told. */
const noting = (queue: JobQueue<unknown>, watch: Watch): JobQueue<unknown> => ({
  ...queue,
  send: (body, options) => {
    watch.queued(body)
    return queue.send(body, options)
  },
})

/** Starts the whole gateway in workerd: real databases, queues and objects, migrations applied. */
export async function startChapar(options: HarnessOptions = {}): Promise<Harness> {
  const { shards = 1, gateways = 1 } = options
  const secrets = options.secrets ?? generateSecrets()
  const baseUrl = options.vars?.['BASE_URL'] ?? 'https://chapar.test'
  const atRest = watchAtRest(options.persist ?? null)
  const script = await scriptOf(options.entry ?? (options.console?.as === 'local' ? LOCAL_MAIN : MAIN), options.edits)
  if (options.console && options.console.folder === undefined) await buildConsole()
  const madeBy = createHash('sha256').update(script).update(baseUrl).digest('hex')
  const watch = newWatch(atRest, madeBy)
  const vars = { BASE_URL: baseUrl, ...secrets.worker, ...options.vars }
  const isNew = options.persist === undefined
  const isMigrated = isNew && takeMigrated(atRest.folder, shards)
  const mf = await started({ ...options, persist: atRest.folder, script }, vars, watch)
  const door = await doorTo(mf)
  if (!isMigrated) {
    await migrateAll(door.database, shards)
    if (isNew) keepMigrated(atRest.folder, shards)
  }
  const urls = await Promise.all(
    Array.from({ length: gateways }, async (_, n) => (await mf.unsafeGetDirectURL(gatewayName(n))).origin),
  )
  watch.start(urls[0] ?? '')
  const control = door.database('CONTROL')
  const ledgers = Array.from({ length: shards }, (_, shard) => door.database(`LEDGER_${shard}`))
  const sealKeys = await importSealKeys(secrets.worker)
  const keys = keyringOf(control, sealKeys)
  for (const ledger of ledgers) keyrings.set(ledger, keys)
  const urlOf = (n: number): string => {
    const url = urls[n]
    if (!url) throw new Error(`gateway ${n} was not started`)
    return url
  }
  return {
    url: urlOf(0),
    urls,
    baseUrl,
    mf,
    control,
    secrets,
    keys,
    queue: async (binding, other = secrets) => {
      const raw = { [binding]: await mf.getQueueProducer<unknown>(binding, WORKER) } as unknown as Env
      const sealed = sealedQueues(raw, transitOf(await importSealKeys(other.worker)))[binding] as JobQueue<unknown>
      return noting(sealed, watch)
    },
    ledger: (shard = 0) => {
      const db = ledgers[shard]
      if (!db) throw new Error(`ledger shard ${shard} was not started`)
      return db
    },
    fetch: (path, init = {}, n = 0) => request(watch, new URL(path, urlOf(n)), init),
    scheduled: (cron, time) => door.scheduled(cron, Number(time)),
    reread: (tenantId) => door.reload(tenantId),
    operatorToken: (subject = 'tester', may = { breakGlass: 'a test' }) =>
      operatorToken({ key: secrets.operatorKey, audience: baseUrl, subject, ...may }),
    api: (token) => api(urlOf(0), token, (url, init) => request(watch, new URL(url), init)),
    dispose: () => mf.dispose().finally(watch.end),
  }
}

export interface Bindings {
  readonly mf: Miniflare
  readonly control: D1Database
  readonly keys: Keyring
  ledger(shard?: number): D1Database
  dispose(): Promise<void>
}

/** Real databases with the migrations applied and no Worker's code: for the store's own tests, run from node. */
export async function startBindings(options: { readonly shards?: number } = {}): Promise<Bindings> {
  const chapar = await startChapar({ ...options, entry: 'test/worlds/entries/nothing.ts' })
  return { mf: chapar.mf, control: chapar.control, keys: chapar.keys, ledger: chapar.ledger, dispose: chapar.dispose }
}
