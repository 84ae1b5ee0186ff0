import { DurableObject } from 'cloudflare:workers'
import { type EpochMs, MINUTE } from '#worker/domain/time.ts'
import type { Env } from '#worker/env.ts'
import {
  type FoundItems,
  type NewItems,
  PHONE_KEY,
  type PhoneCalls,
  type PhonePage,
  type PhonePlace,
} from '#worker/object-calls.ts'

/** Time that an item stands on a telephone. */
const KEPT_MS = 15 * MINUTE
/** Most items that are read of one telephone. */
const MOST_READ = 200
/** Items of all the tenant's telephones, and how many more may come before the oldest are deleted. */
const MOST_KEPT = 20_000
const SLACK = 2_000
/** Shortest time between two alarms. */
const PAUSE = MINUTE

/** A row holds items that arrive together, numbered from `n`; `keys` has the telephone of each. */
const SCHEMA = `CREATE TABLE IF NOT EXISTS items (
  at INTEGER NOT NULL, n INTEGER NOT NULL, keys TEXT NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (at, n)
) WITHOUT ROWID`
const FIND = `SELECT at, n, keys, sealed FROM items WHERE at > ?1 AND at <= ?2 AND instr(keys, ?3) > 0
ORDER BY at DESC, n DESC LIMIT ?4`

interface Row extends PhonePlace, Record<string, SqlStorageValue> {
  readonly keys: string
  readonly sealed: ArrayBuffer
}

/**
 * Keeps what stands on the test telephones of one tenant, for 15 minutes; named by the tenant. It knows telephones as keyed
 * hashes, and items as sealed bytes, which it cannot open.
 */
export class PhoneObject extends DurableObject<Env> implements PhoneCalls {
  readonly #sql: SqlStorage
  /** Numbers of the oldest and the newest item; null: there is no table, because all were deleted. */
  #held: { first: number; last: number } | null

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#sql = ctx.storage.sql
    const tables = this.#sql.exec("SELECT name FROM sqlite_master WHERE name = 'items'").toArray()
    this.#held = tables.length > 0 ? this.#numbers() : null
  }

  async keep(rows: readonly NewItems[]): Promise<readonly PhonePlace[]> {
    if (!this.#held) this.#sql.exec(SCHEMA)
    this.#held ??= { first: 1, last: 0 }
    const held = this.#held
    const now = Date.now()
    const places = rows.map(({ keys, afterMs }) => {
      const n = held.last + 1
      held.last += keys.length / PHONE_KEY
      return { at: now + afterMs, n }
    })
    this.ctx.storage.transactionSync(() => {
      rows.forEach(({ keys, sealed }, i) => {
        const { at, n } = places[i] as PhonePlace
        this.#sql.exec('INSERT INTO items (at, n, keys, sealed) VALUES (?1, ?2, ?3, ?4)', at, n, keys, sealed)
      })
    })
    if (held.last - held.first >= MOST_KEPT + SLACK) {
      this.#sql.exec('DELETE FROM items WHERE n <= ?1', held.last - MOST_KEPT)
      this.#held = this.#numbers()
    }
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(now + KEPT_MS + PAUSE)
    return places
  }

  async read(key: string, { since, before, limit }: PhonePage): Promise<readonly FoundItems[]> {
    if (!this.#held) return []
    const now = Date.now()
    // Looks at no more for a poll than what came since.
    const from = Math.max(now - KEPT_MS, (since?.at ?? 0) - 1)
    const rows = this.#sql.exec<Row>(FIND, from, now, key, MOST_READ).toArray()
    const all = rows.flatMap((row) => placesIn(row, key).map((place) => ({ row, place }))).slice(0, MOST_READ)
    const asked = all.filter(({ place }) => (!since || isAfter(place, since)) && (!before || isAfter(before, place)))
    // Goes on from where the last poll ended, so that nothing is passed over that came in numbers.
    const page = since && !before ? asked.slice(-limit) : asked.slice(0, limit)
    return [...Map.groupBy(page, ({ row }) => row)].map(([{ keys, sealed }, found]) => ({
      keys,
      sealed,
      found: found.map(({ row, place }) => ({ place, index: place.n - row.n })),
    }))
  }

  /** Deletes what is past its time, and the whole storage once nothing is left. */
  override async alarm(): Promise<void> {
    const now = Date.now()
    if (this.#held) this.#sql.exec('DELETE FROM items WHERE at <= ?1', now - KEPT_MS)
    const first = this.#held ? this.#sql.exec<{ at: EpochMs | null }>('SELECT min(at) AS at FROM items').one().at : null
    if (first !== null) {
      this.#held = this.#numbers()
      await this.ctx.storage.setAlarm(Math.max(first + KEPT_MS, now + PAUSE))
      return
    }
    this.#held = null
    await this.ctx.storage.deleteAll()
  }

  #numbers(): { first: number; last: number } {
    const sql = `SELECT coalesce(min(n), 1) AS first, coalesce(max(n + length(keys) / ${PHONE_KEY} - 1), 0) AS last FROM items`
    return { ...this.#sql.exec<{ first: number; last: number }>(sql).one() }
  }
}

/** Places of one telephone's items in a row, the newest first. */
function placesIn({ at, n, keys }: Row, key: string): PhonePlace[] {
  const places: PhonePlace[] = []
  for (let i = keys.length / PHONE_KEY - 1; i >= 0; i--)
    if (keys.startsWith(key, i * PHONE_KEY)) places.push({ at, n: n + i })
  return places
}

const isAfter = (a: PhonePlace, b: PhonePlace): boolean => a.at > b.at || (a.at === b.at && a.n > b.n)
