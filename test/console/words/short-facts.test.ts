import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'

const FORMAT = new URL('../../../console/src/words/format.ts', import.meta.url)

/** What a browser of some language writes, made in a process of its own: the language is read once, as modules load. */
async function writtenIn(language: string): Promise<{ readonly facts: string; readonly share: string }> {
  const script = `
    Object.defineProperty(globalThis, 'navigator', { value: { languages: ['${language}'] } })
    const { between, num, percent } = await import('${FORMAT}')
    console.log(JSON.stringify({ facts: [1, 1].map(num).join(between), share: percent(0.75) }))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script])
  return JSON.parse(stdout) as { readonly facts: string; readonly share: string }
}

describe('facts on one line', () => {
  test('are parted by no dot in Persian, where it is read as a zero', async () => {
    expect((await writtenIn('fa')).facts).toBe('۱، ۱')
  })

  test('are parted by a dot in English', async () => {
    expect((await writtenIn('en')).facts).toBe('1 · 1')
  })
})

test('a share stands as digits and sign, with the sign where Persian reads on, also with no letter before it', async () => {
  expect((await writtenIn('fa')).share).toBe('\u061c۷۵٪')
  expect((await writtenIn('en')).share).toBe('75%')
})
