import type { Channels } from '#worker/domain/carriers/channel.ts'
import * as all from './all.ts'

/** Every channel of this deployment by name, without a prototype: a made-up name finds nothing. */
export const channels: Channels = Object.freeze(Object.assign(Object.create(null) as object, all satisfies Channels))
