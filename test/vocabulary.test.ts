import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { bare, source, sourceFiles } from './source-tree.ts'

/** A name as its words: `partyKey`, `party_key` and `PARTY_KEY` are `party key`. */
const wordsOf = (name: string): string =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[^A-Za-z\d]+/g, ' ')
    .trim()
    .toLowerCase()

/**
 * The names of a TypeScript text: identifiers, and strings without a blank (fields, codes, paths). Comments and sentences are
 * none.
 */
function namesIn(text: string): string[] {
  const code = bare(text, { strings: true })
  const strings = [...code.matchAll(/'([^'\s]+)'|`([^`\s]+)`/g)].map(([, single, template]) => single ?? template ?? '')
  const identifiers = bare(text, { strings: false }).match(/[A-Za-z_]\w*/g) ?? []
  return [...new Set([...identifiers, ...strings])].map(wordsOf)
}

/** The words of the vocabulary's tables that none of these names has, in the singular or the plural. */
function missingWords(vocabulary: string, names: readonly string[]): string[] {
  const said = [...new Set(names)].join('\n')
  return [...vocabulary.matchAll(/^\| ([^|]+) \| [^|]+ \|$/gm)]
    .flatMap(([, cell = '']) => cell.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== 'word' && !new RegExp(`(?:^| )${wordsOf(word)}(?:s|es)?(?: |$)`, 'm').test(said))
}

/** Words that the tables of a vocabulary explain, in their order. */
const explainedIn = (vocabulary: string): string[] =>
  [...vocabulary.matchAll(/^\| ([^|]+) \| [^|]+ \|$/gm)]
    .map(([, cell = '']) => cell.replaceAll('`', '').replaceAll('،', ','))
    .filter((cell) => cell !== 'word' && cell !== 'واژه')

describe('docs/vocabulary.md', () => {
  const names = sourceFiles('worker').flatMap((file) => namesIn(source(file)))

  test('every word of it is a name in the code: a word that the code has not is no word of this house', () => {
    expect(missingWords(readFileSync('docs/vocabulary.md', 'utf8'), names)).toEqual([])
  })

  test('the Persian one explains the same words in the same order', () => {
    const [english, persian] = ['docs/vocabulary.md', 'docs/fa/vocabulary.md'].map((file) => readFileSync(file, 'utf8'))
    expect(explainedIn(english ?? '').length).toBeGreaterThan(100)
    const what = 'write the row of each word of docs/vocabulary.md at its place in docs/fa/vocabulary.md too'
    expect(explainedIn(persian ?? ''), what).toEqual(explainedIn(english ?? ''))
  })

  test('a word that stands in a comment or a sentence only is missed, and one in another spelling is found', () => {
    const code = namesIn("// a tariff\nconst partyKey = text('no ticket here') /* hold */\nconst kind = 'dead-letter'")
    const table =
      '| word | meaning |\n|---|---|\n| party key | a |\n| tariff, dead letters | b |\n| ticket | c |\n| hold | d |'
    expect(missingWords(table, code)).toEqual(['tariff', 'dead letters', 'ticket', 'hold'])
    expect(missingWords(table.replace('dead letters', 'dead letter'), code)).toEqual(['tariff', 'ticket', 'hold'])
  })
})
