import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type BundleOptions, bundleWorker } from '../../local/build/bundle.ts'
import { writeSplit } from '../../local/split.ts'
import { reportOutside } from '../../local/tests/reporter.ts'
import { TALLY_VARIABLE, tallied } from './at-rest/every-world.ts'

export const MAIN = 'worker/index.ts'
/** Names the folder with the bundles of this run: two runs in one checkout must not take each other's away. */
const FOLDER_VARIABLE = 'CHAPAR_TEST_BUNDLES'
/** Folder of this run for what its processes make once for all of them; null: outside of a run. It goes with the run. */
export const runFolder = (): string | null => process.env[FOLDER_VARIABLE] ?? null
/** Bundles that this process has read, by entry. */
const scripts = new Map<string, Promise<string>>()

/**
 * Bundles an entry minified, because the emulator copies the script some hundred times at each start. What another
 * process of the run has bundled is taken.
 */
async function bundled(entry: string): Promise<string> {
  const folder = runFolder()
  if (!folder) return (await bundleWorker({ entry, minify: true })).code
  const file = `${folder}/${entry.replaceAll('/', '-')}.mjs`
  if (existsSync(file)) return readFile(file, 'utf8')
  const { code } = await bundleWorker({ entry, minify: true })
  const own = `${folder}/${randomUUID()}`
  await writeFile(own, code)
  await rename(own, file)
  return code
}

/** Script of an entry, bundled once a run; with changes to sources anew each time. */
export async function scriptOf(entry: string, edits: BundleOptions['edits']): Promise<string> {
  if (edits) return (await bundleWorker({ entry, edits })).code
  const script = scripts.get(entry) ?? bundled(entry)
  scripts.set(entry, script)
  return script
}

/**
 * Runs once before all tests: the files of the split deployment, and the bundle that most harnesses load. An entry that does not
 * build fails the tests that start it, not those of pure code.
 */
export default async function setup(): Promise<() => Promise<void>> {
  writeSplit()
  // The programs of `local/` are started some hundred times: what node compiles of them is kept for the next start.
  process.env['NODE_COMPILE_CACHE'] ??= resolve('dist/test/compiled')
  const folder = `dist/test/bundles-${process.pid}`
  process.env[FOLDER_VARIABLE] = folder
  await mkdir(folder, { recursive: true })
  await bundled(MAIN).catch((error: unknown) => console.error(error instanceof Error ? error.message : error))
  const tally = `dist/test/searched-${process.pid}.jsonl`
  process.env[TALLY_VARIABLE] = tally
  await writeFile(tally, '')
  return async () => {
    await rm(folder, { recursive: true, force: true })
    try {
      console.log(tallied(tally))
    } catch (error) {
      reportOutside()
      throw error
    } finally {
      await rm(tally, { force: true })
    }
  }
}
