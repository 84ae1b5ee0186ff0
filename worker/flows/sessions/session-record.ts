import type { EventId, SessionId } from '#worker/domain/ids.ts'
import type { TenantEvent } from '#worker/domain/messages/events.ts'
import { tenantOf } from '#worker/domain/realm.ts'
import type { SessionRecord, SessionTurn } from '#worker/domain/sessions/session.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { policyNow } from '#worker/flows/core/admission.ts'
import { personKey } from '#worker/flows/core/person.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { commitIfChanged } from '#worker/flows/events/commit.ts'
import { emissionOf } from '#worker/flows/events/emit.ts'
import { plainEvent } from '#worker/flows/events/events.ts'
import type { SessionJob } from '#worker/jobs.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { sessionById, upsertSession } from '#worker/store/sessions.ts'

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

/** Writes a session to the ledger and tells the tenant. A redelivered or older copy of the job changes nothing. */
export async function applySession(platform: Platform, { realm, shard, session }: SessionJob): Promise<void> {
  const db = shardOfEnv(platform.env, shard)
  const before = await sessionById(db, realm, session.id)
  const isEnding = session.reason !== null && (before === null || before.reason === null)
  const events = [...(before === null ? [startedEvent(session)] : []), ...(isEnding ? [endedEvent(session)] : [])]
  const policy = await policyNow(platform, tenantOf(realm))
  const emission = emissionOf({ policy, realm, shard }, events, platform.now())
  const partyKey = await personKey(platform, realm, platform.channels[session.channel], session.party)
  const changed = await commitIfChanged(platform, upsertSession(db, realm, partyKey, session), emission)
  platform.log('session.recorded', {
    realm,
    session: session.id,
    turns: session.turns.length,
    reason: session.reason,
    changed,
  })
}
