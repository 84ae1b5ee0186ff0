import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { conformanceTable, TABLE_FOLDER, type TableRow } from '../../test/conformance/table.ts'
import { WHOLE_VARIABLE } from '../../test/worlds/at-rest/every-world.ts'
import { buildConsole } from '../console/build.ts'
import { Refusal } from '../state.ts'
import { countRun, type SuiteRun } from './again.ts'
import { REPORT_VARIABLE } from './reporter.ts'

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

function readReport(path: string): SuiteRun | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as SuiteRun
  } catch {
    return null
  }
}

/** Runs test files, all without arguments. A run that ends badly and says nothing of a fault is one. */
async function runSuite(args: readonly string[], path: string): Promise<SuiteRun> {
  rmSync(path, { force: true })
  mkdirSync(dirname(path), { recursive: true })
  process.env[REPORT_VARIABLE] = path
  const isGood = await run('vitest', ['run', '--reporter=default', '--reporter=./local/tests/reporter.ts', ...args])
  const said = readReport(path) ?? { passed: 0, skipped: 0, failedFiles: [], outside: 0 }
  const isTold = said.failedFiles.length > 0 || said.outside > 0
  return isGood || isTold ? said : { ...said, outside: 1 }
}

/** Runs the tests. Where some alone were asked for none is run again: whoever names them looks at them. */
async function suite(args: readonly string[]): Promise<readonly string[]> {
  const runAlone = (file: string): Promise<SuiteRun> => {
    console.log(`\nRun again, alone: ${file}`)
    delete process.env[WHOLE_VARIABLE]
    return runSuite([file], REPORT_AGAIN)
  }
  const { passed, failed, skipped, passedAgain } = await countRun(
    await runSuite(args, REPORT),
    args.length > 0 ? null : runAlone,
  )
  tally.passed += passed
  tally.failed += failed
  tally.skipped += skipped
  return passedAgain
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
const [passedAgain] = await Promise.all([suite(process.argv.slice(2)), checks()])
printConformance()

for (const test of passedAgain) console.log(`⚠ failed, and passed when run again alone: ${test}`)
for (const title of failedChecks) console.log(`✗ ${title}: see above`)
const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped` : ''
console.log(`${tally.passed} passed, ${tally.failed} failed${skipped}`)
process.exitCode = tally.failed > 0 ? 1 : 0
