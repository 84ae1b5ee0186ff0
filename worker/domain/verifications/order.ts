import type { ChannelName } from '#worker/domain/channel-names.ts'
import type { Metadata } from '#worker/domain/messages/message.ts'
import type { FillIn, Locale } from './text.ts'

/** What a verification was asked for with. It tells of a person, so it is sealed wherever it is kept. */
export interface Order {
  /** Canonical recipient. */
  readonly to: string
  /** Channels in the order in which they are offered. */
  readonly channels: readonly ChannelName[]
  readonly locale: Locale
  readonly ttlMs: number
  readonly digits: number
  readonly template?: FillIn | undefined
  /** Address of the person who asks, and the number of its network where the platform tells it: never of a tenant's body. */
  readonly clientIp?: string | undefined
  readonly asn?: number | undefined
  readonly clientRef?: string | undefined
  readonly metadata?: Metadata | undefined
}
