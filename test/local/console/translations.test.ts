import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { channels } from '#worker/channels/index.ts'
import { EVENT_TYPES } from '#worker/domain/messages/events.ts'
import { FAILURES } from '#worker/domain/messages/failure.ts'
import { PROBLEMS } from '#worker/domain/problem.ts'
import { callsOf } from '#worker/routes/docs/calls.ts'
import { GUIDES } from '#worker/routes/docs/guides.ts'
import { type DocsWords, ENGLISH } from '#worker/routes/docs/words.ts'
import { openApiDocument } from '#worker/routes/openapi/document.ts'
import { operations } from '#worker/routes/resources.ts'
import { anchorsOf } from '../../../local/console/markdown.ts'
import { GROUP_NAMES } from '../../../local/console/persian/guides.ts'
import { SUMMARIES, TAGS } from '../../../local/console/persian/summaries.ts'
import { PERSIAN } from '../../../local/console/persian/words.ts'
import { blocksOf, translatedGuides } from '../../../local/docs/translated.ts'

const FILES = readdirSync('docs/fa')
const read = (file: string): string => readFileSync(file, 'utf8')
const FENCE = /^```[^\n]*\n[\s\S]*?^```$/gm
const codesOf = (text: string): readonly string[] =>
  [...text.replaceAll(FENCE, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
/** What of a text is words of ours: no code, no addresses, and nothing that is marked as English. */
const wordsOf = (text: string): string =>
  text
    .replaceAll(FENCE, '')
    .replaceAll(/`[^`\n]*`/g, '')
    .replaceAll(/<span lang="en" dir="ltr">.*?<\/span>/g, '')
    .replaceAll(/\]\([^)]*\)/g, ']')

describe.each(FILES)('docs/fa/%s', (file) => {
  const english = read(`docs/${file}`)
  const persian = read(`docs/fa/${file}`)

  test('has the headings, the blocks and the code of the guide that it is translated from', () => {
    expect(anchorsOf(persian)).toHaveLength(anchorsOf(english).length)
    expect(blocksOf(persian), '`npm run docs` takes changed blocks over').toEqual(blocksOf(english))
    const said = new Set(codesOf(persian))
    expect(codesOf(english).filter((code) => !said.has(code))).toEqual([])
    const rowsOf = (text: string): number => text.match(/^\|/gm)?.length ?? 0
    expect(rowsOf(persian)).toBe(rowsOf(english))
  })

  test('has no Latin word', () => {
    expect(wordsOf(persian).match(/\S*[A-Za-z]\S*/g) ?? []).toEqual([])
  })
})

test('what guides in Persian take over from the English ones is there: `npm run docs` writes it', () => {
  for (const [file, text] of translatedGuides()) expect(read(file), file).toBe(text)
})

/** All texts of the words that are no functions. */
function textsOf(words: unknown): readonly string[] {
  if (typeof words === 'string') return [words]
  return typeof words === 'object' && words !== null ? Object.values(words).flatMap(textsOf) : []
}

describe('the Persian of the docs', () => {
  const calls = callsOf(openApiDocument(operations, '', channels)).map(({ operation }) => operation)

  test('has a line for each call, and none for a call that is gone', () => {
    expect(Object.keys(SUMMARIES).sort()).toEqual(calls.map(({ operationId }) => operationId).sort())
    expect(Object.keys(TAGS).sort()).toEqual([...new Set(calls.flatMap(({ tags }) => tags))].sort())
    expect(Object.keys(GROUP_NAMES).sort()).toEqual(GUIDES.map(([group]) => group).sort())
  })

  const sentencesOf = ({ errors, events }: DocsWords): readonly string[] => [
    ...(Object.keys(PROBLEMS) as (keyof typeof PROBLEMS)[]).map(errors.problem),
    ...(Object.keys(FAILURES) as (keyof typeof FAILURES)[]).map(errors.failure),
    ...EVENT_TYPES.map(events.event),
  ]
  const [english, persian] = [sentencesOf(ENGLISH), sentencesOf(PERSIAN)]

  test('has the code of each error and event in its sentence', () => {
    const lost = english.flatMap((text, at) => {
      const said = new Set(codesOf(persian[at] ?? ''))
      return codesOf(text)
        .filter((code) => !said.has(code))
        .map((code) => `${persian[at]}: ${code}`)
    })
    expect(lost).toEqual([])
  })

  test('has no Latin word', () => {
    const texts = [...textsOf(PERSIAN), ...persian, ...Object.values(SUMMARIES), ...Object.values(TAGS)]
    expect(texts.length).toBeGreaterThan(300)
    // The language's own name is no word.
    expect(texts.filter((text) => /[A-Za-z]/.test(wordsOf(text)))).toEqual([PERSIAN.language])
  })
})
