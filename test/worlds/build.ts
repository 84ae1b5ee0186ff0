import { mkdir, rm, writeFile } from 'node:fs/promises'
import { bundleWorker } from '../../local/build/bundle.ts'
import { writeSplit } from '../../local/split.ts'
import { TALLY_VARIABLE, tallied } from './at-rest/every-world.ts'

export const MAIN = 'worker/index.ts'
/** Names the bundle of this run: two runs in one checkout must not take each other's away. */
export const BUNDLE_VARIABLE = 'CHAPAR_TEST_BUNDLE'

/**
 * Runs once before all tests: the files of the split deployment, and the bundle that every harness loads. An entry that does not
 * build fails the tests that start it, not those of pure code.
 */
export default async function setup(): Promise<() => Promise<void>> {
  writeSplit()
  const outfile = `dist/test/worker-${process.pid}.mjs`
  process.env[BUNDLE_VARIABLE] = outfile
  await bundleWorker({ entry: MAIN, outfile }).catch((error: unknown) =>
    console.error(error instanceof Error ? error.message : error),
  )
  const tally = `dist/test/searched-${process.pid}.jsonl`
  process.env[TALLY_VARIABLE] = tally
  await mkdir('dist/test', { recursive: true })
  await writeFile(tally, '')
  return async () => {
    await rm(outfile, { force: true })
    try {
      console.log(tallied(tally))
    } finally {
      await rm(tally, { force: true })
    }
  }
}
