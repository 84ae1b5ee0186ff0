import { appendFileSync, existsSync, renameSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { keyringFault } from '#worker/store/keys/fault.ts'
import { type Kek, keyringOf } from '#worker/store/keys/keyring.ts'
import { bundleWorker } from './build/bundle.ts'
import { runCrons } from './build/crons.ts'
import { database, migrateAll } from './build/migrations.ts'
import { workerOptions } from './build/miniflare.ts'
import { endLeftover, ownRuntime } from './build/runtime-process.ts'
import { localSealKeys } from './build/secrets-check.ts'
import { readWrangler } from './build/wrangler-config.ts'
import { seed } from './demo/seed.ts'
import {
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

async function serve(port: number): Promise<Miniflare> {
  const secrets = ensureSecrets()
  const keks = await localSealKeys(secrets)
  claimState(secrets)
  const config = readWrangler()
  const { code } = await bundleWorker({ entry: 'local/build/front.ts' })
  const vars = {
    BASE_URL: `http://127.0.0.1:${port}`,
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
      workers: [workerOptions({ config, script: code, vars, port })],
    }),
  )
  const shards = (config.d1_databases ?? []).filter(({ binding }) => binding.startsWith('LEDGER_')).length
  try {
    await mf.ready
    await migrateAll(mf, shards, config.name)
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
  console.log(`
Chapar is at ${baseUrl}

  client id      ${clientId}
  client secret  ${clientSecret}
  sender         ${line}
  operator token npm run admin-token
  API            ${baseUrl}/docs
  log            ${LOG_FILE}

Get a token and send an SMS (the sandbox carrier takes it):

curl -sS ${baseUrl}/v1/messages -H "Authorization: Bearer $(curl -sS -u '${clientId}:${clientSecret}' -d grant_type=client_credentials ${baseUrl}/oauth/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')" -H 'Content-Type: application/json' -d '{"channel":"sms","to":"+989121234567","content":{"text":"سلام از چاپار"}}'

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
  const mf = await serve(port)
  writeRunning({ pid: process.pid, runtime: ownRuntime(), baseUrl })
  let stopCrons = (): void => {}
  const stop = async (): Promise<void> => {
    stopCrons()
    await mf.dispose()
  }
  // Miniflare itself ends workerd at exit; only the note of the running process is ours to delete.
  process.on('exit', forgetRunning)
  stopOnSignal(stop)
  try {
    greet(await seed(baseUrl))
    stopCrons = startCrons(mf)
  } catch (error) {
    await stop()
    throw error
  }
})
