/**
 * What a network says of a kind that has no member of its own in a content: JSON, in the network's words where no reader knows
 * better.
 */
export type Details = Readonly<Record<string, unknown>>

/** Bounds of details: they travel in one queue message beside the text. */
const DEEPEST = 6
const MOST_MEMBERS = 40
const LONGEST_NAME = 100
const LONGEST_WORDS = 4_000
const MOST_CHARACTERS = 12_000

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Copies JSON within the bounds; undefined: nothing is left of it. `left.characters` is used up over the whole copy. */
function copyOf(value: unknown, depth: number, left: { characters: number }): unknown {
  if (left.characters <= 0) return undefined
  if (typeof value === 'string') {
    const text = value.slice(0, Math.min(LONGEST_WORDS, left.characters)).toWellFormed()
    left.characters -= text.length + 4
    return text
  }
  left.characters -= 8
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (depth === 0 || typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value))
    return value.slice(0, MOST_MEMBERS).flatMap((one) => {
      const copy = copyOf(one, depth - 1, left)
      return copy === undefined ? [] : [copy]
    })
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MOST_MEMBERS)
      .flatMap(([name, one]) => {
        const copy = copyOf(one, depth - 1, left)
        return copy === undefined ? [] : [[name.slice(0, LONGEST_NAME).toWellFormed(), copy]]
      }),
  )
}

/** Gives a bounded copy of what a network said; undefined: it said nothing that can be read. */
export function detailsOf(said: unknown): Details | undefined {
  const copy = copyOf(isObject(said) ? said : { value: said }, DEEPEST, { characters: MOST_CHARACTERS })
  return isObject(copy) && Object.keys(copy).length > 0 ? copy : undefined
}

/** Gives a network's word for a kind, or `unknown` if it is no word. */
export const kindOf = (word: unknown): string =>
  typeof word === 'string' && /^[A-Za-z0-9_.-]{1,60}$/.test(word) ? word : 'unknown'
