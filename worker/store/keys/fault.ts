import { unseal } from '#worker/lib/seal.ts'
import { type Kek, openPair } from './keyring.ts'
import type { KeyOwner } from './rows.ts'
import { kidOf, SECRETS } from './secrets.ts'

/** What a key-encryption key has to open: a pair of an owner and a number (`place` null), or a secret of SECRETS[place]. */
export interface Sample {
  readonly place: number | null
  readonly id: string
  readonly number: number
  readonly kid: string
  readonly sealed: string
}

const PAIRS = 'SELECT NULL AS place, owner AS id, number, kek AS kid, wrapped AS sealed FROM keys GROUP BY kek'
const EACH_SECRET = SECRETS.map(
  ({ table, value }, place) =>
    `SELECT ${place} AS place, id, 0 AS number, ${kidOf(value)} AS kid, ${value} AS sealed FROM ${table} WHERE ${value} IS NOT NULL GROUP BY kid`,
)
/**
 * Statements that read one of each kind for each key-encryption key in use: SQLite takes the other columns of such a group from
 * one of its rows. A statement each, because D1 takes five terms of a UNION.
 */
export const SAMPLES: readonly string[] = [PAIRS, ...EACH_SECRET]

async function open(keks: readonly Kek[], { place, id, number, kid, sealed }: Sample): Promise<void> {
  const column = place === null ? undefined : SECRETS[place]
  if (column) await unseal(keks, sealed, column.contextOf(id))
  else await openPair(keks, { owner: id as KeyOwner, number, kek: kid, wrapped: sealed })
}

/** Says in a sentence why one of some samples cannot be opened; null: all can. */
export async function faultOf(samples: readonly Sample[], keks: readonly Kek[]): Promise<string | null> {
  for (const sample of samples) {
    const fault = await open(keks, sample).then(
      () => null,
      (error: Error) => error.message,
    )
    if (fault !== null) return fault
  }
  return null
}

/** Says in a sentence why something in this database cannot be opened; null: a sample of every key-encryption key opens. */
export async function keyringFault(control: D1Database, keks: readonly Kek[]): Promise<string | null> {
  const found = await control.batch<Sample>(SAMPLES.map((sql) => control.prepare(sql)))
  return faultOf(
    found.flatMap(({ results }) => results),
    keks,
  )
}
