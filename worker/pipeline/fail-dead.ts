import { shardOf } from '../domain/ids.ts'
import type { Failure } from '../domain/provider.ts'
import { STATUS_CODES } from '../domain/status.ts'
import type { EpochMs } from '../domain/time.ts'
import type { SendJob } from '../env.ts'
import { partyKeyOf } from '../store/codec.ts'
import { shardOfEnv } from '../store/ledger.ts'
import { statesOf } from '../store/message-reads.ts'
import { entryJson, type NewMessage } from '../store/message-rows.ts'
import { insertStatement, overdueStatement } from '../store/message-writes.ts'
import { insertWorks } from '../store/work.ts'
import { policyOf } from './admission.ts'
import { emissionOf, emit } from './emit.ts'
import { rebuildEvents } from './events.ts'
import type { Platform } from './platform.ts'
import { claimRow, type Unit, unitsOf } from './units.ts'

const POISON: Failure = { code: 'poison', detail: 'the message could not be worked' }
const LOST: Failure = { code: 'attempt-lost', detail: 'whether a carrier took it could not be found out' }

/** Units of a job whose envelope may itself be what is wrong: only the messages that can be read. */
function readableUnits(job: SendJob): Unit[] {
  return job.items.flatMap((item) => {
    try {
      return unitsOf({ ...job, items: [item] })
    } catch {
      return []
    }
  })
}

/** Rows that were never claimed, one by one if need be: the poisonous one may be refused by the ledger itself. */
async function insertFailed(
  platform: Platform,
  db: D1Database,
  rows: readonly NewMessage[],
  now: EpochMs,
): Promise<void> {
  try {
    await insertStatement(db, rows, now).run()
  } catch (error) {
    if (rows.length < 2) throw error
    for (const row of rows) {
      await insertStatement(db, [row], now)
        .run()
        .catch(() => platform.log('message.poison', { tenant: row.tenantId, id: row.id }))
    }
  }
}

/** Ends the messages of a job that ran out of retries: unclaimed → failed, claimed → unknown, submitted left alone. */
export async function failDeadMessages(platform: Platform, job: SendJob, at: EpochMs): Promise<void> {
  const shard = shardOf(`bat_${job.base}`)
  const db = shardOfEnv(platform.env, shard)
  const units = readableUnits(job)
  const states = await statesOf(
    db,
    units.map(({ id }) => [job.tenantId, id] as const),
  )
  const known = new Map(states.map((row) => [row.id as string, row]))
  const fresh = units.filter(({ id }) => !known.has(id))
  const rows = await Promise.all(
    fresh.map(async (unit) => {
      const key = await partyKeyOf(platform.config.indexKey, unit.item.to)
      const row = claimRow(
        { ...unit, job: { ...unit.job, batched: false } },
        key,
        { status: 'failed', failure: POISON },
        null,
        at,
      )
      return { ...row, batched: job.batched }
    }),
  )
  if (rows.length > 0) await insertFailed(platform, db, rows, at)
  const open = states.filter((row) => row.status < STATUS_CODES.submitted)
  const changes = open.map((row) => {
    const never = row.attempt < job.attempt || row.outcome === 'deferred'
    const status = never ? ('failed' as const) : ('unknown' as const)
    const failure = never ? POISON : LOST
    return {
      tenantId: job.tenantId,
      id: row.id,
      status,
      failure: JSON.stringify(failure),
      entry: entryJson({ at, status, ...failure, by: 'sweep' }),
    }
  })
  if (changes.length > 0) await overdueStatement(db, changes, at).run()
  const transitions = [
    ...fresh.map(({ id }) => ({ tenantId: job.tenantId, id, status: 'failed' as const })),
    ...changes.map(({ id, status }) => ({ tenantId: job.tenantId, id, status })),
  ]
  const events = await rebuildEvents(platform, job.tenantId, transitions)
  const emission = emissionOf(await policyOf(platform, job.tenantId), job.tenantId, shard, events, at)
  if (emission.rows.length > 0) await insertWorks(db, emission.rows).run()
  await emit(platform, emission)
}
