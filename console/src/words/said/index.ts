import type { Sentence } from '../../../generated/sentences.d.ts'
import { CARRIERS } from './carriers.ts'
import { DETAILS } from './details.ts'
import { FIELDS } from './fields.ts'
import { PARTS, PHRASES } from './parts.ts'

/** What has Persian, and the API says no more. */
type Unsaid = Exclude<keyof typeof FIELDS | keyof typeof DETAILS | keyof typeof CARRIERS, Sentence>

/** Persian of every sentence of the API. One that is missing, or that the API says no more, fails the type check. */
const PERSIAN: Readonly<Record<string, string>> = {
  ...FIELDS,
  ...DETAILS,
  ...CARRIERS,
} satisfies Record<Sentence, string> & Record<Unsaid, never>

const digits = (text: string): string =>
  text.replaceAll(/\d/g, (digit) => String.fromCharCode(0x06f0 + Number(digit))).replaceAll(',', '٬')

/** Marks what is code, an id or a foreign word, so that it keeps its own direction within Persian. */
const code = (text: string): string => `\u2066${text}\u2069`

/** What a table has under a text that came from outside: never a member that all objects have, such as `constructor`. */
const under = (table: Readonly<Record<string, string>>, text: string): string | undefined =>
  Object.hasOwn(table, text) ? table[text] : undefined

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)
const lettersOf = (shape: string): number => shape.replaceAll('{}', '').length

/** Sentences with gaps, those with the most letters first: the shorter ones fit also what a longer one says better. */
const SHAPES = Object.entries({ ...PERSIAN, ...PHRASES })
  .filter(([shape]) => shape.includes('{}'))
  .sort(([one], [other]) => lettersOf(other) - lettersOf(one))
  .map(([shape, said]) => ({
    said,
    form: new RegExp(`^${shape.split('{}').map(escaped).join('([\\s\\S]+?)')}$`),
  }))

/** Writes what a sentence was filled with: a known word in Persian, a number in its digits, anything else as it is. */
function part(text: string): string {
  const known = under(PARTS, text) ?? persianOf(text)
  if (known !== null && known !== undefined) return known
  const bound = /^(>=|<=|>|<|exactly )(-?[\d.]+)$/.exec(text)
  if (bound) return `${PARTS[(bound[1] ?? '').trim()] ?? ''} ${digits(bound[2] ?? '')}`
  const span = /^([\d,]+) to ([\d,]+)$/.exec(text)
  if (span) return digits(`${span[1]} تا ${span[2]}`)
  if (/^[\d,]+$/.test(text)) return digits(text)
  const list = text.split(', ')
  return list.length > 1 ? list.map((one) => under(PARTS, one) ?? code(one)).join('، ') : code(text.replaceAll('`', ''))
}

/** Says a sentence of the API in Persian; null of one that it never said before, whose own words are shown then. */
export function persianOf(sentence: string): string | null {
  const whole = under(PERSIAN, sentence)
  const found = whole === undefined ? SHAPES.find(({ form }) => form.test(sentence)) : null
  const said = whole ?? found?.said
  if (said === undefined) return null
  const filled = found?.form.exec(sentence) ?? []
  return said
    .replaceAll(/`([^`]+)`/g, (_, text: string) => code(text))
    .replaceAll(/\{(\d)\}/g, (_, place: string) => part(filled[Number(place)] ?? ''))
}
