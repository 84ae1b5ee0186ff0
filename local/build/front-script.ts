import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { hashOfSources } from './sources.ts'

const ENTRY = 'local/build/front.ts'
/** All that the script is bundled from; packages by their lock file. */
const SOURCES = ['worker', 'local', 'package.json', 'package-lock.json']
const FOLDER = 'dist/front'
/** Script of the last start, after a line with the hash of its sources. */
const KEPT = `${FOLDER}/script.mjs`

/**
 * Gives the script of `npm start`, minified, because the emulator copies it many times at each start. It is bundled anew once a
 * source has changed.
 */
export async function frontScript(): Promise<string> {
  const mark = `// ${hashOfSources(SOURCES, ENTRY)}\n`
  const kept = existsSync(KEPT) ? readFileSync(KEPT, 'utf8') : ''
  if (kept.startsWith(mark)) return kept
  const { bundleWorker } = await import('./bundle.ts')
  const script = mark + (await bundleWorker({ entry: ENTRY, minify: true })).code
  mkdirSync(FOLDER, { recursive: true })
  const own = `${FOLDER}/${process.pid}.mjs`
  writeFileSync(own, script)
  renameSync(own, KEPT)
  return script
}
