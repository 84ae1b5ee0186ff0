/** File of which something failed, with the names of its tests that did: none where the file itself did not load or end well. */
export interface FailedFile {
  /** Path from the project's folder. */
  readonly file: string
  readonly tests: readonly string[]
}

/** What one run of test files said. */
export interface SuiteRun {
  /** Tests. */
  readonly passed: number
  readonly skipped: number
  readonly failedFiles: readonly FailedFile[]
  /** Errors that no file owns, or one where the run itself did not end well. */
  readonly outside: number
}

/** What is counted in the end. */
export interface SuiteTally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Tests that failed, and passed when their file was run again, each with its file. */
  readonly passedAgain: readonly string[]
}

/** Files that may have failed by chance: of more than these the machine or the code is at fault, and nothing is run again. */
const AGAIN_AT_MOST = 2

/** Failures of a run: each test, and each file that failed outside its tests as one. */
const failures = ({ failedFiles, outside }: SuiteRun): number =>
  failedFiles.reduce((sum, { tests }) => sum + Math.max(tests.length, 1), outside)

/**
 * Counts a run of all tests. Where few files failed, each of those is run once more, whole and with nothing beside it: what fails
 * again is failed; what passes is counted as passed and named (docs/decisions/0078). An error that no file owns stays a failure,
 * and nothing is run again: no file could mend it.
 *
 * @param runAlone Runs one file by its path; null: nothing is run again.
 */
export async function countRun(
  first: SuiteRun,
  runAlone: ((file: string) => Promise<SuiteRun>) | null,
): Promise<SuiteTally> {
  const { passed, skipped, failedFiles, outside } = first
  if (!runAlone || outside > 0 || failedFiles.length > AGAIN_AT_MOST)
    return { passed, skipped, failed: failures(first), passedAgain: [] }
  let failed = 0
  const passedAgain: string[] = []
  let alsoPassed = 0
  for (const { file, tests } of failedFiles) {
    if (failures(await runAlone(file)) > 0) {
      failed += Math.max(tests.length, 1)
      continue
    }
    alsoPassed += tests.length
    passedAgain.push(...(tests.length > 0 ? tests : ['as a whole']).map((test) => `${file}: ${test}`))
  }
  return { passed: passed + alsoPassed, skipped, failed, passedAgain }
}
