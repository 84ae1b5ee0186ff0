import { foldText } from '#worker/domain/addresses/folding.ts'
import type { PolicyPack } from './policy-pack.ts'
import type { KeywordLists } from './settings.ts'

type Keyword = 'stop' | 'start'

const NONE: KeywordLists = { stop: [], start: [] }

/** UTF-16 units of the longest message that is looked at: a keyword among a row of pictures. */
const MAX_LENGTH = 500
/** Most words that a keyword may be written as: `u-n-s-u-b-s-c-r-i-b-e`. */
const MOST_WORDS = 16

/** Marks of a question in any script. "11?" asks something, and an interrobang does too. */
const QUESTION = /[?؟¿⸮՞፧꘏‽⁇⁈⁉❓❔﹖？]/u
/** Pictures, ™ and ℹ among them, which folding would turn into letters. */
const PICTURE = /\p{Extended_Pictographic}/gu
const ACCENT = /\p{Mn}/gu
/** Letters and digits with their marks, or what stands between them; both are runs of one class, so that matching is linear. */
const RUNS = /[\p{L}\p{N}\p{M}]+|[^\p{L}\p{N}\p{M}]+/gu
const IS_WORD = /^[\p{L}\p{N}\p{M}]/u
/** Signs that may stand between the letters of one word: dashes, low lines, dots, apostrophes. */
const WITHIN = /^[\s\p{Pd}\p{Pc}.·•‧・⁃−'’]*$/u
const BLANK = /^\s*$/u
/** Signs that make another thing of a number: `+11`, `#11`, `11%`, `-11`, `$11`. */
const OF_NUMBERS = /[\p{Sc}\p{Pd}+−±×÷=<>~^#*%٪‰°№/\\@&]/u
const ENDS_IN_DIGIT = /\p{N}$/u
const BEGINS_WITH_DIGIT = /^\p{N}/u
const ONLY_DIGITS = /^\p{N}+$/u

/** Folds further than what is compared elsewhere: accents and the Turkish dots go too, as many who write leave them out. */
const foldKeyword = (text: string): string =>
  foldText(foldText(text.replace(PICTURE, '•')).normalize('NFKD').replace(ACCENT, ''))
    .replaceAll('ı', 'i')
    .replaceAll('ς', 'σ')

/** Puts the words of a message together; null if what stands between two of them says more than a blank or a hyphen. */
function joined(words: readonly string[], between: readonly string[]): string | null {
  let text = words[0] ?? ''
  for (const [i, gap] of between.entries()) {
    const next = words[i + 1] ?? ''
    const besideDigit = ENDS_IN_DIGIT.test(text) || BEGINS_WITH_DIGIT.test(next)
    if (!(besideDigit ? BLANK : WITHIN).test(gap)) return null
    text += next
  }
  return text
}

/**
 * The form in which a message and a keyword are compared: folded, without what stands around it (marks, brackets, symbols,
 * pictures, controls), in one word: `لغو ۱۱` and `لغو11`, `OPT-OUT` and `optout` are one. Null if it says more than one word or
 * number can, or asks.
 */
export function keywordForm(text: string): string | null {
  if (text.length > MAX_LENGTH || QUESTION.test(text)) return null
  const runs = foldKeyword(text).match(RUNS) ?? []
  const first = runs.findIndex((run) => IS_WORD.test(run))
  const last = runs.findLastIndex((run) => IS_WORD.test(run))
  const inside = runs.slice(first, last + 1)
  const words = inside.filter((_, i) => i % 2 === 0)
  if (first < 0 || words.length > MOST_WORDS) return null
  const form = joined(
    words,
    inside.filter((_, i) => i % 2 === 1),
  )
  const around = [...runs.slice(0, first), ...runs.slice(last + 1)]
  return form !== null && ONLY_DIGITS.test(form) && around.some((run) => OF_NUMBERS.test(run)) ? null : form
}

/**
 * The keyword that an inbound message is, if it is nothing else (requirements R-4): one of the pack's or of the tenant's own.
 * Null for anything that says more, so that "11 o'clock" and "stop by the shop" stay ordinary messages. `stop` wins over `start`.
 */
export function keywordOf(pack: PolicyPack, words: string | null, own: KeywordLists = NONE): Keyword | null {
  const form = words === null ? null : keywordForm(words)
  if (form === null) return null
  const isOf = (meaning: Keyword): boolean =>
    [...pack.keywords[meaning], ...own[meaning]].some((word) => keywordForm(word) === form)
  return isOf('stop') ? 'stop' : isOf('start') ? 'start' : null
}
