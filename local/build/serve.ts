import { appendFileSync, existsSync, renameSync, statSync } from 'node:fs'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { keyringFault } from '#worker/store/keys/fault.ts'
import { type Kek, keyringOf } from '#worker/store/keys/keyring.ts'
import type { Secrets } from '../secrets.ts'
import { CONSOLE_COPY, LOG_FILE, Refusal, STATE, writeRunning } from '../state.ts'
import { runCrons } from './crons.ts'
import { frontScript } from './front-script.ts'
import { database, migrateAll } from './migrations.ts'
import { consoleWorker, workerOptions } from './miniflare.ts'
import { ownRuntime } from './runtime-process.ts'
import { readWrangler } from './wrangler-config.ts'

/** Bytes from which the log of earlier runs is renamed, so that it does not grow for ever. */
const LONGEST_LOG = 20_000_000

function logger(): (line: { message: string }) => void {
  if (existsSync(LOG_FILE) && statSync(LOG_FILE).size > LONGEST_LOG) renameSync(LOG_FILE, `${LOG_FILE}.1`)
  return ({ message }) => appendFileSync(LOG_FILE, `${message}\n`, { mode: 0o600 })
}

/** Refuses state that the present SEAL_KEYS cannot open. New state gets a pair of keys, by which a later start knows. */
async function demandKeys(mf: Miniflare, keks: readonly Kek[], name: string): Promise<void> {
  const control = await database(mf, 'CONTROL', name)
  const fault = await keyringFault(control, keks)
  if (fault !== null) throw new Refusal(`${fault}.\nPut the former key back, or wipe the state with \`npm run reset\`.`)
  await keyringOf(control, keks).standing('')
}

/** Milliseconds between two looks for the runtime while it starts. */
const LOOK_EVERY = 20

/** Notes the runtime from its first moment on, so that a start which is killed before it serves leaves none behind unseen. */
async function noteUntilReady(mf: Miniflare, baseUrl: string): Promise<void> {
  let isNoted = false
  const note = (): void => {
    const runtime = isNoted ? null : ownRuntime()
    if (runtime === null) return
    isNoted = true
    writeRunning({ pid: process.pid, runtime, baseUrl })
  }
  const looking = setInterval(note, LOOK_EVERY)
  try {
    await mf.ready
    note()
  } finally {
    clearInterval(looking)
  }
}

/** Name of the Worker with the console's files. */
const CONSOLE = 'console'

/** What a gateway on this machine is started with. */
interface Setup {
  readonly port: number
  readonly baseUrl: string
  readonly secrets: Secrets
  readonly keks: readonly Kek[]
}

/** Starts the runtime over the local state. `made` is given what ends it before it is ready. */
export async function serve(setup: Setup, made: (stop: () => Promise<void>) => void): Promise<{ startCrons(): void }> {
  const { port, baseUrl, secrets, keks } = setup
  const config = readWrangler()
  const script = await frontScript()
  const vars = {
    BASE_URL: baseUrl,
    LOCAL_RECEIVERS: 'loopback',
    ...secrets.worker,
  }
  const mf = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      host: '127.0.0.1',
      port: 0,
      resourcePersistencePath: STATE,
      log: new Log(LogLevel.ERROR),
      handleStructuredLogs: logger(),
      workers: [
        workerOptions({ config, script, vars, port, console: CONSOLE }),
        consoleWorker(config, CONSOLE, CONSOLE_COPY),
      ],
    }),
  )
  let stopCrons = (): void => {}
  made(async () => {
    stopCrons()
    await mf.dispose()
  })
  const shards = (config.d1_databases ?? []).filter(({ binding }) => binding.startsWith('LEDGER_')).length
  try {
    await noteUntilReady(mf, baseUrl)
    await migrateAll((binding) => database(mf, binding, config.name), shards)
    await demandKeys(mf, keks, config.name)
  } catch (error) {
    await mf.dispose()
    throw error
  }
  return {
    startCrons() {
      stopCrons = startCrons(mf)
    },
  }
}

function startCrons(mf: Miniflare): () => void {
  const { name, triggers } = readWrangler()
  return runCrons(triggers?.crons ?? [], async (cron, time) => {
    const worker = await mf.getWorker(name)
    await worker.scheduled({ cron, scheduledTime: new Date(time) })
  })
}
