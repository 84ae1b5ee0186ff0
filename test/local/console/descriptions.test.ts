import { describe, expect, test } from 'vitest'
import { channels } from '#worker/channels/index.ts'
import { referencePage } from '#worker/routes/docs/reference.ts'
import { ENGLISH } from '#worker/routes/docs/words.ts'
import { openApiDocument } from '#worker/routes/openapi/document.ts'
import { operations } from '#worker/routes/resources.ts'
import { DESCRIPTIONS, PARTS } from '../../../local/console/persian/descriptions/index.ts'

/** What the page of calls asks its words for: the descriptions that it shows, of all that the document has. */
async function shownDescriptions(): Promise<ReadonlySet<string>> {
  const asked = new Set<string>()
  const description = (english: string): string => {
    asked.add(english)
    return english
  }
  await referencePage({ document: openApiDocument(operations, '', channels), words: { ...ENGLISH, description } })
  return asked
}

const codesOf = (text: string): readonly string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

describe('the Persian of what the API’s document says', () => {
  test('is of sentences that the page of calls shows', async () => {
    const shown = await shownDescriptions()
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
})
