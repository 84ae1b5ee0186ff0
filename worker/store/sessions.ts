import type { ChannelName } from '../domain/channel.ts'
import type { ConnectionId, SessionId } from '../domain/ids.ts'
import type { Mode } from '../domain/message.ts'
import type { EpochMs } from '../domain/time.ts'

/** One turn of a session: what was typed, and the screen that answered it. */
export interface SessionTurn {
  readonly at: EpochMs
  /** Null at a plain start. */
  readonly input: string | null
  readonly screen: string
  /** Whose screen it is: the tenant's application, or ours because that one failed or was late. */
  readonly by: 'application' | 'fallback'
  /** Milliseconds until the screen was there. */
  readonly ms: number
}

export type SessionEnd = 'application' | 'person' | 'timeout' | 'fallback'

/** A session as it is written down: whole each time, so that a repeat or an older copy changes nothing. */
export interface SessionRecord {
  readonly id: SessionId
  readonly channel: ChannelName
  readonly mode: Mode
  readonly connectionId: ConnectionId
  readonly sessionRef: string
  readonly party: string
  readonly line: string
  readonly reason: SessionEnd | null
  readonly startedAt: EpochMs
  readonly updatedAt: EpochMs
  readonly turns: readonly SessionTurn[]
}
