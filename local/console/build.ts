import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { keepPrivate } from '../build/private-files.ts'
import { hashOfSources } from '../build/sources.ts'
import { Refusal } from '../state.ts'

/** Folder of the built console, which wrangler.toml names. */
export const CONSOLE_DIST = 'console/dist'

export interface ConsoleSources {
  /** Files and folders that the build is made from. Folders of what is made or installed (NO_SOURCES) are none. */
  readonly from: readonly string[]
  readonly command: readonly [program: string, ...args: string[]]
  /** Folder that the command leaves its files in. */
  readonly dist: string
  /** File that the command makes besides, without which types are not checked; absent: there is none. */
  readonly types?: string
  /** Folder of notes about the last build. */
  readonly notes: string
}

/** The types of the API's answers are made from its document, and that from all of `worker/`; the guides from `docs/`. */
const CONSOLE: ConsoleSources = {
  from: ['console', 'worker', 'package.json', 'package-lock.json', 'local/console', 'docs'],
  command: ['npm', 'run', 'build', '--silent', '-w', 'console'],
  dist: CONSOLE_DIST,
  types: 'console/generated/api.d.ts',
  notes: 'dist/console',
}

/** Hash over the command and all sources. */
const hashOf = ({ from, command }: ConsoleSources): string => hashOfSources(from, JSON.stringify(command))

async function run({ command: [program, ...args], notes }: ConsoleSources): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => {
      said += String(part)
    })
  const [status] = (await once(child, 'close').catch((error: Error) => [error.message])) as [number | string]
  if (status === 0) return
  writeFileSync(join(notes, 'failed.log'), said)
  const last = said.trimEnd().split('\n').slice(-20).join('\n')
  const advice = /ERR_MODULE_NOT_FOUND|not found/.test(said)
    ? '\nIs a package missing? `npm ci` installs them all.'
    : ''
  throw new Refusal(
    `The console was not built: \`${[program, ...args].join(' ')}\` ended with ${status}.\n${last}${advice}`,
  )
}

/** File with the headers of who serves the console on this machine. */
const headersHere = (notes: string): string => join(notes, 'headers')

async function build(sources: ConsoleSources): Promise<void> {
  const { dist, notes, types } = sources
  const note = join(notes, 'built')
  const hash = hashOf(sources)
  const made = [join(dist, 'index.html'), note, headersHere(notes), ...(types ? [types] : [])]
  if (made.every((file) => existsSync(file)) && readFileSync(note, 'utf8') === hash) return
  rmSync(note, { force: true })
  await run(sources)
  if (!existsSync(join(dist, 'index.html'))) throw new Refusal(`The console was not built: ${dist} has no index.html.`)
  // Loaded here, because it loads all of `worker/`: whoever finds the console built does without.
  const { writeBeside } = await import('./beside.ts')
  // The hash stands in a comment, by which a copy is known as one of this build.
  writeFileSync(headersHere(notes), `# ${hash}\n${await writeBeside(dist)}`)
  writeFileSync(note, hash)
}

/** Milliseconds between two tries for the lock. */
const TRY_EVERY = 100

/** Does the work while no other process does. The lock is one of SQLite's, which ends with its process, however that ends. */
async function alone(notes: string, work: () => Promise<void>): Promise<void> {
  mkdirSync(notes, { recursive: true })
  const lock = new DatabaseSync(join(notes, 'lock'), { timeout: 0 })
  try {
    while (!isLocked(lock)) await sleep(TRY_EVERY)
    await work()
  } finally {
    lock.close()
  }
}

function isLocked(lock: DatabaseSync): boolean {
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return true
  } catch (error) {
    if (error instanceof Error && error.message.includes('locked')) return false
    throw error
  }
}

/** Builds the console, unless it was built from the same sources. Throws a `Refusal` that says what its build said. */
export const buildConsole = (sources = CONSOLE): Promise<void> => alone(sources.notes, () => build(sources))

const textOf = (file: string): string | null => (existsSync(file) ? readFileSync(file, 'utf8') : null)

/** Copies the console anew, unless that folder holds a copy of this build. Its headers come last and go first: they tell. */
function copyTo(to: string, { dist, notes }: ConsoleSources): void {
  const [own, headers] = [join(to, '_headers'), headersHere(notes)]
  if (textOf(own) === textOf(headers)) return
  rmSync(own, { force: true })
  rmSync(to, { recursive: true, force: true })
  cpSync(dist, to, { recursive: true, filter: (file) => file !== join(dist, '_headers') })
  cpSync(headers, own)
}

/** Builds the console and copies it to a folder, so that a later build takes nothing from who serves it from there. */
export const copyConsole = (to: string, sources = CONSOLE): Promise<void> =>
  alone(sources.notes, async () => {
    await build(sources)
    copyTo(to, sources)
    // It lies in the folder of the local state, all of which is its owner's alone.
    keepPrivate([to])
  })
