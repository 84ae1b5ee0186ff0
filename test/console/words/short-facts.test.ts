import { afterEach, describe, expect, test, vi } from 'vitest'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

/** Reads how numbers are written anew, as a browser of that language does. */
async function formatIn(language: string): Promise<typeof import('../../../console/src/words/format.ts')> {
  vi.stubGlobal('navigator', { languages: [language] })
  vi.resetModules()
  return import('../../../console/src/words/format.ts')
}

describe('facts on one line', () => {
  test('are parted by no dot in Persian, where it is read as a zero', async () => {
    const { between, num } = await formatIn('fa')
    expect([1, 1].map(num).join(between)).toBe('۱، ۱')
  })

  test('are parted by a dot in English', async () => {
    const { between, num } = await formatIn('en')
    expect([1, 1].map(num).join(between)).toBe('1 · 1')
  })
})

test('a share stands as digits and sign, with the sign where Persian reads on, also with no letter before it', async () => {
  expect((await formatIn('fa')).percent(0.75)).toBe('\u061c۷۵٪')
  expect((await formatIn('en')).percent(0.75)).toBe('75%')
})
