import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { PushContent } from './content.ts'
import { providers } from './providers.ts'
import { pushReceived } from './received.ts'
import { pushRules } from './rules.ts'

export type { PushContent } from './content.ts'

export const push: Channel<PushContent> = { ...pushRules, providers, receivedSchema: pushReceived }
