import { existsSync } from 'node:fs'
import { bundleWorker } from '../local/bundle.ts'

export const MAIN = 'worker/index.ts'
export const MAIN_BUNDLE = 'dist/test/worker.mjs'

/** Runs once before all tests: the bundle that every harness loads. */
export default async function setup(): Promise<void> {
  if (existsSync(MAIN)) await bundleWorker({ entry: MAIN, outfile: MAIN_BUNDLE })
}
