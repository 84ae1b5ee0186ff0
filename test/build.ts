import { rm } from 'node:fs/promises'
import { bundleWorker } from '../local/bundle.ts'

export const MAIN = 'worker/index.ts'
export const MAIN_BUNDLE = 'dist/test/worker.mjs'

/**
 * Runs once before all tests: the bundle that every harness loads. An entry that does not build fails the tests that
 * start it, not those of pure code.
 */
export default async function setup(): Promise<void> {
  await rm(MAIN_BUNDLE, { force: true })
  await bundleWorker({ entry: MAIN, outfile: MAIN_BUNDLE }).catch((error: unknown) =>
    console.error(error instanceof Error ? error.message : error),
  )
}
