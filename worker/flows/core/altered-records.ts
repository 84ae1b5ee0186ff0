import { type EpochMs, HOUR } from '#worker/domain/time.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { errorLabel } from '#worker/lib/log.ts'
import type { AlteredRecord, TellAltered } from '#worker/store/keys/altered.ts'
import { boundShards, shardOfEnv } from '#worker/store/ledger.ts'
import { ALTERED_TALLY, tallyStatement } from '#worker/store/tallies.ts'
import type { Platform } from './platform.ts'

/** Records that an isolate remembers to have told of, and for how long: a list that is asked for each second tells no more. */
const TOLD_MOST = 5_000
const TOLD_FOR = HOUR

/**
 * Makes what tells the operator of records that were altered in a database (requirements S5-5): a line of the log each, and a
 * count in the newest shard, from which the health takes them. Costs a write, where there is something to tell.
 */
export function alteredRecords({ env, log, now }: Pick<Platform, 'env' | 'log' | 'now'>): TellAltered {
  const told = new BoundedMap<string, EpochMs>(TOLD_MOST)
  const isNew = ({ table, id }: AlteredRecord): boolean => {
    const name = `${table}:${id}`
    const at = now()
    if (Math.abs(at - (told.get(name) ?? Number.NEGATIVE_INFINITY)) < TOLD_FOR) return false
    told.delete(name)
    told.set(name, at)
    return true
  }
  return async (records) => {
    const fresh = records.filter(isNew)
    if (fresh.length === 0) return
    for (const { table, id } of fresh) log('record.altered', { table, id })
    const shard = boundShards(env).at(-1)
    if (shard === undefined) return
    const counts = Object.fromEntries(fresh.map(({ table, id }) => [`${ALTERED_TALLY}${table}:${id}`, 1]))
    try {
      await tallyStatement(shardOfEnv(env, shard), counts, now()).run()
    } catch (error) {
      log('record.not-counted', { records: fresh.length, reason: errorLabel(error) })
    }
  }
}
