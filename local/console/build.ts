import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { keepPrivate } from '../build/private-files.ts'
import { Refusal } from '../state.ts'
import { docsHeaderLines, writeDocs } from './docs-pages.ts'
import { pagesOf, redirectsFile } from './pages.ts'
import { headersFile } from './policy.ts'

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

const NO_SOURCES = ['dist', 'generated', 'node_modules']

const filesIn = (path: string): readonly string[] =>
  statSync(path).isFile()
    ? [path]
    : globSync('**/*', { cwd: path, exclude: (file) => NO_SOURCES.includes(basename(file)) })
        .map((file) => join(path, file))
        .filter((file) => statSync(file).isFile())

/** Hash over the names and bytes of all sources. */
function hashOf({ from, command }: ConsoleSources): string {
  const hash = createHash('sha256').update(JSON.stringify(command))
  for (const file of from.flatMap(filesIn).sort()) hash.update(JSON.stringify(file)).update(readFileSync(file))
  return hash.digest('hex')
}

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

async function build(sources: ConsoleSources): Promise<void> {
  const { dist, notes, types } = sources
  const note = join(notes, 'built')
  const hash = hashOf(sources)
  const made = [join(dist, 'index.html'), note, ...(types ? [types] : [])]
  if (made.every((file) => existsSync(file)) && readFileSync(note, 'utf8') === hash) return
  rmSync(note, { force: true })
  await run(sources)
  if (!existsSync(join(dist, 'index.html'))) throw new Refusal(`The console was not built: ${dist} has no index.html.`)
  await writeDocs(dist)
  writeFileSync(join(dist, '_headers'), headersFile() + (await docsHeaderLines(dist)))
  writeFileSync(join(dist, '_redirects'), redirectsFile(pagesOf()))
  // What the bundler notes for itself is uploaded and served to nobody.
  writeFileSync(join(dist, '.assetsignore'), '.vite\n')
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

/** Builds the console and copies it to a folder, so that a later build takes nothing from who serves it from there. */
export const copyConsole = (to: string, sources = CONSOLE): Promise<void> =>
  alone(sources.notes, async () => {
    await build(sources)
    rmSync(to, { recursive: true, force: true })
    cpSync(sources.dist, to, { recursive: true })
    writeFileSync(join(to, '_headers'), headersFile('http') + (await docsHeaderLines(to)))
    // It lies in the folder of the local state, all of which is its owner's alone.
    keepPrivate([to])
  })
