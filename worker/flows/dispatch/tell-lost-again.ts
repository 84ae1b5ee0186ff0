import { STATUS_CODES, statusOf } from '#worker/domain/messages/status.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { commit } from '#worker/flows/events/commit.ts'
import { type Audience, emissionOf } from '#worker/flows/events/emit.ts'
import { rebuildEvents } from '#worker/flows/events/events.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { statesOf } from '#worker/store/messages/reads.ts'
import type { Unit } from './unit.ts'

/**
 * A redelivered attempt that the ledger has recorded submits nothing: its events are sent again under the same ids.
 * Attempts still under way, and next attempts, are watched over by their work rows.
 */
export async function tellLostAgain(platform: Platform, audience: Audience, units: readonly Unit[]): Promise<void> {
  const states = await statesOf(
    shardOfEnv(platform.env, audience.shard),
    units.map(({ job, id }) => [job.realm, id] as const),
  )
  const transitions = states
    .filter((row) => row.status >= STATUS_CODES.submitted)
    .map((row) => ({ realm: row.realm, id: row.id, status: statusOf(row.status) }))
  const events = await rebuildEvents(platform, audience.realm, transitions)
  await commit(platform, [], emissionOf(audience, events, platform.now()))
}
