import { toBase64 } from '#worker/lib/bytes.ts'
import { seal, sealBytes, unseal } from '#worker/lib/seal.ts'
import { type Kek, openPair, wrapContext } from './keyring.ts'
import type { KeyRow } from './rows.ts'
import { kidOf, SECRETS, type SecretColumn } from './secrets.ts'

/** Secret that is sealed under a key-encryption key itself: its key, and as it is stored. */
interface SealedSecret {
  readonly id: string
  readonly sealed: string
}

/** What one call of `rotateSome` did. `left`: there is more to do. */
interface Rotated {
  /** Pairs of keys that were wrapped anew. */
  readonly pairs: number
  /** Secrets that were sealed anew. */
  readonly secrets: number
  readonly left: boolean
}

async function wrapAnew(
  control: D1Database,
  keks: readonly Kek[],
  first: Kek,
  row: KeyRow,
): Promise<D1PreparedStatement> {
  const pair = await openPair(keks, row)
  const wrapped = toBase64(await sealBytes(first.key, pair, wrapContext(row)))
  pair.fill(0)
  const sql = 'UPDATE keys SET wrapped = ?3, kek = ?4 WHERE owner = ?1 AND number = ?2 AND wrapped = ?5'
  return control.prepare(sql).bind(row.owner, row.number, wrapped, first.kid, row.wrapped)
}

async function wrapSome(control: D1Database, keks: readonly Kek[], first: Kek, most: number): Promise<number> {
  const sql = 'SELECT * FROM keys WHERE kek <> ?1 LIMIT ?2'
  const { results } = await control.prepare(sql).bind(first.kid, most).all<KeyRow>()
  const changes = await Promise.all(results.map((row) => wrapAnew(control, keks, first, row)))
  if (changes.length > 0) await control.batch(changes)
  return changes.length
}

async function sealSome(
  control: D1Database,
  keks: readonly Kek[],
  { table, value, set, contextOf }: SecretColumn,
  most: number,
): Promise<number> {
  const find = `SELECT id, ${value} AS sealed FROM ${table} WHERE ${kidOf(value)} <> ?1 LIMIT ?2`
  const { results } = await control
    .prepare(find)
    .bind(keks[0]?.kid ?? '', most)
    .all<SealedSecret>()
  const changes = await Promise.all(
    results.map(async ({ id, sealed }) => {
      const anew = await seal(keks, await unseal(keks, sealed, contextOf(id)), contextOf(id))
      return control.prepare(`UPDATE ${table} SET ${set} WHERE id = ?1 AND ${value} = ?3`).bind(id, anew, sealed)
    }),
  )
  if (changes.length > 0) await control.batch(changes)
  return changes.length
}

/**
 * Wraps some pairs, and seals some secrets, anew under the first key-encryption key. What was changed meanwhile is left to the
 * next call. Nothing is kept between calls: after the last one, or one that died, the rows themselves say what is left.
 */
export async function rotateSome(control: D1Database, keks: readonly Kek[], most: number): Promise<Rotated> {
  const [first] = keks
  if (!first) throw new Error('SEAL_KEYS holds no key')
  const pairs = await wrapSome(control, keks, first, most)
  let [secrets, left] = [0, pairs === most]
  for (const column of SECRETS) {
    const sealed = await sealSome(control, keks, column, most)
    secrets += sealed
    left ||= sealed === most
  }
  return { pairs, secrets, left }
}

/** Counts pairs and secrets by the key-encryption key that they need. */
export async function keksInUse(control: D1Database): Promise<ReadonlyMap<string, number>> {
  const kids = SECRETS.map(
    ({ table, value }) => `SELECT ${kidOf(value)} AS kid FROM ${table} WHERE ${value} IS NOT NULL`,
  )
  // A statement each: D1 takes five terms of a UNION. A batch reads them as they are at one time.
  const counts = ['SELECT kek AS kid FROM keys', ...kids].map((sql) =>
    control.prepare(`SELECT kid, count(*) AS n FROM (${sql}) GROUP BY kid`),
  )
  const found = await control.batch<{ kid: string; n: number }>(counts)
  const inUse = new Map<string, number>()
  for (const { kid, n } of found.flatMap(({ results }) => results)) inUse.set(kid, (inUse.get(kid) ?? 0) + n)
  return new Map([...inUse].sort(([one], [other]) => (one < other ? -1 : 1)))
}
