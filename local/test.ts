import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { relative } from 'node:path'
import { conformanceTable, TABLE_FOLDER, type TableRow } from '../test/conformance/table.ts'
import { WHOLE_VARIABLE } from '../test/worlds/at-rest/every-world.ts'
import { buildConsole } from './console/build.ts'
import { Refusal } from './state.ts'

/** Summary that `vitest --reporter=json` writes. */
interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly {
    /** Path of the file. */
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

interface Tally {
  passed: number
  failed: number
  skipped: number
}

const REPORT = 'dist/test/report.json'
const REPORT_AGAIN = 'dist/test/report-again.json'
const tally: Tally = { passed: 0, failed: 0, skipped: 0 }
/** Checks that failed, for the end of a long output. */
const failedChecks: string[] = []

/** Runs a program whose output is shown as it comes. */
async function run(command: string, args: readonly string[]): Promise<boolean> {
  const child = spawn(command, args, { stdio: 'inherit' })
  const [status] = await once(child, 'close').catch((error: unknown) => {
    console.error(error)
    return [null]
  })
  return status === 0
}

/** Checks that count as one test each. */
const CHECKS: readonly (readonly [title: string, command: string, args: readonly string[]])[] = [
  ['types of the Workers', 'tsc', ['-p', 'tsconfig.json']],
  ['types of programs and tests', 'tsc', ['-p', 'tsconfig.node.json']],
  ['types of the console', 'tsc', ['-p', 'console/tsconfig.json']],
  ['format and lint', 'biome', ['check', '--error-on-warnings', '.']],
]

/**
 * Runs the checks one after another beside the tests, with what these leave of the machine: half of a run of tests waits. What a
 * check says is printed in one piece at its end, so that it is not mixed with what the tests say.
 */
async function checks(): Promise<void> {
  for (const [title, command, args] of CHECKS) {
    const child = spawn('nice', ['-n', '10', command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        said += String(chunk)
      })
    const [status] = await once(child, 'close').catch((error: unknown) => {
      said += String(error)
      return [null]
    })
    if (said.trim()) console.log(said.trim())
    counts(title, status === 0)
  }
}

function counts(title: string, passed: boolean): void {
  console.log(`${passed ? '✓' : '✗'} ${title}`)
  if (passed) tally.passed++
  else {
    tally.failed++
    failedChecks.push(title)
  }
}

/** Builds the console, which the tests in a browser show; counts as one test. */
async function buildsConsole(): Promise<void> {
  const fault = await buildConsole().catch((error: unknown) => error)
  if (fault) console.error(fault instanceof Refusal ? fault.message : fault)
  counts('build of the console', !fault)
}

function readReport(path: string): VitestReport | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as VitestReport
  } catch {
    return null
  }
}

/** What one run of vitest said. */
interface SuiteRun {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Files of which something failed, with the names of it: of none where the file itself did not load or end well. */
  readonly failedFiles: readonly { readonly file: string; readonly tests: readonly string[] }[]
}

/**
 * Runs test files, all without arguments. A file that fails outside its tests counts as one failed test, and so does a run that
 * ends badly without a report.
 */
async function runSuite(args: readonly string[], path: string): Promise<SuiteRun> {
  rmSync(path, { force: true })
  const isGood = await run('vitest', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${path}`,
    ...args,
  ])
  const report = readReport(path)
  const failedFiles = (report?.testResults ?? [])
    .filter(({ status }) => status === 'failed')
    .map(({ name, assertionResults }) => ({
      file: relative(process.cwd(), name),
      tests: assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
    }))
  const outside = failedFiles.filter(({ tests }) => tests.length === 0).length
  const failed = (report?.numFailedTests ?? 0) + outside
  return {
    passed: report?.numPassedTests ?? 0,
    failed: isGood ? failed : Math.max(failed, 1),
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
    failedFiles,
  }
}

/** Files that may have failed by chance: of more than these the machine or the code is at fault, and nothing is run again. */
const AGAIN_AT_MOST = 2
/** Tests that passed when their file was run again, for the end of a long output. */
const passedAgain: string[] = []

/**
 * Runs the tests. Where all tests were asked for and few files failed, each of those is run once more, whole and with nothing
 * beside it: what fails again is failed; what passes is counted as passed and named at the end (docs/decisions/0078).
 */
async function suite(args: readonly string[]): Promise<void> {
  const first = await runSuite(args, REPORT)
  tally.passed += first.passed
  tally.skipped += first.skipped
  const told = first.failedFiles.reduce((sum, { tests }) => sum + Math.max(tests.length, 1), 0)
  // A fault that no file owns stays one: nothing that is run again could mend it.
  const isOfFiles = first.failed === told
  if (args.length > 0 || first.failed === 0 || !isOfFiles || first.failedFiles.length > AGAIN_AT_MOST) {
    tally.failed += first.failed
    return
  }
  delete process.env[WHOLE_VARIABLE]
  for (const { file, tests } of first.failedFiles) {
    console.log(`\nRun again, alone: ${file}`)
    const again = await runSuite([file], REPORT_AGAIN)
    if (again.failed > 0) tally.failed += Math.max(tests.length, 1)
    else {
      tally.passed += tests.length
      passedAgain.push(...(tests.length > 0 ? tests : ['as a whole']).map((test) => `${file}: ${test}`))
    }
  }
}

/** Prints one table of what the conformance suite found: its test files run in processes of their own and leave a part each. */
function printConformance(): void {
  if (!existsSync(TABLE_FOLDER)) return
  const rows = readdirSync(TABLE_FOLDER)
    .sort()
    .flatMap((file) => JSON.parse(readFileSync(`${TABLE_FOLDER}/${file}`, 'utf8')) as TableRow[])
  console.log(`\nConformance: provider × promise\n\n${conformanceTable(rows)}\n`)
}

await buildsConsole()
rmSync(TABLE_FOLDER, { recursive: true, force: true })
process.env['CHAPAR_TABLE'] = 'at the end'
if (process.argv.length === 2) process.env[WHOLE_VARIABLE] = 'all tests'
await Promise.all([checks(), suite(process.argv.slice(2))])
printConformance()

for (const test of passedAgain) console.log(`⚠ failed, and passed when run again alone: ${test}`)
for (const title of failedChecks) console.log(`✗ ${title}: see above`)
const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped` : ''
console.log(`${tally.passed} passed, ${tally.failed} failed${skipped}`)
process.exitCode = tally.failed > 0 ? 1 : 0
