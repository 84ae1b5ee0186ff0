import type { EventId, SessionId } from '#worker/domain/ids.ts'
import type { TenantEvent } from '#worker/domain/messages/events.ts'
import { tenantOf } from '#worker/domain/realm.ts'
import type { SessionRecord, SessionTurn } from '#worker/domain/sessions/session.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { personKeys } from '#worker/flows/core/person.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { policiesNow } from '#worker/flows/core/policies.ts'
import { commitWhatHappened } from '#worker/flows/events/commit.ts'
import { type Emission, emissionOf, joinEmissions } from '#worker/flows/events/emit.ts'
import { plainEvent } from '#worker/flows/events/events.ts'
import type { SessionJob } from '#worker/jobs.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { endedOf, upsertSessions } from '#worker/store/sessions/write.ts'

/** Makes the id of an event of a session. It follows from what happened, so that the same event always has the same id. */
export const sessionEventId = (id: SessionId, what: string): EventId => `evt_${id.slice(4)}_${what}`

/** Makes the JSON of a turn, for events and answers. */
export const turnJson = ({ at, ...turn }: SessionTurn) => ({ at: toTimestamp(at), ...turn })

const dataOf = ({ id, channel, party, line }: SessionRecord, at: number) => ({
  sessionId: id,
  channel,
  from: party,
  to: line,
  at: toTimestamp(at),
})

const startedEvent = (session: SessionRecord): TenantEvent => {
  const { id, startedAt } = session
  return plainEvent(sessionEventId(id, 'started'), 'session.started', startedAt, dataOf(session, startedAt))
}

const endedEvent = (session: SessionRecord): TenantEvent => {
  const { id, reason, startedAt, updatedAt, turns } = session
  return plainEvent(sessionEventId(id, 'ended'), 'session.ended', updatedAt, {
    ...dataOf(session, updatedAt),
    reason,
    startedAt: toTimestamp(startedAt),
    turns: turns.map(turnJson),
  })
}

/** A session that is written down, with the events that the ledger does not know of yet. */
interface Written {
  readonly job: SessionJob
  readonly events: readonly TenantEvent[]
  readonly partyKey: string
}

/** Keeps of each session the copy that knows most: it has the most turns, and the end if any has. */
function newestOf(jobs: readonly SessionJob[]): readonly SessionJob[] {
  const newest = new Map<SessionId, SessionJob>()
  for (const job of jobs) {
    const { id, turns, reason } = job.session
    const before = newest.get(id)?.session
    const isNewer = !before || turns.length > before.turns.length
    if (isNewer || (turns.length === before.turns.length && reason !== null)) newest.set(id, job)
  }
  return [...newest.values()]
}

/** Makes the events of a session. `ended`: whether it had ended in the ledger; undefined: the ledger does not have it. */
function eventsOf(session: SessionRecord, ended: boolean | undefined): readonly TenantEvent[] {
  const isEnding = session.reason !== null && ended !== true
  return [...(ended === undefined ? [startedEvent(session)] : []), ...(isEnding ? [endedEvent(session)] : [])]
}

async function applyOnShard(platform: Platform, shard: number, jobs: readonly SessionJob[]): Promise<void> {
  const db = shardOfEnv(platform.env, shard)
  const newest = newestOf(jobs)
  const [ended, policies, keys] = await Promise.all([
    endedOf(
      db,
      newest.map(({ realm, session }) => [realm, session.id]),
    ),
    policiesNow(
      platform,
      newest.map(({ realm }) => tenantOf(realm)),
    ),
    personKeys(
      platform,
      newest.map(({ realm, session: { channel, party } }) => ({
        realm,
        channel: platform.channels[channel],
        address: party,
      })),
    ),
  ])
  const written = newest.map((job, i): Written => {
    return { job, events: eventsOf(job.session, ended.get(job.session.id)), partyKey: keys[i] ?? '' }
  })
  const now = platform.now()
  const emissionOfWritten = (some: readonly Written[]): Emission =>
    joinEmissions(
      shard,
      [...Map.groupBy(some, ({ job }) => job.realm)].map(([realm, own]) => {
        const policy = policies.get(tenantOf(realm)) ?? null
        return emissionOf(
          { policy, realm, shard },
          own.flatMap(({ events }) => events),
          now,
        )
      }),
    )
  const expected = emissionOfWritten(written)
  let changed = written
  await commitWhatHappened(
    platform,
    await upsertSessions(
      { db, keys: platform.keys },
      written.map(({ job: { realm, session }, partyKey }) => ({ realm, session, partyKey })),
    ),
    expected,
    (results) => {
      changed = written.filter((_, i) => (results[i]?.meta.changes ?? 0) > 0)
      return changed.length === written.length ? expected : emissionOfWritten(changed)
    },
  )
  platform.log('session.recorded', { shard, sessions: newest.length, changed: changed.length })
}

/**
 * Writes sessions to the ledger and tells the tenants: one read, the policies and one batch for all sessions of a shard. A
 * redelivered or older copy of a job changes nothing.
 */
export async function applySessions(platform: Platform, jobs: readonly SessionJob[]): Promise<void> {
  for (const [shard, own] of Map.groupBy(jobs, (job) => job.shard)) await applyOnShard(platform, shard, own)
}
