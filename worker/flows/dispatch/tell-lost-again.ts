import { STATUS_CODES, statusOf } from '#worker/domain/messages/status.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { emissionOf, emit } from '#worker/flows/events/emit.ts'
import { rebuildEvents } from '#worker/flows/events/events.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { statesOf } from '#worker/store/messages/reads.ts'
import { insertWorks } from '#worker/store/work.ts'
import type { Group } from './choose-connection.ts'
import type { Unit } from './unit.ts'

/**
 * A redelivered attempt that the ledger has recorded submits nothing: its events are sent again under the same ids.
 * Attempts still under way, and next attempts, are watched over by their work rows.
 */
export async function tellLostAgain(
  platform: Platform,
  { policy, realm, shard }: Pick<Group, 'policy' | 'realm' | 'shard'>,
  units: readonly Unit[],
): Promise<void> {
  const db = shardOfEnv(platform.env, shard)
  const states = await statesOf(
    db,
    units.map(({ job, id }) => [job.realm, id] as const),
  )
  const transitions = states
    .filter((row) => row.status >= STATUS_CODES.submitted)
    .map((row) => ({ realm: row.realm, id: row.id, status: statusOf(row.status) }))
  const events = await rebuildEvents(platform, realm, transitions)
  const emission = emissionOf(policy, realm, shard, events, platform.now())
  if (emission.rows.length > 0) await insertWorks(db, emission.rows).run()
  await emit(platform, emission)
}
