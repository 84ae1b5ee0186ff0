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

/** Translated guides by their files, with the blocks of code of the guides that they are made from. */
export const translatedGuides = (): readonly (readonly [file: string, text: string])[] =>
  readdirSync('docs/fa').map((name) => {
    const [translation, guide] = [`docs/fa/${name}`, `docs/${name}`].map((file) => readFileSync(file, 'utf8'))
    return [`docs/fa/${name}`, withBlocks(translation ?? '', guide ?? '')]
  })
