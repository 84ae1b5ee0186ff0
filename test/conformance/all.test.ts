import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { kitsOf } from './kits.ts'
import { conform } from './suite.ts'

for (const channel of CHANNELS) conform(channel, await kitsOf(channel))
