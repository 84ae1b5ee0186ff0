import type { ChannelName, ChannelRules, Channels } from '#worker/domain/carriers/channel.ts'
import * as all from './all-rules.ts'

const rules: { readonly [name in ChannelName]: ChannelRules } = all

/** The channels for a Worker that accepts messages and calls no carrier: no provider's code is in its script. */
export const channelRules: Channels = Object.freeze(
  Object.assign(
    Object.create(null) as object,
    Object.fromEntries(Object.entries(rules).map(([name, one]) => [name, { ...one, providers: {} }])) as Channels,
  ),
)
