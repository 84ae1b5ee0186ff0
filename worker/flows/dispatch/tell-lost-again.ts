import { STATUS_CODES, statusOf } from '#worker/domain/messages/status.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { commit } from '#worker/flows/events/commit.ts'
import { emissionOf } from '#worker/flows/events/emit.ts'
import { rebuildEvents } from '#worker/flows/events/events.ts'
import { statesOf } from '#worker/store/messages/reads.ts'
import type { ClaimedSlice } from './claim.ts'

/**
 * Tells the events of attempts that an earlier delivery of the job recorded, under the same ids: it may have died before it
 * told them. Attempts that are still under way, and next attempts, are left to their work rows.
 */
export async function tellLostAgain(platform: Platform, { group, lost }: ClaimedSlice): Promise<void> {
  const { realm } = group
  const states = await statesOf(
    group.db,
    platform.keys,
    lost.map(({ id }) => [realm, id] as const),
  )
  const transitions = states
    .filter((row) => row.status >= STATUS_CODES.submitted)
    .map((row) => ({ realm, id: row.id, status: statusOf(row.status) }))
  const events = await rebuildEvents(platform, realm, transitions)
  await commit(platform, [], emissionOf(group, events, platform.now()))
}
