import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { source, sourceFiles } from '../../source-tree.ts'

/** Words that the glossary tells not to use: its third column. */
const UNUSED = readFileSync('docs/persian.md', 'utf8')
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter((cells) => cells.length === 5 && /[\u0600-\u06FF]/.test(cells[3] ?? ''))
  .flatMap((cells) => (cells[3] ?? '').split('، '))

/** Texts of the console and of the docs with Persian letters, as they stand between quotes. */
const QUOTED = [...sourceFiles('console/src'), ...sourceFiles('local/console')].flatMap((file) =>
  [...source(file).matchAll(/(['"`])((?:(?!\1)[^\\\n]|\\.)*[\u0600-\u06FF](?:(?!\1)[^\\\n]|\\.)*)\1/g)].map(
    ([, , text = '']) => ({ file, text }),
  ),
)
/** Cells of the glossary's last column, in which the unused words themselves stand. */
const LAST_CELLS = /(?<=^\|.*\|)[^|\n]*\|$/gm
const guide = (file: string): string => {
  const text = readFileSync(file, 'utf8')
  return file === 'docs/fa/persian.md' ? text.replaceAll(LAST_CELLS, '') : text
}
/** Lines of the guides in Persian. What is code in them is not ours to word. */
const LINES = globSync('docs/fa/*.md').flatMap((file) =>
  guide(file)
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .split('\n')
    .map((text) => ({ file, text: text.replaceAll(/`[^`]*`/g, 'x').replaceAll(/^[|>-] | \|$/g, '') })),
)
const TEXTS = [...QUOTED, ...LINES]
const found = (fault: RegExp): readonly string[] =>
  TEXTS.filter(({ text }) => fault.test(text)).map(({ file, text }) => `${file}: ${text}`)

test('console and docs say in Persian what the glossary says', () => {
  expect(TEXTS.length).toBeGreaterThan(2000)
  expect(UNUSED.length).toBeGreaterThan(15)
  for (const word of UNUSED) expect(found(new RegExp(word)), word).toEqual([])
})

test('Persian is written with its own letters, half-spaces and signs', () => {
  expect(found(/[يكىة٠-٩]/)).toEqual([])
  expect(found(/(?:^|[\s«])ن?می [\u0600-\u06FF]/)).toEqual([])
  expect(found(/[\u0600-\u06FF] (?:ها|های|هایی|ترین)(?=[\s.،؛:»]|$)/)).toEqual([])
  expect(found(/[\u0600-\u06FF]\.\.\.|[\u0600-\u06FF] [.،؛!]|[\u0600-\u06FF][,;?]/)).toEqual([])
  expect(found(/[\u0600-\u06FF] {2}[\u0600-\u06FF]/)).toEqual([])
})
