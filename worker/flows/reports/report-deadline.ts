import { unpackIds } from '#worker/domain/messages/id-sets.ts'
import { STATUS_CODES } from '#worker/domain/messages/status.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { commitWhatHappened } from '#worker/flows/events/commit.ts'
import { audienceOf, emissionOf, transitionWatch } from '#worker/flows/events/emit.ts'
import { rebuildEvents } from '#worker/flows/events/events.ts'
import type { SubmittedSet } from '#worker/jobs.ts'
import { bisect } from '#worker/lib/bisect.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { changing } from '#worker/store/messages/around-change.ts'
import { statesOf } from '#worker/store/messages/reads.ts'
import { sealEntries } from '#worker/store/messages/sealed.ts'
import { overdueStatement } from '#worker/store/messages/writes.ts'

/** Messages of a slice whose report deadline has come. */
interface OverdueSet extends SubmittedSet {
  readonly realm: Realm
  readonly shard: number
}

const FAILURE = { code: 'report-overdue', detail: 'the carrier never reported what became of it' } as const

/** Ends messages that are still `submitted` at their report deadline as `unknown`; a later report corrects them. */
export async function endOverdueReports(
  platform: Platform,
  { realm, shard, ids }: OverdueSet,
  now: EpochMs,
): Promise<void> {
  const db = shardOfEnv(platform.env, shard)
  const rows = await statesOf(
    db,
    platform.keys,
    unpackIds(ids).map((id) => [realm, id] as const),
  )
  const overdue = rows.filter(({ status }) => status === STATUS_CODES.submitted)
  if (overdue.length === 0) return
  const entry = { at: now, status: 'unknown', ...FAILURE, by: 'sweep' } as const
  const changes = overdue.map(({ id }) => ({ realm, id, status: 'unknown' as const, entry }))
  const transitions = overdue.map(({ id }) => ({ realm, id, status: 'unknown' as const }))
  let failed: readonly { readonly error: unknown }[] = []
  let told = 0
  await commitWhatHappened(platform, [], transitionWatch({ realm, shard }, transitions, now), async () => {
    failed = await bisect(changes, async (part) =>
      changing(db, part, platform.now(), [overdueStatement(db, await sealEntries(platform.keys, part), now)]),
    )
    // A transition that a report came before, or that the ledger refused, makes no event.
    const events = await rebuildEvents(platform, realm, transitions)
    told = events.length
    return emissionOf(await audienceOf(platform, realm, shard), events, now)
  })
  platform.log('report.overdue', { shard, realm, messages: told, refused: failed.length })
  if (failed[0]) throw failed[0].error
}
