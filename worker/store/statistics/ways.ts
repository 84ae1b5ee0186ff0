import { CHANNELS, type ChannelName } from '#worker/domain/channel-names.ts'
import type { Direction } from '#worker/domain/messages/message.ts'
import { CHANNEL_SQL, DIRECTION_SQL } from '#worker/store/codes/codes.ts'

/** Direction and channel of messages in one number. */
interface Way {
  readonly direction: Direction
  readonly channel: ChannelName
}

/** SQL of the way of a message. SQLite reads `|` and `<<` from left to right, as of one rank. */
export const WAY_SQL = `(${DIRECTION_SQL} | (${CHANNEL_SQL} << 1))`

/** Way that a number stands for; throws a RangeError for one that no version wrote. */
export function wayOf(way: number): Way {
  const channel = CHANNELS[way >> 1]
  if (!channel) throw new RangeError(`no messages are of the way ${way}`)
  return { direction: (way & 1) === 1 ? 'inbound' : 'outbound', channel }
}
