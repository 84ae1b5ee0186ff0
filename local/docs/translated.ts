import { readdirSync, readFileSync } from 'node:fs'

const BLOCK = /^```[^\n]*\n[\s\S]*?^```$/gm

/** Blocks of code of a guide, in their order. */
export const blocksOf = (text: string): readonly string[] => text.match(BLOCK) ?? []

/** Puts the blocks of a guide into its translation, which has as many. */
function withBlocks(translation: string, guide: string): string {
  const blocks = blocksOf(guide)
  if (blocks.length !== blocksOf(translation).length) return translation
  let at = 0
  return translation.replaceAll(BLOCK, (own) => blocks[at++] ?? own)
}

const ROWS = /(?<=^\|---.*\n)(?:\|.*\n)*/m

/** Puts the rows of the glossary into its translation: they are the same there, but that a Latin word stands as code. */
const withGlossary = (translation: string, guide: string): string =>
  translation.replace(ROWS, () => (ROWS.exec(guide)?.[0] ?? '').replaceAll(/^\| ([^|]+) \|/gm, '| `$1` |'))

/** Translated guides by their files, with what they take over from the guides they are made from: blocks of code, and words. */
export const translatedGuides = (): readonly (readonly [file: string, text: string])[] =>
  readdirSync('docs/fa').map((name) => {
    const [translation = '', guide = ''] = [`docs/fa/${name}`, `docs/${name}`].map((file) => readFileSync(file, 'utf8'))
    const text = withBlocks(translation, guide)
    return [`docs/fa/${name}`, name === 'persian.md' ? withGlossary(text, guide) : text]
  })
