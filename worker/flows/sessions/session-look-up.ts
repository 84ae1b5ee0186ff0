import type { Region } from '#worker/domain/addresses/number-plans.ts'
import { type Channel, under } from '#worker/domain/carriers/channel.ts'
import { isSessionId, type SessionId, timeOfSession } from '#worker/domain/ids.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import type { SessionRecord } from '#worker/domain/sessions/session.ts'
import { retentionCutoff } from '#worker/domain/tenants/retention.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import { personKey } from '#worker/flows/core/person.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { listSessions, type SessionLedger, sessionById } from '#worker/store/sessions/read.ts'

interface SessionQuery {
  /** Channel of the sessions, and by which `from` is read; null: any, and as in USSD. */
  readonly channel: Channel | null
  /** Address of a person as the tenant writes it, or null for everybody. A `Problem` is thrown if it is none. */
  readonly from: string | null
  /** Id of a session to go on before; null to begin with the newest. */
  readonly before: string | null
  readonly limit: number
}

function partyOf(channel: Channel, from: string, region: Region | null): string {
  try {
    return channel.address(from, region).value
  } catch (error) {
    throw under(error, '/from')
  }
}

const sessionsOf = ({ env, keys }: Platform, shard: number): SessionLedger => ({ db: shardOfEnv(env, shard), keys })

/** True if a driver of the channel opens sessions. */
const hasSessions = ({ providers }: Channel): boolean =>
  Object.values(providers).some(({ features }) => features.includes('session'))

/** Lists the tenant's sessions of all its shards, newest first: their ids sort by time. */
export async function listOwnSessions(
  platform: Platform,
  { realm, policy }: Principal,
  { channel, from, before, limit }: SessionQuery,
): Promise<readonly SessionRecord[]> {
  if (channel !== null && !hasSessions(channel))
    throw invalidField('/channel', `there are no sessions on the channel ${channel.name}`)
  const read = channel ?? platform.channels.ussd
  const party = from === null ? null : partyOf(read, from, policy.region)
  const partyKey = party === null ? null : await personKey(platform, realm, read, party)
  const asked = { partyKey, channel: channel?.name ?? null, before, limit }
  const pages = await Promise.all(policy.shards.map((shard) => listSessions(sessionsOf(platform, shard), realm, asked)))
  const found = pages.flat()
  if (pages.length > 1) found.sort((a, b) => (a.id < b.id ? 1 : -1))
  return found.slice(0, limit)
}

/** Reads a session. Throws a 404 if it is not the tenant's or not written yet, a 410 if it was purged. */
export async function lookUpSession(
  platform: Platform,
  { realm, policy }: Principal,
  id: string,
): Promise<SessionRecord> {
  if (!(await isSessionId(platform.config.idKeys, realm, id))) throw new Problem('not-found')
  for (const shard of policy.shards.toReversed()) {
    const found = await sessionById(sessionsOf(platform, shard), realm, id)
    if (found) return found
  }
  throw new Problem(timeOfSession(id as SessionId) < retentionCutoff(platform.now()) ? 'gone' : 'not-found')
}
