import type { Platform } from '#worker/flows/core/platform.ts'
import { boundShards, shardOfEnv } from '#worker/store/ledger.ts'

/** Asks every bound ledger shard. */
export function onAllShards<Answer>(
  { env }: Platform,
  ask: (db: D1Database) => Promise<Answer>,
): Promise<readonly Answer[]> {
  return Promise.all(boundShards(env).map((shard) => ask(shardOfEnv(env, shard))))
}

/** Asks every bound shard for one thing; null: none has it. */
export const firstOfAll = async <Item>(
  platform: Platform,
  ask: (db: D1Database) => Promise<Item | null>,
): Promise<Item | null> => (await onAllShards(platform, ask)).find((item) => item !== null) ?? null

/** Merges what all shards answer to the newest `limit` items, newest first: their ids sort by time. */
export async function newestOfAll<Item extends { readonly id: string }>(
  platform: Platform,
  limit: number,
  ask: (db: D1Database) => Promise<readonly Item[]>,
): Promise<readonly Item[]> {
  const found = (await onAllShards(platform, ask)).flat()
  return found.toSorted((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit)
}

/** Sums counts of the same name. */
export function sumOf(counts: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const sum = new Map<string, number>()
  for (const [name, count] of counts.flatMap((each) => [...each])) sum.set(name, (sum.get(name) ?? 0) + count)
  return sum
}
