import type { Failure } from '#worker/domain/carriers/provider.ts'
import { shardOf } from '#worker/domain/ids.ts'
import { hasEnded, STATUS_CODES, statusOf } from '#worker/domain/messages/status.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { personKeys } from '#worker/flows/core/person.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { commit } from '#worker/flows/events/commit.ts'
import { audienceOf, emissionOf } from '#worker/flows/events/emit.ts'
import { rebuildEvents } from '#worker/flows/events/events.ts'
import { tellUnsentCodes } from '#worker/flows/verifications/tell-recipients.ts'
import type { SendJob } from '#worker/jobs.ts'
import { bisect } from '#worker/lib/bisect.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { changing } from '#worker/store/messages/around-change.ts'
import { type StateRow, statesOf } from '#worker/store/messages/reads.ts'
import type { NewMessage } from '#worker/store/messages/rows.ts'
import { sealEntries, sealMessages } from '#worker/store/messages/sealed.ts'
import { insertStatement, overdueStatement, type StatusChange } from '#worker/store/messages/writes.ts'
import { entriesOf, partyStatements } from '#worker/store/parties/tail.ts'
import { batchStatements, claimRow, envelopeStatements } from './claim-rows.ts'
import { type Unit, unitsOf } from './unit.ts'

const POISON: Failure = { code: 'poison', detail: 'the message could not be worked' }
const LOST: Failure = { code: 'attempt-lost', detail: 'whether a carrier took it could not be found out' }

/** The messages of a job that can be read: a malformed envelope may be why the job is dead. */
function readableUnits(job: SendJob): Unit[] {
  return job.items.flatMap((item) => {
    try {
      return unitsOf({ ...job, items: [item] })
    } catch {
      return []
    }
  })
}

/** Message that was never claimed, and whose it is. */
interface DeadRow extends NewMessage {
  readonly partyKey: string
}

/** Rows of messages that were never claimed. Each holds its content itself: the shared one may never have been written. */
async function failedRows(platform: Platform, job: SendJob, fresh: readonly Unit[], at: EpochMs): Promise<DeadRow[]> {
  const { realm } = job
  const channel = platform.channels[job.channel]
  const keys = await personKeys(
    platform,
    fresh.map(({ item }) => ({ realm, channel, address: item.to })),
  )
  return fresh.map((unit, i) => {
    const alone = { ...unit, job: { ...unit.job, batched: false } }
    const verdict = { status: 'failed', failure: POISON } as const
    return { ...claimRow({ unit: alone, verdict }, null, at), batched: job.batched, partyKey: keys[i] ?? '' }
  })
}

/** End of a claimed message of a dead job; null: it has ended, was submitted, or has a later attempt. */
function deadEndOf(row: StateRow, job: SendJob, at: EpochMs): StatusChange | null {
  const isOpen = row.status < STATUS_CODES.submitted || (row.outcome === 'again' && !hasEnded(statusOf(row.status)))
  if (!isOpen || row.attempt > job.attempt) return null
  // `repeat` is left out: the carrier may have taken that attempt.
  const never =
    row.outcome === 'deferred' || row.outcome === 'again' || (row.attempt < job.attempt && row.outcome !== 'repeat')
  const status = never ? 'failed' : 'unknown'
  const failure = never ? POISON : LOST
  return { realm: job.realm, id: row.id, status, entry: { at, status, ...failure, by: 'sweep' } }
}

/**
 * Ends the messages of a job that is a dead letter: unclaimed → failed, claimed → unknown, submitted stays. Messages that the
 * ledger refuses are only in the letter. A second call tells the same events under the same ids.
 */
export async function failDeadMessages(platform: Platform, job: SendJob, at: EpochMs): Promise<void> {
  const shard = shardOf(`bat_${job.base}`)
  const db = shardOfEnv(platform.env, shard)
  const units = readableUnits(job)
  const keys = units.map(({ id }) => [job.realm, id] as const)
  const states = await statesOf(db, platform.keys, keys)
  const known = new Set(states.map(({ id }) => id as string))
  const rows = await failedRows(
    platform,
    job,
    units.filter(({ id }) => !known.has(id)),
    at,
  )
  const beside = [
    ...(await batchStatements(db, platform.keys, [job])),
    ...(await envelopeStatements(db, platform.keys, [job])),
  ]
  if (beside.length > 0) await db.batch(beside)
  const changes = states.flatMap((row) => deadEndOf(row, job, at) ?? [])
  const refused = [
    ...(await bisect(rows, async (part) => {
      const [sealed, entries] = await Promise.all([
        sealMessages(platform.keys, part),
        entriesOf(platform.keys, job.realm, part),
      ])
      const statements = [insertStatement(db, sealed, at), ...partyStatements(db, job.realm, entries)]
      await changing(db, part, platform.now(), statements)
    })),
    ...(await bisect(changes, async (part) =>
      changing(db, part, platform.now(), [overdueStatement(db, await sealEntries(platform.keys, part), at)]),
    )),
  ]
  for (const { item } of refused) platform.log('message.poison', { realm: item.realm, id: item.id })
  const ended = (await statesOf(db, platform.keys, keys)).flatMap(({ id, status: code }) => {
    const status = statusOf(code)
    return status === 'failed' || status === 'unknown' ? [{ realm: job.realm, id, status }] : []
  })
  const events = await rebuildEvents(platform, job.realm, ended)
  await commit(platform, [], emissionOf(await audienceOf(platform, job.realm, shard), events, at))
  const endedIds = new Set<string>([...ended, ...refused.map(({ item }) => item)].map(({ id }) => id))
  await tellUnsentCodes(
    platform,
    units.filter(({ id }) => endedIds.has(id)),
  )
}
