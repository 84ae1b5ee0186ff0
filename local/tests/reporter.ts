import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'
import type { FailedFile, SuiteRun } from './again.ts'

/** Variable that names the file that the reporter writes: a JSON text of a `SuiteRun`. */
export const REPORT_VARIABLE = 'CHAPAR_TEST_REPORT'

/** File of which something failed: a test, or, with no test's name, a hook of it, or its own load. */
function failedFile(module: TestModule): FailedFile {
  const failed = [...module.children.allTests('failed')].map(({ fullName }) => fullName)
  return { file: module.relativeModuleId, tests: failed }
}

/**
 * Reporter of vitest that writes what `npm test` decides by. That of vitest in JSON leaves out the errors that no file owns, such
 * as a promise that nobody awaited, so that beside a failed test they could not be told.
 */
export default class SuiteReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[], reason: string): void {
    const path = process.env[REPORT_VARIABLE]
    if (!path) throw new Error(`${REPORT_VARIABLE} names no file`)
    const count = (state: 'passed' | 'skipped'): number =>
      modules.reduce((sum, module) => sum + [...module.children.allTests(state)].length, 0)
    const run: SuiteRun = {
      passed: count('passed'),
      skipped: count('skipped'),
      failedFiles: modules.filter((module) => !module.ok()).map(failedFile),
      outside: unhandled.length + (reason === 'interrupted' ? 1 : 0),
    }
    writeFileSync(path, JSON.stringify(run))
  }
}

/**
 * Adds a fault that came to light after the last test, when the report was written, such as of the search of all that was kept.
 */
export function reportOutside(): void {
  const path = process.env[REPORT_VARIABLE]
  if (!path || !existsSync(path)) return
  const run = JSON.parse(readFileSync(path, 'utf8')) as SuiteRun
  writeFileSync(path, JSON.stringify({ ...run, outside: run.outside + 1 }))
}
