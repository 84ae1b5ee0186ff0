import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import { type PollFault, STALL_MS } from '#worker/domain/carriers/poll-state.ts'
import { DAY, HOUR, SECOND } from '#worker/domain/time.ts'
import { openConfig } from '#worker/flows/carriers/connections.ts'
import { inboxOf } from '#worker/flows/carriers/inbox.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import { listConnections, type StoredConnection } from '#worker/store/control/connections.ts'
import { countDeadLetters } from '#worker/store/dead-letters.ts'
import type { AlteredRecord } from '#worker/store/keys/altered.ts'
import { countUnowned } from '#worker/store/messages/unowned.ts'
import { ALTERED_TALLY, talliesSince } from '#worker/store/tallies.ts'
import { onAllShards, sumOf } from './all-shards.ts'
import { QUEUE_NAMES, queueNamed } from './job-queues.ts'

/** Most connections in one answer. */
const CONNECTIONS_MOST = 200
/** Highest count of unowned messages; more are told as this many. */
const UNOWNED_MOST = 10_000

/** Most altered records in one answer; the log names all. */
const ALTERED_MOST = 100

interface QueueHealth {
  readonly name: string
  /** Jobs that wait; null if the runtime does not tell. */
  readonly backlog: number | null
  readonly oldestAt: number | null
  readonly deadLetters: number
}

interface ConnectionHealth {
  readonly id: string
  readonly name: string
  readonly channel: ChannelName
  readonly provider: string
  readonly status: string
  /** State of the breaker; null if the connection's object did not answer. */
  readonly breaker: string | null
  readonly openedAt: number | null
  readonly inFlight: number | null
  readonly outcomes: Readonly<Record<string, number>>
  /** Null if no inbox is pulled there. */
  readonly polling: PollHealth | null
}

interface PollHealth {
  /**
   * `failing`: the last round was not whole · `stalled`: it has been so for 15 minutes, or no round was made · null: its object
   * did not answer.
   */
  readonly state: 'working' | 'failing' | 'stalled' | null
  /** End of the last whole round. */
  readonly lastAt: number | null
  /** Seconds since then, or since the connection was last changed, if that is later. */
  readonly lagSeconds: number | null
  readonly failingSince: number | null
  readonly lastError: PollFault | null
}

interface SystemHealth {
  readonly queues: readonly QueueHealth[]
  readonly deadLetters: number
  readonly connections: readonly ConnectionHealth[]
  readonly lost: number
  readonly unowned: number
  readonly altered: AlteredHealth
}

interface AlteredHealth {
  readonly count: number
  /** The first of them. */
  readonly records: readonly AlteredRecord[]
}

async function queueHealth(platform: Platform, name: string, deadLetters: number): Promise<QueueHealth> {
  const unknown = { name, backlog: null, oldestAt: null, deadLetters }
  const queue = queueNamed(platform.env, name)
  if (!queue || typeof queue.metrics !== 'function') return unknown
  try {
    const { backlogCount, oldestMessageTimestamp } = await queue.metrics()
    // The emulator answers 1970 if nothing waits.
    const oldest = oldestMessageTimestamp?.getTime() ?? 0
    return { name, backlog: backlogCount, oldestAt: backlogCount > 0 && oldest > 0 ? oldest : null, deadLetters }
  } catch (error) {
    platform.log('queue.metrics-failed', { queue: name, reason: errorLabel(error) })
    return unknown
  }
}

/** True if an inbox is to be pulled there. A connection that cannot be opened has none. */
async function isPulled(platform: Platform, stored: StoredConnection): Promise<boolean> {
  if (stored.status !== 'active') return false
  try {
    return inboxOf(platform, await openConfig(platform, stored)) !== null
  } catch (error) {
    platform.log('poll.unopened', { connection: stored.id, reason: errorLabel(error) })
    return false
  }
}

async function pollHealth(platform: Platform, stored: StoredConnection): Promise<PollHealth | null> {
  if (!(await isPulled(platform, stored))) return null
  try {
    const poll = await platform.env.THROTTLE.getByName(stored.id).polling()
    const now = platform.now()
    const [lastAt, failingSince] = [poll?.lastAt ?? null, poll?.failingSince ?? null]
    const lag = Math.max(0, now - Math.max(lastAt ?? 0, stored.updatedAt))
    const state = poll?.isTold || lag >= STALL_MS ? 'stalled' : failingSince === null ? 'working' : 'failing'
    const lastError = poll?.fault ?? null
    return { state, lastAt, lagSeconds: Math.floor(lag / SECOND), failingSince, lastError }
  } catch (error) {
    platform.log('throttle.state-failed', { connection: stored.id, reason: errorLabel(error) })
    return { state: null, lastAt: null, lagSeconds: null, failingSince: null, lastError: null }
  }
}

async function connectionHealth(
  platform: Platform,
  stored: StoredConnection,
  tallies: ReadonlyMap<string, number>,
): Promise<ConnectionHealth> {
  const { env, log } = platform
  const { id, name, channel, provider, status } = stored
  const prefix = `outcome:${id}:`
  const outcomes = [...tallies].filter(([tally]) => tally.startsWith(prefix))
  const known = {
    id,
    name,
    channel,
    provider,
    status,
    outcomes: Object.fromEntries(outcomes.map(([tally, count]) => [tally.slice(prefix.length), count])),
    polling: await pollHealth(platform, stored),
  }
  try {
    return { ...known, ...(await env.THROTTLE.getByName(id).state()) }
  } catch (error) {
    log('throttle.state-failed', { connection: id, reason: errorLabel(error) })
    return { ...known, breaker: null, openedAt: null, inFlight: null }
  }
}

function alteredRecord(tally: string): AlteredRecord {
  const [table = '', ...id] = tally.slice(ALTERED_TALLY.length).split(':')
  return { table, id: id.join(':') }
}

/** Collects an operator's overview. Outcomes, lost messages and altered records are of the last 24 hours, to the hour. */
export async function systemHealth(platform: Platform): Promise<SystemHealth> {
  const since = platform.now() - DAY + HOUR
  const [dead, outcomes, lost, altered, unowned, connections] = await Promise.all([
    onAllShards(platform, countDeadLetters).then(sumOf),
    onAllShards(platform, (db) => talliesSince(db, 'outcome:', since)).then(sumOf),
    onAllShards(platform, (db) => talliesSince(db, 'lost', since)).then(sumOf),
    onAllShards(platform, (db) => talliesSince(db, ALTERED_TALLY, since)).then(sumOf),
    onAllShards(platform, (db) => countUnowned(db, UNOWNED_MOST)),
    listConnections(platform.env.CONTROL, '', CONNECTIONS_MOST),
  ])
  return {
    queues: await mapLimited(QUEUE_NAMES, OPEN_CONNECTIONS, (name) => queueHealth(platform, name, dead.get(name) ?? 0)),
    deadLetters: [...dead.values()].reduce((sum, count) => sum + count, 0),
    connections: await mapLimited(connections, OPEN_CONNECTIONS, (connection) =>
      connectionHealth(platform, connection, outcomes),
    ),
    lost: lost.get('lost') ?? 0,
    altered: { count: altered.size, records: [...altered.keys()].slice(0, ALTERED_MOST).map(alteredRecord) },
    unowned: unowned.reduce((sum, count) => sum + count, 0),
  }
}
