import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countRun, type FailedFile, type SuiteRun } from '../../local/tests/again.ts'
import { REPORT_VARIABLE } from '../../local/tests/reporter.ts'

const ran = (failedFiles: readonly FailedFile[] = [], outside = 0): SuiteRun => ({
  passed: 100,
  skipped: 1,
  failedFiles,
  outside,
})
const ONE: FailedFile = { file: 'test/one.test.ts', tests: ['begins', 'ends'] }
const TWO: FailedFile = { file: 'test/two.test.ts', tests: [] }
const THREE: FailedFile = { file: 'test/three.test.ts', tests: ['waits'] }

describe('of a run of all tests', () => {
  test('what passes alone counts as passed and is named', async () => {
    expect(await countRun(ran([ONE, TWO]), async () => ran())).toEqual({
      passed: 102,
      failed: 0,
      skipped: 1,
      passedAgain: ['test/one.test.ts: begins', 'test/one.test.ts: ends', 'test/two.test.ts: as a whole'],
    })
  })

  test('what fails alone, or ends badly, is failed', async () => {
    const alone = async (file: string): Promise<SuiteRun> => (file === ONE.file ? ran([THREE]) : ran([], 1))
    expect(await countRun(ran([ONE, TWO]), alone)).toEqual({ passed: 100, failed: 3, skipped: 1, passedAgain: [] })
  })

  test.each([
    ['three files failed', ran([ONE, TWO, THREE]), 4],
    ['a fault is of no file', ran([ONE], 1), 3],
    ['none failed', ran(), 0],
  ])('nothing runs again where %s', async (_why, first, failed) => {
    const again: string[] = []
    const tally = await countRun(first, async (file) => {
      again.push(file)
      return ran()
    })
    expect([again, tally]).toEqual([[], { passed: 100, failed, skipped: 1, passedAgain: [] }])
  })

  test('nothing runs again where some tests alone were asked for', async () => {
    expect(await countRun(ran([ONE]), null)).toMatchObject({ failed: 2, passedAgain: [] })
  })
})

const FOLDER = resolve(`dist/test/again-${process.pid}`)
/** Test files as the reporter meets them. */
const FILES = {
  'good.test.ts': "test('adds', () => {})\ntest.skip('later', () => {})",
  'bad.test.ts':
    "describe('a sum', () => { test('is right', () => { throw new Error('3') }) })\ntest('stands', () => {})",
  'end.test.ts': "test('stands', () => {})\nafterAll(() => { throw new Error('end') })",
  'load.test.ts': "throw new Error('load')",
  'stray.test.ts': "test('leaves', () => void Promise.reject(new Error('stray')))",
}

beforeAll(() => {
  mkdirSync(FOLDER, { recursive: true })
  for (const [name, text] of Object.entries(FILES))
    writeFileSync(`${FOLDER}/${name}`, `import { afterAll, describe, test } from 'vitest'\n${text}\n`)
  writeFileSync(`${FOLDER}/vitest.config.mjs`, 'export default { test: { include: ["*.test.ts"] } }')
})
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }))

async function report(): Promise<SuiteRun> {
  const path = `${FOLDER}/report.json`
  const reporter = resolve('local/tests/reporter.ts')
  await promisify(execFile)('vitest', ['run', `--reporter=${reporter}`], {
    cwd: FOLDER,
    env: { ...process.env, [REPORT_VARIABLE]: path },
  }).catch(() => {})
  return JSON.parse(readFileSync(path, 'utf8')) as SuiteRun
}

test('the report has each failure where it belongs', async () => {
  const found = await report()
  const failedFiles = found.failedFiles.toSorted((one, other) => one.file.localeCompare(other.file))
  expect({ ...found, failedFiles }).toEqual({
    passed: 4,
    skipped: 1,
    failedFiles: [
      { file: 'bad.test.ts', tests: ['a sum > is right'] },
      { file: 'end.test.ts', tests: [] },
      { file: 'load.test.ts', tests: [] },
    ],
    outside: 1,
  })
})
