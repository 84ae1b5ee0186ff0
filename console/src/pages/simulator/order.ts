/** Something that has its place on a telephone: `<milliseconds>-<number>`. */
interface Placed {
  readonly id: string
}

/** Items that a page keeps of one place. */
const MOST = 120

const rank = (id: string): readonly [number, number] => {
  const [at = 0, n = 0] = id.split('-').map(Number)
  return [at, n]
}

/** True if an item came after another one. */
export function isAfter(id: string, other: string): boolean {
  const [at, n] = rank(id)
  const [otherAt, otherN] = rank(other)
  return at > otherAt || (at === otherAt && n > otherN)
}

/** Compares two items: the newer one first. */
export const newestFirst = (a: Placed, b: Placed): number => (a.id === b.id ? 0 : isAfter(a.id, b.id) ? -1 : 1)

/** Joins what came anew to what was there, newest first, each once. */
export function joined<Item extends Placed>(had: readonly Item[], more: readonly Item[]): readonly Item[] {
  const known = new Set(had.map(({ id }) => id))
  const fresh = more.filter(({ id }) => !known.has(id))
  return fresh.length === 0 ? had : [...fresh, ...had].sort(newestFirst).slice(0, MOST)
}
