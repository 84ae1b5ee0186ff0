import { foldText } from '#worker/domain/addresses/folding.ts'
import type { PolicyPack } from './policy-pack.ts'

export type Keyword = 'stop' | 'start'

/** Longest message that can be a keyword: "un subscribe" in quotes, with diacritics to spare. */
const MAX_LENGTH = 64
/** What may stand around a keyword. A question mark may not: "11?" asks something. */
const AROUND = /^[\s.,!،؛"'«»“”‘’]+|[\s.,!،؛"'«»“”‘’]+$/g

/** The keyword in its folded form, white space inside it gone: `لغو ۱۱` and `لغو11` are one. */
const essence = (text: string): string => foldText(text).replace(AROUND, '').replace(/\s+/g, '')

/**
 * What an inbound message asks for if it is a keyword and nothing else (requirements R-4); null for anything that
 * says more, so that "11 o'clock" and "stop by the shop" stay ordinary messages.
 */
export function keywordOf(pack: PolicyPack, words: string | null): Keyword | null {
  if (words === null || words.length > MAX_LENGTH) return null
  const text = essence(words)
  if (pack.keywords.stop.includes(text)) return 'stop'
  return pack.keywords.start.includes(text) ? 'start' : null
}
