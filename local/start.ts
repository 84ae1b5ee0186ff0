import { appendFileSync, existsSync, renameSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { loopbackOrigin } from '#worker/domain/licensee.ts'
import { keyringFault } from '#worker/store/keys/fault.ts'
import { type Kek, keyringOf } from '#worker/store/keys/keyring.ts'
import { bundleWorker } from './build/bundle.ts'
import { runCrons } from './build/crons.ts'
import { database, migrateAll } from './build/migrations.ts'
import { consoleWorker, workerOptions } from './build/miniflare.ts'
import { endLeftover, ownRuntime } from './build/runtime-process.ts'
import { localSealKeys } from './build/secrets-check.ts'
import { readWrangler } from './build/wrangler-config.ts'
import { copyConsole } from './console/build.ts'
import { seed } from './demo/seed.ts'
import { seedPeople } from './people/command.ts'
import { ENTRY_PATH } from './people/made.ts'
import {
  CONSOLE_COPY,
  claimState,
  ensureSecrets,
  forgetRunning,
  LOG_FILE,
  ownState,
  program,
  Refusal,
  readRunning,
  refuseIfRunning,
  STATE,
  writeRunning,
} from './state.ts'
import { stopOnSignal } from './stop.ts'

/** Bytes from which the log of earlier runs is renamed, so that it does not grow for ever. */
const LONGEST_LOG = 20_000_000

function portOf(): number {
  const port = Number(process.env['PORT'] ?? 8787)
  if (Number.isInteger(port) && port > 0 && port < 65_534) return port
  throw new Refusal('PORT must be a number below 65534 (the page of `npm run push` takes the one after the next).')
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

/** Refuses if the port stays taken. Waits first, because a runtime that was just ended may hold it for a moment. */
async function demandFree(port: number): Promise<void> {
  for (let tried = 0; tried < 10; tried++) {
    if (await isFree(port)) return
    await sleep(100)
  }
  throw new Refusal(`Port ${port} is taken. Choose another: PORT=8800 npm start`)
}

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

/** Starts the runtime over the local state; `made` is given it before it is ready. */
async function serve(port: number, baseUrl: string, made: (mf: Miniflare) => void): Promise<Miniflare> {
  const secrets = ensureSecrets()
  const keks = await localSealKeys(secrets)
  claimState(secrets)
  const config = readWrangler()
  const { code } = await bundleWorker({ entry: 'local/build/front.ts' })
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
        workerOptions({ config, script: code, vars, port, console: CONSOLE }),
        consoleWorker(config, CONSOLE, CONSOLE_COPY),
      ],
    }),
  )
  made(mf)
  const shards = (config.d1_databases ?? []).filter(({ binding }) => binding.startsWith('LEDGER_')).length
  try {
    await noteUntilReady(mf, baseUrl)
    await migrateAll((binding) => database(mf, binding, config.name), shards)
    await demandKeys(mf, keks, config.name)
  } catch (error) {
    await mf.dispose()
    throw error
  }
  return mf
}

function startCrons(mf: Miniflare): () => void {
  const { name, triggers } = readWrangler()
  return runCrons(triggers?.crons ?? [], async (cron, time) => {
    const worker = await mf.getWorker(name)
    await worker.scheduled({ cron, scheduledTime: new Date(time) })
  })
}

function greet(demo: Awaited<ReturnType<typeof seed>>): void {
  const { baseUrl, clientId, clientSecret, line } = demo
  const origin = loopbackOrigin(baseUrl) ?? baseUrl
  console.log(`
Chapar is at ${origin}

  sign in        ${origin}${ENTRY_PATH}
  API            ${origin}/docs
  client id      ${clientId}
  client secret  ${clientSecret}
  sender         ${line}
  operator token npm run admin-token
  log            ${LOG_FILE}

Send an SMS (the sandbox carrier takes it):

curl -sS ${baseUrl}/v1/messages -H "Authorization: Bearer $(curl -sS -u '${clientId}:${clientSecret}' -d grant_type=client_credentials ${baseUrl}/oauth/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')" -H 'Content-Type: application/json' -d '{"channel":"sms","to":"+989121234567","content":{"text":"سلام از چاپار"}}'

npm run sandbox -- phone +989121234567 shows that it arrives, and answers with --reply.
npm run demo sends 10,000 more, npm run demo -- --all plays every channel. Ctrl-C stops.
`)
}

await program(async () => {
  const port = portOf()
  const baseUrl = `http://127.0.0.1:${port}`
  refuseIfRunning('another is started')
  ownState()
  if (endLeftover(readRunning()?.running.runtime ?? null)) console.log('Ended the runtime of a start that was killed.')
  await demandFree(port)
  await copyConsole(CONSOLE_COPY)
  writeRunning({ pid: process.pid, runtime: null, baseUrl })
  // Miniflare itself ends workerd at exit; only the note of the running process is ours to delete.
  process.on('exit', forgetRunning)
  let running: Miniflare | null = null
  let stopCrons = (): void => {}
  const stop = async (): Promise<void> => {
    stopCrons()
    await running?.dispose()
  }
  // From here on, so that a signal in the middle of the set-up ends the runtime too.
  stopOnSignal(stop)
  const mf = await serve(port, baseUrl, (made) => {
    running = made
  })
  try {
    const demo = await seed(baseUrl)
    await seedPeople(baseUrl, demo.tenantId)
    greet(demo)
    stopCrons = startCrons(mf)
  } catch (error) {
    await stop()
    throw error
  }
})
