import type { Channels } from '../domain/channel.ts'
import { smsRules } from './sms/rules.ts'

/** The channels for a Worker that accepts messages and calls no carrier: no provider's code is in its script. */
export const channelRules: Channels = Object.freeze(
  Object.assign(Object.create(null) as object, {
    sms: { ...smsRules, providers: {} }, //
  } satisfies Channels),
)
