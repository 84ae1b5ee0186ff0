import { DurableObject } from 'cloudflare:workers'
import type { RequestId } from '#worker/domain/ids.ts'
import { type Begun, decideKey, type KeyRecord } from '#worker/domain/messages/idempotency.ts'
import { MINUTE, SECOND } from '#worker/domain/time.ts'
import type { Env } from '#worker/env.ts'
import { joinBytes } from '#worker/lib/bytes.ts'
import type { IdempotencyCalls } from '#worker/object-calls.ts'

/** Bytes of one stored piece of an answer: a row may hold 2 MB at most (SQLite storage of Durable Objects). */
const PIECE = 1_000_000
/** Keys that one alarm deletes: a longer run would hold up the calls that wait for the object. */
const PURGE_CHUNK = 1_000
/** Longest time that an expired key waits for its deletion: one alarm then takes many, and a busy object sets few. */
const PURGE_PAUSE = 10 * MINUTE

const SCHEMA = `
CREATE TABLE IF NOT EXISTS keys (
  key TEXT PRIMARY KEY NOT NULL, serial INTEGER NOT NULL, fingerprint TEXT NOT NULL, request_id TEXT NOT NULL, run INTEGER NOT NULL,
  lease_until INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  paid INTEGER NOT NULL DEFAULT 0, answered INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS keys_by_age ON keys (expires_at, serial);
CREATE TABLE IF NOT EXISTS pieces (
  key TEXT NOT NULL, n INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (key, n)
) WITHOUT ROWID;`

interface KeyRow extends Record<string, SqlStorageValue> {
  readonly fingerprint: string
  readonly request_id: RequestId
  readonly run: number
  readonly lease_until: number
  readonly expires_at: number
  readonly paid: number
  /** 1: there is an answer. */
  readonly answered: number
}

/**
 * Keeps the idempotency keys of one tenant that share a hash bucket, with their answers; named `<tenant>:<bucket>`. It knows keys
 * as keyed hashes and answers as sealed bytes, which it cannot open.
 */
export class IdempotencyObject extends DurableObject<Env> implements IdempotencyCalls {
  readonly #sql: SqlStorage
  /** Serial number of the youngest key; null until it is read. */
  #last: number | null = null

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#sql = ctx.storage.sql
    this.#sql.exec(SCHEMA)
  }

  async begin(key: string, fingerprint: string, requestId: RequestId, most?: number): Promise<Begun> {
    const row = this.#row(key)
    const decision = decideKey(row && fromRow(row), fingerprint, requestId, Date.now())
    if (decision.kind === 'answered') return { kind: 'answered', sealed: this.#answer(key) }
    if (decision.kind === 'mismatch') return { kind: 'mismatch' }
    if (decision.kind === 'in-flight') {
      if (row && decision.leaseUntil < row.lease_until)
        this.#sql.exec('UPDATE keys SET lease_until = ?2 WHERE key = ?1', key, decision.leaseUntil)
      return { kind: 'in-flight', retryAfter: decision.retryAfter }
    }
    const { record } = decision
    if (!row && most !== undefined) {
      const count = this.#count()
      if (count >= most) return { kind: 'full', count }
    }
    this.#write(key, record)
    await this.#wakeBy(record.expiresAt)
    return { kind: 'start', requestId: record.requestId, run: record.run, paid: record.paid }
  }

  async complete(key: string, sealed: Uint8Array<ArrayBuffer>): Promise<void> {
    const row = this.#row(key)
    if (!row || row.answered === 1) return
    this.ctx.storage.transactionSync(() => {
      for (let n = 0; n * PIECE < sealed.length; n++)
        this.#sql.exec(
          'INSERT OR REPLACE INTO pieces VALUES (?1, ?2, ?3)',
          key,
          n,
          sealed.slice(n * PIECE, (n + 1) * PIECE).buffer,
        )
      this.#sql.exec('UPDATE keys SET answered = 1, lease_until = 0 WHERE key = ?1', key)
    })
  }

  async release(key: string, run: number, paid: number): Promise<void> {
    this.#sql.exec('UPDATE keys SET lease_until = 0, paid = ?3 WHERE key = ?1 AND run = ?2', key, run, paid)
  }

  /** Deletes expired keys, `PURGE_CHUNK` at a time, and sets the next alarm while keys are left. */
  override async alarm(): Promise<void> {
    const ended = this.#sql
      .exec<{ key: string }>(
        'SELECT key FROM keys WHERE expires_at <= ?1 ORDER BY expires_at, serial LIMIT ?2',
        Date.now(),
        PURGE_CHUNK,
      )
      .toArray()
    this.ctx.storage.transactionSync(() => {
      for (const { key } of ended) this.#forget(key)
    })
    const next = this.#sql.exec<{ at: number | null }>('SELECT min(expires_at) AS at FROM keys').one().at
    if (next === null) return
    const pause = ended.length === PURGE_CHUNK ? SECOND : PURGE_PAUSE
    await this.ctx.storage.setAlarm(Math.max(next, Date.now() + pause))
  }

  /**
   * Counts the keys by two look-ups: they have serial numbers in the order in which they came, and are deleted in it. Never too
   * few: one that was used again after its end counts twice until the alarm has come to its place.
   */
  #count(): number {
    const first = this.#serial('ASC')
    return first === null ? 0 : (this.#serial('DESC') ?? first) - first + 1
  }

  #serial(order: 'ASC' | 'DESC'): number | null {
    const sql = `SELECT serial FROM keys ORDER BY expires_at ${order}, serial ${order} LIMIT 1`
    return this.#sql.exec<{ serial: number }>(sql).toArray()[0]?.serial ?? null
  }

  #row(key: string): KeyRow | null {
    return this.#sql.exec<KeyRow>('SELECT * FROM keys WHERE key = ?1', key).toArray()[0] ?? null
  }

  #write(key: string, { fingerprint, requestId, run, leaseUntil, expiresAt }: KeyRecord): void {
    // The first run of a key replaces an expired one that no alarm has deleted yet, its answer included.
    if (run === 1) this.#forget(key)
    this.#last ??= this.#serial('DESC') ?? 0
    const serial = run === 1 ? ++this.#last : this.#last
    const put = `INSERT INTO keys (key, fingerprint, request_id, run, lease_until, expires_at, serial) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (key) DO UPDATE SET run = excluded.run, lease_until = excluded.lease_until`
    this.#sql.exec(put, key, fingerprint, requestId, run, leaseUntil, expiresAt, serial)
  }

  #forget(key: string): void {
    this.#sql.exec('DELETE FROM keys WHERE key = ?1', key)
    this.#sql.exec('DELETE FROM pieces WHERE key = ?1', key)
  }

  #answer(key: string): Uint8Array<ArrayBuffer> {
    const sql = 'SELECT bytes FROM pieces WHERE key = ?1 ORDER BY n'
    const pieces = this.#sql.exec<{ bytes: ArrayBuffer }>(sql, key).toArray()
    return joinBytes(pieces.map(({ bytes }) => new Uint8Array(bytes)))
  }

  async #wakeBy(at: number): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(at)
  }
}

const fromRow = (row: KeyRow): KeyRecord => ({
  fingerprint: row.fingerprint,
  requestId: row.request_id,
  run: row.run,
  leaseUntil: row.lease_until,
  paid: row.paid,
  answered: row.answered === 1,
  expiresAt: row.expires_at,
})
