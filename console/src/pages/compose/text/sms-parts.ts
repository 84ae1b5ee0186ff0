/** Default alphabet of GSM 7-bit (3GPP TS 23.038, 6.2.1). */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
/** Extension of the same clause: each is sent as two. */
const EXTENSION = '\f^{}\\[~]|€'

const SEPTETS: ReadonlyMap<string, number> = new Map([
  ...[...BASIC].map((letter) => [letter, 1] as const),
  ...[...EXTENSION].map((letter) => [letter, 2] as const),
])

/** How a text travels as SMS. */
export interface SmsParts {
  readonly encoding: 'gsm-7' | 'ucs-2'
  /** Length of every part, in septets or in UTF-16 units. */
  readonly parts: readonly number[]
  /** Room that the last part still has. */
  readonly left: number
}

const MOST = { 'gsm-7': { single: 160, part: 153 }, 'ucs-2': { single: 70, part: 67 } } as const

/** Cuts letters into parts; a letter that takes two places stays whole. */
function cut(costs: readonly number[], most: { readonly single: number; readonly part: number }) {
  const total = costs.reduce((sum, cost) => sum + cost, 0)
  if (total <= most.single) return { parts: [total], left: most.single - total }
  const parts: number[] = []
  let filled = 0
  for (const cost of costs) {
    if (filled + cost > most.part) {
      parts.push(filled)
      filled = 0
    }
    filled += cost
  }
  return { parts: [...parts, filled], left: most.part - filled }
}

/** Counts parts as the API does, so that the number changes with each letter that is typed. */
export function smsParts(text: string): SmsParts {
  const letters = [...text]
  const isGsm = letters.every((letter) => SEPTETS.has(letter))
  const encoding = isGsm ? 'gsm-7' : 'ucs-2'
  const costs = letters.map((letter) => (isGsm ? (SEPTETS.get(letter) ?? 1) : letter.length))
  return { encoding, ...cut(costs, MOST[encoding]) }
}

/** Letters of word processors and keyboards that have a plain twin in GSM-7. */
const TWINS: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '‚': "'",
  '‛': "'",
  '′': "'",
  '`': "'",
  '´': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '″': '"',
  '«': '"',
  '»': '"',
  '–': '-',
  '—': '-',
  '−': '-',
  '‐': '-',
  '‑': '-',
  '…': '...',
  '•': '-',
  '·': '.',
  '\u00a0': ' ',
  '\u2009': ' ',
  '\u200a': ' ',
  '\u202f': ' ',
  '\t': ' ',
  '\u200b': '',
  '\u200c': '',
  '\u200d': '',
  '\u200e': '',
  '\u200f': '',
  '\ufeff': '',
  '\u2060': '',
  ç: 'c',
  á: 'a',
  â: 'a',
  ã: 'a',
  í: 'i',
  î: 'i',
  ï: 'i',
  ó: 'o',
  ô: 'o',
  õ: 'o',
  ú: 'u',
  û: 'u',
  ê: 'e',
  ë: 'e',
  ÿ: 'y',
  '™': '(TM)',
  '®': '(R)',
  '©': '(C)',
  '×': 'x',
}

/** A letter that GSM-7 lacks, how often it stands there, and its plain twin; null: there is none. */
export interface ForeignLetter {
  readonly letter: string
  readonly count: number
  readonly twin: string | null
}

/** Letters that make a text UCS-2, in the order in which they come. */
export function foreignLetters(text: string): readonly ForeignLetter[] {
  const counts = new Map<string, number>()
  for (const letter of text) if (!SEPTETS.has(letter)) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  return [...counts].map(([letter, count]) => ({ letter, count, twin: TWINS[letter] ?? null }))
}

/** Puts plain twins in the place of what has one. */
export const withTwins = (text: string): string =>
  [...text].map((letter) => (SEPTETS.has(letter) ? letter : (TWINS[letter] ?? letter))).join('')

/** A stretch of text: plain, or of letters that GSM-7 lacks. */
export interface Stretch {
  readonly text: string
  readonly isForeign: boolean
}

/** Cuts a text where letters begin or end that GSM-7 lacks, to mark them. */
export function stretches(text: string): readonly Stretch[] {
  const found: { text: string; isForeign: boolean }[] = []
  for (const letter of text) {
    const isForeign = !SEPTETS.has(letter)
    const last = found.at(-1)
    if (last?.isForeign === isForeign) last.text += letter
    else found.push({ text: letter, isForeign })
  }
  return found
}
