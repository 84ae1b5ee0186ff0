import { type EpochMs, HOUR } from '#worker/domain/time.ts'

/** Begin of the names of records that were altered: `altered:<table>:<key of the row>`. */
export const ALTERED_TALLY = 'altered:'

/** Adds to hourly counters for the operators' health. Names: `outcome:<connection>:<outcome>`, `lost`, `altered:…`. */
const ADD = `INSERT INTO tallies (name, hour, count) SELECT key, ?2, value FROM json_each(?1) WHERE true
ON CONFLICT (name, hour) DO UPDATE SET count = count + excluded.count`

/** Hours since the epoch: the `hour` of a tally. */
const hourOf = (at: EpochMs): number => Math.floor(at / HOUR)

/** Adds to the counters of this hour. It goes into the batch of what it counts, so that both are written or neither. */
export const tallyStatement = (
  db: D1Database,
  counts: Readonly<Record<string, number>>,
  now: EpochMs,
): D1PreparedStatement => db.prepare(ADD).bind(JSON.stringify(counts), hourOf(now))

const SUM = `SELECT name, sum(count) AS count FROM tallies
WHERE name >= ?1 AND name < ?1 || char(1114111) AND hour >= ?2 GROUP BY name`

/** Sums of counters whose names start with `prefix`, by name, over all hours that end after `since`. */
export async function talliesSince(
  db: D1Database,
  prefix: string,
  since: EpochMs,
): Promise<ReadonlyMap<string, number>> {
  const { results } = await db.prepare(SUM).bind(prefix, hourOf(since)).all<{ name: string; count: number }>()
  return new Map(results.map(({ name, count }) => [name, count]))
}
