import { DurableObject } from 'cloudflare:workers'
import { type EpochMs, MINUTE } from '#worker/domain/time.ts'
import type { Env } from '#worker/env.ts'
import type { KeptItem, NewItem, PhoneCalls, PhonePage, PhonePlace } from '#worker/object-calls.ts'

/** Time that an item stands on a telephone. */
const KEPT_MS = 15 * MINUTE
/** Most items that are read of one telephone. */
const MOST_READ = 200
/** Items of all the tenant's telephones, and how many more may come before the oldest are deleted. */
const MOST_KEPT = 20_000
const SLACK = 2_000
/** Shortest time between two alarms. */
const PAUSE = MINUTE

const SCHEMA = `CREATE TABLE IF NOT EXISTS items (
  phone TEXT NOT NULL, at INTEGER NOT NULL, n INTEGER NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (phone, at, n)
) WITHOUT ROWID`

/**
 * Keeps what stands on the test telephones of one tenant, for 15 minutes; named by the tenant. It knows telephones as keyed
 * hashes, and items as sealed bytes, which it cannot open.
 */
export class PhoneObject extends DurableObject<Env> implements PhoneCalls {
  readonly #sql: SqlStorage
  /** Number of items and of the newest; null: there is no table, because all were deleted. */
  #held: { count: number; last: number } | null

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#sql = ctx.storage.sql
    const tables = this.#sql.exec("SELECT name FROM sqlite_master WHERE name = 'items'").toArray()
    this.#held = tables.length > 0 ? this.#counted() : null
  }

  async keep(items: readonly NewItem[]): Promise<readonly PhonePlace[]> {
    if (!this.#held) this.#sql.exec(SCHEMA)
    this.#held ??= { count: 0, last: 0 }
    const held = this.#held
    const now = Date.now()
    const places = items.map(({ afterMs }) => ({ at: now + afterMs, n: ++held.last }))
    this.ctx.storage.transactionSync(() => {
      items.forEach(({ key, sealed }, i) => {
        const { at, n } = places[i] as PhonePlace
        this.#sql.exec('INSERT INTO items (phone, at, n, sealed) VALUES (?1, ?2, ?3, ?4)', key, at, n, sealed)
      })
    })
    held.count += items.length
    if (held.count > MOST_KEPT + SLACK) {
      this.#sql.exec('DELETE FROM items WHERE n <= ?1', held.last - MOST_KEPT)
      this.#held = this.#counted()
    }
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(now + KEPT_MS + PAUSE)
    return places
  }

  async read(key: string, { since, before, limit }: PhonePage): Promise<readonly KeptItem[]> {
    if (!this.#held) return []
    const now = Date.now()
    const sql = `SELECT at, n, sealed FROM items WHERE phone = ?1 AND at > ?2 AND at <= ?3 ORDER BY at DESC, n DESC LIMIT ?4`
    const all = this.#sql.exec<KeptItem & Record<string, SqlStorageValue>>(sql, key, now - KEPT_MS, now, MOST_READ)
    const found = all.toArray().filter((item) => (!since || isAfter(item, since)) && (!before || isAfter(before, item)))
    // Goes on from where the last poll ended, so that nothing is passed over that came in numbers.
    return since && !before ? found.slice(-limit) : found.slice(0, limit)
  }

  /** Deletes what is past its time, and the whole storage once nothing is left. */
  override async alarm(): Promise<void> {
    const now = Date.now()
    if (this.#held) this.#sql.exec('DELETE FROM items WHERE at <= ?1', now - KEPT_MS)
    const first = this.#held ? this.#sql.exec<{ at: EpochMs | null }>('SELECT min(at) AS at FROM items').one().at : null
    if (first !== null) {
      this.#held = this.#counted()
      await this.ctx.storage.setAlarm(Math.max(first + KEPT_MS, now + PAUSE))
      return
    }
    this.#held = null
    await this.ctx.storage.deleteAll()
  }

  #counted(): { count: number; last: number } {
    const sql = 'SELECT count(*) AS count, coalesce(max(n), 0) AS last FROM items'
    return { ...this.#sql.exec<{ count: number; last: number }>(sql).one() }
  }
}

const isAfter = (a: PhonePlace, b: PhonePlace): boolean => a.at > b.at || (a.at === b.at && a.n > b.n)
