import type { LedgerBindings } from './bindings.ts'

/** The database of a ledger shard; throws if a policy or an id names one that is not bound. */
export function shardOfEnv(env: LedgerBindings, shard: number): D1Database {
  const db = env[`LEDGER_${shard}`]
  if (!db) throw new Error(`ledger shard ${shard} is not bound`)
  return db
}

/** Numbers of the bound shards, in ascending order. */
export function boundShards(env: LedgerBindings): readonly number[] {
  return Object.keys(env)
    .filter((name) => /^LEDGER_\d+$/.test(name))
    .map((name) => Number(name.slice(7)))
    .sort((a, b) => a - b)
}
