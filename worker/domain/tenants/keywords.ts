import { foldText } from '#worker/domain/addresses/folding.ts'
import type { PolicyPack } from './policy-pack.ts'

type Keyword = 'stop' | 'start'

/** Characters of the longest message that can be a keyword: "un subscribe" in quotes, with diacritics to spare. */
const MAX_LENGTH = 64
/** Characters that may stand around a keyword. A question mark may not: "11?" asks something. */
const AROUND = /^[\s.,!،؛"'«»“”‘’]+|[\s.,!،؛"'«»“”‘’]+$/g

/** Folds a text to the form of the pack's keywords, white space inside it gone: `لغو ۱۱` and `لغو11` are one. */
const essence = (text: string): string => foldText(text).replace(AROUND, '').replace(/\s+/g, '')

/**
 * The keyword that an inbound message is, if it is nothing else (requirements R-4). Null for anything that says more, so that
 * "11 o'clock" and "stop by the shop" stay ordinary messages.
 */
export function keywordOf(pack: PolicyPack, words: string | null): Keyword | null {
  if (words === null || words.length > MAX_LENGTH) return null
  const text = essence(words)
  if (pack.keywords.stop.includes(text)) return 'stop'
  return pack.keywords.start.includes(text) ? 'start' : null
}
