/**
 * A map of at most `limit` entries (two at least), for caches of plain values in an isolate. When it is full, those go that were
 * not set or asked for lately, half of the limit at once: to find the oldest one for each that comes costs more than most caches
 * save, because a Map walks over the places of all that left it before.
 */
export class BoundedMap<Key, Value> {
  readonly #half: number
  #young = new Map<Key, Value>()
  #old = new Map<Key, Value>()

  constructor(limit: number) {
    this.#half = Math.max(1, limit >> 1)
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(key: Key): Value | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.set(key, old)
    return old
  }

  set(key: Key, value: Value): void {
    if (this.#young.size >= this.#half && !this.#young.has(key)) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#old.delete(key)
    this.#young.set(key, value)
  }

  /** Deletes the entries that a test picks; it looks at all. */
  deleteWhere(isOver: (value: Value) => boolean): void {
    for (const entries of [this.#young, this.#old])
      for (const [key, value] of entries) if (isOver(value)) entries.delete(key)
  }

  delete(key: Key): void {
    this.#young.delete(key)
    this.#old.delete(key)
  }

  clear(): void {
    this.#young.clear()
    this.#old.clear()
  }
}
