import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import { keepPrivate } from './build/private-files.ts'
import { generateSecrets, type Secrets } from './secrets.ts'

/** Folder of all that a local run keeps; git ignores it. */
const HOME = process.env['CHAPAR_HOME'] ?? '.chapar'
export const STATE = `${HOME}/state`
export const LOG_FILE = `${HOME}/chapar.log`
/** Copy of the built console, which a later build leaves alone. */
export const CONSOLE_COPY = `${HOME}/console`
export const SECRETS = `${HOME}/secrets.json`
const DEMO = `${HOME}/demo.json`
const RUNNING = `${HOME}/running.json`
/** Name of a file while it is written: a program that is killed meanwhile leaves the former one whole. */
const unfinished = (file: string): string => `${file}.new`
const JSON_FILES = [SECRETS, DEMO, RUNNING]
/** Files and folders that a reset deletes: all that `npm start` makes. */
export const KEPT = [STATE, CONSOLE_COPY, ...JSON_FILES, ...JSON_FILES.map(unfinished), LOG_FILE, `${LOG_FILE}.1`]
/** Names of all that a local run, or the benchmark, keeps in its folder. */
const NAMES = [...KEPT.map((path) => basename(path)), 'bench.json']
/**
 * File that names the secrets which the state was written with: under others its ids and tokens mean nothing. SEAL_KEYS may
 * change.
 */
const KEYS_MARK = `${STATE}/keys`

/** What is left to do where the secrets do not fit the state. */
export const LEFT = 'Put the former file back, or wipe the state with `npm run reset`.'

/** Error that is shown to people as one sentence, without a stack. */
export class Refusal extends Error {}

export interface Demo {
  readonly baseUrl: string
  readonly tenantId: string
  /** The test client, whose messages go to the sandbox carrier. */
  readonly clientId: string
  readonly clientSecret: string
  readonly adminToken: string
  readonly liveClientId: string
  readonly liveClientSecret: string
  readonly connectionId: string
  readonly callbackSecret: string
  readonly line: string
  /** Scopes of the two clients; absent in the state of an older version, whose clients have fewer. */
  readonly scopes?: readonly string[]
  /** The sandbox connection and default sender of each channel. */
  readonly channels?: Readonly<Partial<Record<ChannelName, DemoChannel>>>
  /** Device that the test client registered on the sandbox network. */
  readonly deviceId?: string
}

export interface DemoChannel {
  readonly connectionId: string
  readonly callbackSecret: string
  readonly sender: string
}

/** `pid` of the start program, `runtime` of its workerd. */
interface Running {
  readonly pid: number
  readonly runtime: number | null
  readonly baseUrl: string
}

/**
 * Makes the local state, log and secrets their owner's alone, those to come too; throws a `Refusal` for what belongs to
 * somebody else. The folder itself is made so if nothing else is kept in it.
 */
export function ownState(): void {
  // Holds for the runtime too, which makes the databases.
  process.umask(0o077)
  mkdirSync(HOME, { recursive: true, mode: 0o700 })
  const isOurs = readdirSync(HOME).every((name) => NAMES.includes(name))
  const left = keepPrivate(isOurs ? [HOME] : KEPT)
  if (left !== null)
    throw new Refusal(`${left} can be read by others and belongs to another user: delete it, or set CHAPAR_HOME.`)
}

function readJson(file: string): unknown {
  if (!existsSync(file)) return null
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    throw new Refusal(`${file} is not JSON. Mend it, or delete it and run \`npm run reset\`.`)
  }
}

/** Writes a file whole or not at all. */
function writeWhole(file: string, text: string): void {
  writeFileSync(unfinished(file), text, { mode: 0o600 })
  renameSync(unfinished(file), file)
}

function writeJson(file: string, value: unknown): void {
  mkdirSync(HOME, { recursive: true, mode: 0o700 })
  writeWhole(file, `${JSON.stringify(value, null, 2)}\n`)
}

/** Reads the local secrets; null: there is no file. Throws a `Refusal` if it holds something else. */
export function readSecrets(): Secrets | null {
  const found = readJson(SECRETS) as Partial<Secrets> | null
  if (found && !(found.worker && found.operatorKey)) throw new Refusal(`${SECRETS} holds no secrets.\n${LEFT}`)
  return found as Secrets | null
}

/** Reads the local secrets; makes them, readable by the owner only, where there is no state that needs the former ones. */
export function ensureSecrets(): Secrets {
  const found = readSecrets()
  if (found) return found
  if (existsSync(STATE))
    throw new Refusal(`${SECRETS} is missing, but ${STATE} is there, which only it opens.\n${LEFT}`)
  const secrets = generateSecrets()
  writeJson(SECRETS, secrets)
  return secrets
}

export const writeSecrets = (secrets: Secrets): void => writeJson(SECRETS, secrets)
export const readDemo = (): Demo | null => readJson(DEMO) as Demo | null
export const writeDemo = (demo: Demo): void => writeJson(DEMO, demo)

/** Reads the demo that `npm start` left; a `Refusal` that says what to do if there is none. */
export function demandDemo(): Demo {
  const demo = readDemo()
  if (!demo) throw new Refusal('There is no demo tenant yet: run `npm start` first, in another terminal.')
  return demo
}

function fingerprint({ worker: { SEAL_KEYS: _, ...others } }: Secrets): string {
  return createHash('sha256').update(JSON.stringify(others)).digest('hex')
}

/** Marks new state as written with these secrets; throws a `Refusal` for state that was written with others. */
export function claimState(secrets: Secrets): void {
  const mark = existsSync(KEYS_MARK) ? readFileSync(KEYS_MARK, 'utf8') : null
  if (mark !== null && mark !== fingerprint(secrets))
    throw new Refusal(
      `${STATE} was written with other secrets than ${SECRETS} holds now, and cannot be read with these.\n${LEFT}`,
    )
  mkdirSync(STATE, { recursive: true, mode: 0o700 })
  writeWhole(KEYS_MARK, fingerprint(secrets))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Reads the note of a start program that runs (`alive`), or that was killed and left it behind; null without one. */
export function readRunning(): { readonly running: Running; readonly alive: boolean } | null {
  const running = readJson(RUNNING) as Running | null
  return running && { running, alive: running.pid !== process.pid && isAlive(running.pid) }
}

export function refuseIfRunning(what: string): void {
  const found = readRunning()
  if (found?.alive)
    throw new Refusal(
      `Chapar is running at ${found.running.baseUrl} (process ${found.running.pid}): stop it before ${what}.\n` +
        `If that process is something else, delete ${RUNNING}.`,
    )
}

export const writeRunning = (running: Running): void => writeJson(RUNNING, running)
export const forgetRunning = (): void => rmSync(RUNNING, { force: true })

/** Runs a program and prints a `Refusal` as its sentence, with exit code 1. */
export async function program(main: () => Promise<void> | void): Promise<void> {
  try {
    await main()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
