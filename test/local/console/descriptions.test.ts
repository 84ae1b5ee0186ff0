import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { channels } from '#worker/channels/index.ts'
import { HOMES } from '#worker/routes/docs/layout.ts'
import { prose } from '#worker/routes/docs/prose.ts'
import { referencePage } from '#worker/routes/docs/reference.ts'
import { ENGLISH } from '#worker/routes/docs/words.ts'
import { openApiDocument } from '#worker/routes/openapi/document.ts'
import { operations } from '#worker/routes/resources.ts'
import { DESCRIPTIONS, PARTS } from '../../../local/console/persian/descriptions/index.ts'
import { PERSIAN } from '../../../local/console/persian/words.ts'
import { consoleFiles } from '../../worlds/console/files.ts'

const DOCUMENT = openApiDocument(operations, '', channels)

/** What the page of calls asks its words for: the descriptions that it shows, of all that the document has. */
async function shownDescriptions(): Promise<ReadonlySet<string>> {
  const asked = new Set<string>()
  const description = (english: string): string => {
    asked.add(english)
    return english
  }
  await referencePage({ document: DOCUMENT, words: { ...ENGLISH, description } })
  return asked
}

const codesOf = (text: string): readonly string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)
/** How English stands on a page in Persian. */
const marked = (markup: string): string => `<span lang="en" dir="ltr">${markup}</span>`

describe('the Persian of what the API’s document says', () => {
  test('is there for every sentence that the page of calls shows, and for no other', async () => {
    const shown = await shownDescriptions()
    expect(shown.size).toBeGreaterThan(900)
    expect([...shown].filter((english) => !DESCRIPTIONS.has(english))).toEqual([])
    expect([...DESCRIPTIONS.keys()].filter((english) => !shown.has(english))).toEqual([])
  })

  test('stands in one place for each sentence', () => {
    const keys = PARTS.flatMap(Object.keys)
    expect(keys.filter((english, at) => keys.indexOf(english) !== at)).toEqual([])
  })

  test('has the code of its English', () => {
    const lost = [...DESCRIPTIONS].flatMap(([english, persian]) => {
      const said = new Set(codesOf(persian))
      return codesOf(english)
        .filter((code) => !said.has(code))
        .map((code) => `${persian}: ${code}`)
    })
    expect(lost).toEqual([])
  })

  test('has no Latin word or digit outside code', () => {
    const outsideCode = (text: string): string => text.replaceAll(/`[^`]*`/g, '')
    expect([...DESCRIPTIONS.values()].filter((persian) => /[A-Za-z0-9]/.test(outsideCode(persian)))).toEqual([])
  })

  test('is what the built page says, which has no sentence in English', async () => {
    const page = readFileSync(join(await consoleFiles(), `${HOMES.fa}.html`), 'utf8')
    const markupOf = (texts: Iterable<string>) => Promise.all([...texts].map(async (text) => String(await prose(text))))
    expect((await markupOf(DESCRIPTIONS.values())).filter((markup) => !page.includes(markup))).toEqual([])
    const english = (await markupOf(await shownDescriptions())).map(marked)
    expect(english.filter((markup) => page.includes(markup))).toEqual([])
  })
})

test('a sentence without Persian stays English on the Persian page, and is marked so', async () => {
  const [changed = ''] = [...(await shownDescriptions())].filter((english) => english.endsWith('.'))
  const description = (english: string): string | null =>
    english === changed ? null : (DESCRIPTIONS.get(english) ?? null)
  const page = String(await referencePage({ document: DOCUMENT, words: { ...PERSIAN, description } }))
  expect(page).toContain(marked(String(await prose(changed))))
  expect(page).not.toContain(String(await prose(DESCRIPTIONS.get(changed) ?? '')))
})
